// What the library asks its host to store; in memory.

import { config } from "./pages.mjs";

const SCOPES = ["profile"];

const clients = new Map(config.clients.map((client) => [client.id, client]));
const codes = new Map();
const accessTokens = new Map();
const refreshTokens = new Map();

export const model = {
  async getClient(id, secret) {
    const client = clients.get(id);
    if (!client || (secret && secret !== client.secret)) return null;
    const { redirectUris } = client;
    return { id, redirectUris, grants: ["authorization_code", "refresh_token"] };
  },

  async validateScope(user, client, scope = SCOPES) {
    return scope.every((one) => SCOPES.includes(one)) && scope;
  },

  async saveAuthorizationCode(code, client, user) {
    const saved = { ...code, client, user };
    codes.set(code.authorizationCode, saved);
    return saved;
  },

  async getAuthorizationCode(code) {
    return codes.get(code);
  },

  async revokeAuthorizationCode({ authorizationCode }) {
    return codes.delete(authorizationCode);
  },

  async saveToken(token, client, user) {
    const saved = { ...token, client, user };
    accessTokens.set(token.accessToken, saved);
    if (token.refreshToken) refreshTokens.set(token.refreshToken, saved);
    return saved;
  },

  async getAccessToken(token) {
    return accessTokens.get(token);
  },

  async getRefreshToken(token) {
    return refreshTokens.get(token);
  },

  async revokeToken({ refreshToken }) {
    return refreshTokens.delete(refreshToken);
  },
};
