// A worker around @cloudflare/workers-oauth-provider, served by Node.js.

import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { register } from "node:module";

import { dialogue } from "./dialogue.mjs";
import { config, page } from "./pages.mjs";
import { Namespace, WorkerEntrypoint } from "./workers.mjs";

register("./workers_hook.mjs", import.meta.url);
const { OAuthProvider } = await import("@cloudflare/workers-oauth-provider");

class ApiHandler extends WorkerEntrypoint {
  fetch(request) {
    return new URL(request.url).pathname === "/api/whoami"
      ? Response.json({ username: this.ctx.props.username })
      : new Response("Not found", { status: 404 });
  }
}

const defaultHandler = {
  async fetch(request, env) {
    return new URL(request.url).pathname === "/authorize"
      ? authorize(request, env.OAUTH_PROVIDER)
      : new Response("Not found", { status: 404 });
  },
};

async function authorize(request, oauth) {
  let asked;
  try {
    asked = await oauth.parseAuthRequest(request);
  } catch (error) {
    return refuse(error.message); // what the library refuses, the user is told
  }
  const client = await oauth.lookupClient(asked.clientId);
  if (!client) return refuse("There is no such client.");
  const answer = dialogue({
    method: request.method,
    url: request.url,
    cookie: request.headers.get("Cookie"),
    form: new URLSearchParams(request.method === "POST" ? await request.text() : ""),
    users: config.users,
    client: client.clientName,
    scope: asked.scope.join(" "),
  });
  if (!answer.user) return new Response(answer.body, answer);
  const Location = answer.allowed ? await complete(oauth, asked, answer.user) : denied(asked);
  return new Response("", { status: 302, headers: { ...answer.headers, Location } });
}

async function complete(oauth, asked, user) {
  const { redirectTo } = await oauth.completeAuthorization({
    request: asked,
    userId: user,
    metadata: {},
    scope: asked.scope,
    props: { username: user },
  });
  return redirectTo;
}

function denied({ redirectUri, state }) {
  const url = new URL(redirectUri);
  url.searchParams.set("error", "access_denied");
  if (state) url.searchParams.set("state", state);
  return url.href;
}

function refuse(reason) {
  const { body, ...head } = page(null, 400, "This request is refused", page.text(reason));
  return new Response(body, head);
}

const provider = new OAuthProvider({
  apiRoute: "/api/",
  apiHandler: ApiHandler,
  defaultHandler,
  authorizeEndpoint: "/authorize",
  tokenEndpoint: "/token",
  clientRegistrationEndpoint: "/register",
  scopesSupported: ["profile"],
});

// The clients as the library stores them, so that their ids can be chosen.
const namespace = new Namespace();
for (const { id, secret, redirectUris } of config.clients) {
  const hash = secret && createHash("sha256").update(secret).digest("hex");
  const client = {
    clientId: id,
    clientName: id,
    redirectUris,
    grantTypes: ["authorization_code", "refresh_token"],
    responseTypes: ["code"],
    registrationDate: Math.floor(Date.now() / 1000),
    tokenEndpointAuthMethod: secret ? "client_secret_basic" : "none",
    ...(secret && { clientSecret: hash }),
  };
  await namespace.put(`client:${id}`, JSON.stringify(client));
}

async function answer(request) {
  const { method, url, headers } = request;
  const init = { method, headers: Object.entries(headers).map(([name, value]) => [name, String(value)]) };
  if (method !== "GET" && method !== "HEAD") Object.assign(init, { body: request, duplex: "half" });
  const context = { waitUntil() {}, passThroughOnException() {} };
  return provider.fetch(new Request(new URL(url, config.issuer), init), { OAUTH_KV: namespace }, context);
}

createServer(async (request, response) => {
  try {
    const { status, headers, body } = await answer(request).then(async (given) => ({
      status: given.status,
      headers: Object.fromEntries(given.headers),
      body: Buffer.from(await given.arrayBuffer()),
    }));
    response.writeHead(status, headers).end(body);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end("Internal server error"); // an exception that the worker lets out
  }
}).listen(config.port, config.address);
