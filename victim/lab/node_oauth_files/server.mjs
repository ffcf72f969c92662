// @node-oauth/oauth2-server behind express, with the model that its documentation describes.

import OAuth2Server from "@node-oauth/oauth2-server";
import express from "express";

import { dialogue } from "./dialogue.mjs";
import { model } from "./model.mjs";
import { config, page } from "./pages.mjs";

const { Request, Response } = OAuth2Server;
const oauth = new OAuth2Server({ model });
const app = express();
app.use(express.urlencoded({ extended: false }));

app.all("/oauth/authorize", async (request, response) => {
  const client = await model.getClient(String(request.query.client_id), null);
  if (!client) return show(response, page(null, 400, "This request is refused", "Who asks?"));
  const answer = dialogue({
    method: request.method,
    url: request.originalUrl,
    cookie: request.headers.cookie,
    form: new URLSearchParams(request.body),
    users: config.users,
    client: client.id,
    scope: request.query.scope,
  });
  if (!answer.user) return show(response, answer);
  response.set(answer.headers);
  request.body = { allowed: String(answer.allowed) };
  const authenticateHandler = { handle: () => ({ username: answer.user }) };
  return hand(request, response, (asked, given) => oauth.authorize(asked, given, { authenticateHandler }));
});

app.post("/oauth/token", (request, response) =>
  hand(request, response, (asked, given) => oauth.token(asked, given)),
);

app.get("/api/me", (request, response) =>
  hand(request, response, async (asked, given) => {
    const { user } = await oauth.authenticate(asked, given);
    given.body = { user: { name: user.username } };
  }),
);

app.get("/", (_, response) => response.type("text").send("A server of the lab."));

/** Let the library answer: what it throws it has not answered, except by a redirect. */
async function hand(request, response, work) {
  const given = new Response({ headers: {} });
  try {
    await work(new Request(request), given);
  } catch (error) {
    if (!given.headers.location) {
      given.status = error.code ?? 500;
      given.body = { error: error.name, error_description: error.message };
    }
  }
  response.set(given.headers).status(given.status);
  return given.headers.location ? response.end() : response.json(given.body);
}

function show(response, { status, headers, body }) {
  return response.status(status).set(headers).send(body);
}

app.listen(config.port, config.address);
