// Outside Cloudflare's runtime there is no "cloudflare:workers"; this is where Node.js finds it.

export async function resolve(specifier, context, next) {
  return specifier === "cloudflare:workers"
    ? { url: new URL("./workers.mjs", import.meta.url).href, shortCircuit: true }
    : next(specifier, context);
}
