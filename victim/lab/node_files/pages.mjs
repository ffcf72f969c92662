// The pages of the hosts, and what guards their forms.

import { randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";

/** What codejack prepared: where to listen, who has an account, which clients there are. */
export const config = JSON.parse(readFileSync(process.argv[2], "utf8"));

export const random = () => randomBytes(24).toString("base64url");

export function isEqual(one, other) {
  const [a, b] = [one, other].map((value) => Buffer.from(String(value)));
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A page as `{status, headers, body}`: a form that carries the CSRF token, or text if `csrf` is null. */
export function page(csrf, status, title, content, headers = {}) {
  const token = `<input type=hidden name=csrf value="${csrf}">`;
  const body = `<!doctype html><html lang=en><meta charset=utf-8><title>${page.text(title)}</title>
    <style>body{font:1rem sans-serif;max-width:22rem;margin:4rem auto}label,input{display:block;
    width:100%;margin:.4rem 0}</style>
    <h1>${page.text(title)}</h1>
    ${csrf ? `<form method=post>${token}${content}</form>` : `<p>${content}</p>`}</html>`;
  const guards = { "Cache-Control": "no-store", "Content-Security-Policy": "frame-ancestors 'none'" };
  return { status, headers: { "Content-Type": "text/html; charset=utf-8", ...guards, ...headers }, body };
}

page.text = (value) => String(value).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The form in the body of a request of node:http. */
export async function formOf(request) {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}
