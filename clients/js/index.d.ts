import type { Operations, Options, PostedEvent, Taken } from "./operations.js";

export * from "./operations.js";

export interface Settings {
  /** Trackline's address. */
  url: string;
  apiKey?: string;
  webhookSecret?: string;
  /** Milliseconds for one try; default 10,000. */
  timeout?: number;
}

/** A method for each operation of the API. */
export interface Trackline extends Operations {}

export class Trackline {
  /** Throws a `TypeError` for a malformed address or secret. */
  constructor(settings: Settings);
  /**
   * Post an order event, signed. `eventId`: the event's own id. Store it with the event, and send it
   * with each try, so that the event is recorded only once.
   */
  postOrderEvent(eventId: string, event: PostedEvent, options?: Pick<Options, "signal">): Promise<Taken>;
}

/** Trackline answered with an error. */
export class TracklineError extends Error {
  status: number;
  detail: string;
  /** Each field that was wrong. */
  errors: Array<{ field: string; problem: string }>;
}

/** Trackline did not answer, even after retries. */
export class TracklineUnreachable extends Error {}

/** It is not signed with any of the secrets, or its timestamp is more than five minutes off. */
export class InvalidSignature extends Error {}

/**
 * Verify that Trackline signed a request, and return its parsed body. `body`: the unchanged bytes.
 * Throws `InvalidSignature`, and a `TypeError` for a malformed secret.
 */
export function verified(
  headers: Record<string, string | string[] | undefined> | Headers,
  body: string | Uint8Array,
  ...secrets: string[]
): any;
