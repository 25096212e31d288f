"use strict";

const { createHmac, randomUUID, timingSafeEqual } = require("node:crypto");
const { setTimeout: sleep } = require("node:timers/promises");

const operations = require("./operations.cjs");

const TRIES = 4; // the most times that a request is sent
const LONGEST_WAIT = 30_000; // the most milliseconds between two tries
const TOLERANCE = 300; // seconds by which a timestamp may differ from our clock
const RETRIED = new Set([408, 429, 502, 503, 504]);

class TracklineError extends Error {
  constructor(status, problem) {
    const errors = problem.errors ?? [];
    const wrong = errors.map(({ field, problem }) => `${field}: ${problem}`).join("; ");
    const detail = problem.detail ?? problem.title ?? "";
    super(`${status}: ${detail}${wrong && ` (${wrong})`}`);
    Object.assign(this, { name: "TracklineError", status, detail, errors });
  }
}

class TracklineUnreachable extends Error {
  name = "TracklineUnreachable";
}

class InvalidSignature extends Error {
  name = "InvalidSignature";
}

class Trackline {
  #url;
  #apiKey;
  #webhookSecret;
  #timeout;

  constructor({ url, apiKey, webhookSecret, timeout = 10_000 }) {
    if (!/^https?:\/\//i.test(url)) throw new TypeError("url should begin with http:// or https://");
    if (webhookSecret) keyOf(webhookSecret);
    this.#url = url.replace(/\/+$/, "");
    this.#apiKey = apiKey;
    this.#webhookSecret = webhookSecret;
    this.#timeout = timeout;
  }

  postOrderEvent(eventId, event, { signal } = {}) {
    if (!this.#webhookSecret) throw new TypeError("webhookSecret is required for this call");
    const body = JSON.stringify(event);
    const sign = () => {
      const timestamp = String(Math.floor(Date.now() / 1000));
      const signature = `v1,${signatureOf(this.#webhookSecret, eventId, timestamp, body)}`;
      return { "webhook-id": eventId, "webhook-timestamp": timestamp, "webhook-signature": signature };
    };
    return this.#send("POST", "/webhooks/orders", { body, headers: sign, signal });
  }

  #ask({ method, path, takes }, given) {
    if (!this.#apiKey) throw new TypeError("apiKey is required for this call");
    const filled = path.replace(/\{\w+\}/g, () => encodeURIComponent(given.shift()));
    const taken = takes ? given.shift() : undefined;
    const { idempotencyKey, signal } = given.shift() ?? {};
    const headers = { authorization: `Bearer ${this.#apiKey}` };
    if (method !== "GET") headers["idempotency-key"] = idempotencyKey ?? randomUUID();
    const known = Object.entries((takes === "query" && taken) || {}).filter(([, value]) => value != null);
    const query = known.length ? `?${new URLSearchParams(known)}` : "";
    const body = takes === "body" ? JSON.stringify(taken) : undefined;
    return this.#send(method, filled + query, { body, headers: () => headers, signal });
  }

  async #send(method, path, { body, headers, signal }) {
    for (let tries = 1; ; tries++) {
      const late = AbortSignal.timeout(this.#timeout);
      let answer;
      try {
        answer = await fetch(this.#url + path, {
          method,
          body,
          headers: { ...headers(), ...(body && { "content-type": "application/json" }) },
          redirect: "manual", // keys and events go only to the configured address
          signal: signal && AbortSignal.any ? AbortSignal.any([signal, late]) : signal ?? late,
        });
      } catch (error) {
        if (signal?.aborted) throw error;
        if (tries === TRIES) throw new TracklineUnreachable(`${this.#url} does not answer`, { cause: error });
      }
      const text = await answer?.text();
      if (answer?.ok) return text ? JSON.parse(text) : undefined;
      if (answer && (tries === TRIES || !RETRIED.has(answer.status)))
        throw new TracklineError(answer.status, problemIn(text));
      const told = Number(answer?.headers.get("retry-after"));
      await sleep(Math.min(told ? told * 1000 : 500 * 2 ** tries, LONGEST_WAIT), undefined, { signal });
    }
  }

  static {
    for (const [name, operation] of Object.entries(operations))
      Trackline.prototype[name] = async function (...given) {
        return this.#ask(operation, given);
      };
  }
}

function verified(headers, body, ...secrets) {
  const given = new Headers(headers);
  const eventId = given.get("webhook-id") ?? "";
  const timestamp = given.get("webhook-timestamp") ?? "";
  if (!/^\d+$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE)
    throw new InvalidSignature("the timestamp is missing, or more than five minutes off");
  const right = secrets.map((secret) => Buffer.from(`v1,${signatureOf(secret, eventId, timestamp, body)}`));
  for (const signature of (given.get("webhook-signature") ?? "").split(" ").map((each) => Buffer.from(each)))
    if (right.some((each) => each.length === signature.length && timingSafeEqual(each, signature)))
      return JSON.parse(Buffer.from(body).toString());
  throw new InvalidSignature("no signature is right: is it the secret of SHOP_WEBHOOK_SECRET?");
}

function signatureOf(secret, eventId, timestamp, body) {
  return createHmac("sha256", keyOf(secret)).update(`${eventId}.${timestamp}.`).update(body).digest("base64");
}

function keyOf(secret) {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  if (!encoded) throw new TypeError("a webhook secret should be whsec_ and base64");
  return Buffer.from(encoded, "base64");
}

function problemIn(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

module.exports = { Trackline, TracklineError, TracklineUnreachable, InvalidSignature, verified };
