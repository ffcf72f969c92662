// What the libraries leave to their host: who the user is, and whether they allow the client.
// One address shows both pages; a form without an action comes back to it, query and all.

import { isEqual, page, random } from "./pages.mjs";

const COOKIE = "sid";
const sessions = new Map();

/**
 * Take the user one step on, through sign-in and consent.
 *
 * Gives `{status, headers, body}` to answer with, or `{user, allowed, headers}` once the user has
 * decided. `form` is a URLSearchParams, empty unless the method is POST; `users` maps a name to its
 * password.
 */
export function dialogue({ method, url, cookie, form, users, client, scope }) {
  const session = sessionOf(cookie);
  if (method === "POST" && !isEqual(form.get("csrf"), session.csrf)) {
    return page(null, 403, "This form has expired", "Go back and try again.", headers(session));
  }
  if (method === "POST" && form.has("password")) {
    return signIn(session, form, users, url);
  }
  if (!session.user) {
    return signInPage(session, 200);
  }
  if (method === "POST" && form.has("decision")) {
    return { user: session.user, allowed: form.get("decision") === "allow", headers: headers(session) };
  }
  return consentPage(session, client, scope);
}

function signIn(session, form, users, url) {
  const name = form.get("username");
  if (!Object.hasOwn(users, name) || !isEqual(form.get("password"), users[name])) {
    return signInPage(session, 401, "<p role=alert>Wrong user name or password.</p>");
  }
  // Another id than before the sign-in, or whoever planted that one would be signed in too.
  sessions.delete(session.id);
  const renewed = open(name);
  return { status: 303, headers: { ...headers(renewed), Location: url }, body: "" };
}

function signInPage(session, status, notice = "") {
  const fields = `${notice}
    <label>User name <input name=username autocomplete=username required></label>
    <label>Password <input type=password name=password autocomplete=current-password required></label>
    <button type=submit>Sign in</button>`;
  return page(session.csrf, status, "Sign in", fields, headers(session));
}

function consentPage(session, client, scope) {
  const fields = `<p><b>${page.text(client)}</b> asks for access to your account:
    ${page.text(scope || "your name")}.</p>
    <button type=submit name=decision value=allow>Allow</button>
    <button type=submit name=decision value=deny>Deny</button>`;
  return page(session.csrf, 200, "Allow access?", fields, headers(session));
}

function sessionOf(cookie) {
  const id = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]+)`).exec(cookie ?? "")?.[1];
  return sessions.get(id) ?? open(null);
}

function open(user) {
  const session = { id: random(), csrf: random(), user };
  sessions.set(session.id, session);
  return session;
}

function headers(session) {
  return { "Set-Cookie": `${COOKIE}=${session.id}; Path=/; HttpOnly; SameSite=Lax` };
}
