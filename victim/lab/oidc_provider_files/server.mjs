// oidc-provider as its documentation configures it, with pages of our own in place of the
// development ones: a sign-in of two pages, and consent.

import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

import { config, formOf, isEqual, page, random } from "./pages.mjs";

const signingKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

const provider = new Provider(config.issuer, {
  clients: config.clients.map(({ id, secret, redirectUris }) => ({
    client_id: id,
    client_secret: secret ?? undefined,
    token_endpoint_auth_method: secret ? "client_secret_basic" : "none",
    redirect_uris: redirectUris,
    response_types: ["code"],
    grant_types: ["authorization_code", "refresh_token"],
  })),
  // A single-page client asks from its own origin.
  clientBasedCORS: (_, origin, client) =>
    client.redirectUris.some((uri) => new URL(uri).origin === origin),
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: id }) }),
  claims: { openid: ["sub"], profile: ["name"] },
  cookies: { keys: [random()] },
  jwks: { keys: [{ ...signingKey.export({ format: "jwk" }), use: "sig", kid: "lab" }] },
  features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  issueRefreshToken: (_, client) => client.grantTypeAllowed("refresh_token"),
});

const steps = new Map();

async function interact(request, response) {
  const { uid, prompt, params } = await provider.interactionDetails(request, response);
  const step = steps.get(uid) ?? { csrf: random(), username: null };
  steps.set(uid, step);
  const form = request.method === "POST" ? await formOf(request) : null;
  if (form && !isEqual(form.get("csrf"), step.csrf)) {
    return page(null, 403, "This form has expired", "Go back and try again.");
  }
  if (prompt.name === "consent") {
    return form ? decide(request, response, form) : consentPage(step, params);
  }
  return form ? signIn(request, response, form, step) : signInPage(step);
}

async function signIn(request, response, form, step) {
  if (form.has("username")) {
    step.username = form.get("username");
    return { status: 303, headers: { Location: request.url }, body: "" };
  }
  const { username } = step;
  if (!Object.hasOwn(config.users, username) || !isEqual(form.get("password"), config.users[username])) {
    step.username = null;
    return signInPage(step, 401, "<p role=alert>Wrong user name or password.</p>");
  }
  return finish(request, response, { login: { accountId: username } });
}

async function decide(request, response, form) {
  if (form.get("decision") !== "allow") {
    return finish(request, response, {
      error: "access_denied",
      error_description: "The user did not allow it.",
    });
  }
  const { grantId, params, prompt, session } = await provider.interactionDetails(request, response);
  const grant =
    (grantId && (await provider.Grant.find(grantId))) ||
    new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  const { missingOIDCScope, missingOIDCClaims } = prompt.details;
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(" "));
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims);
  return finish(request, response, { consent: { grantId: await grant.save() } });
}

async function finish(request, response, result) {
  const mergeWithLastSubmission = Boolean(result.consent);
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission });
  return null;
}

function signInPage(step, status = 200, notice = "") {
  const fields = step.username
    ? `<p>${page.text(step.username)}</p>
       <label>Password <input type=password name=password autocomplete=current-password required></label>
       <button type=submit>Sign in</button>`
    : `${notice}<label>User name <input name=username autocomplete=username required></label>
       <button type=submit>Next</button>`;
  return page(step.csrf, status, "Sign in", fields);
}

function consentPage(step, params) {
  const fields = `<p><b>${page.text(params.client_id)}</b> asks for access to your account:
    ${page.text(params.scope)}.</p>
    <button type=submit name=decision value=allow>Allow</button>
    <button type=submit name=decision value=deny>Deny</button>`;
  return page(step.csrf, 200, "Allow access?", fields);
}

const serve = provider.callback();

createServer(async (request, response) => {
  if (!request.url.startsWith("/interaction/")) {
    return serve(request, response);
  }
  try {
    const answer = await interact(request, response);
    if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
  } catch (error) {
    const { status, headers, body } = page(null, 400, "This cannot go on", page.text(error.message));
    response.writeHead(status, headers).end(body);
  }
}).listen(config.port, config.address);
