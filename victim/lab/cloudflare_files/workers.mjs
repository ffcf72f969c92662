// As much of Cloudflare's runtime as the library asks for.

/** The base class of a handler. */
export class WorkerEntrypoint {
  constructor(ctx, env) {
    this.ctx = ctx;
    this.env = env;
  }
}

/** A KV namespace in memory. */
export class Namespace {
  #entries = new Map();

  async get(key, options) {
    const entry = this.#entries.get(key);
    if (!entry || entry.expires <= Date.now()) return null;
    return options?.type === "json" ? JSON.parse(entry.value) : entry.value;
  }

  async put(key, value, { expirationTtl } = {}) {
    const expires = expirationTtl ? Date.now() + expirationTtl * 1000 : Infinity;
    this.#entries.set(key, { value, expires });
  }

  async delete(key) {
    this.#entries.delete(key);
  }

  async list({ prefix = "" } = {}) {
    const keys = [...this.#entries.keys()].filter((name) => name.startsWith(prefix));
    return { keys: keys.map((name) => ({ name })), list_complete: true };
  }
}
