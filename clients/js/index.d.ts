import type { Operations, Options, PostedEvent, Taken } from "./operations.js";

export * from "./operations.js";

export interface Settings {
  /** Where Trackline is. */
  url: string;
  apiKey?: string;
  webhookSecret?: string;
  /** Milliseconds for one try; 10,000 unless you say otherwise. */
  timeout?: number;
}

/** A method for each operation of the API. */
export interface Trackline extends Operations {}

export class Trackline {
  constructor(settings: Settings);
  /**
   * Tell an order event, signed. `eventId`: the event's own. Store it with the event, and repeat it
   * with each try: the same event is recorded once.
   */
  postOrderEvent(eventId: string, event: PostedEvent, options?: Pick<Options, "signal">): Promise<Taken>;
}

/** It answered with an error. */
export class TracklineError extends Error {
  status: number;
  detail: string;
  /** Each field that was wrong. */
  errors: Array<{ field: string; problem: string }>;
}

/** There was no answer, however often it was asked. */
export class TracklineUnreachable extends Error {}

/** It was not signed with any of the secrets, or too long ago. */
export class InvalidSignature extends Error {}

/**
 * What Trackline has posted, once it is sure that it was Trackline. `body`: the bytes as they came.
 * Throws `InvalidSignature`.
 */
export function verified(
  headers: Record<string, string | string[] | undefined> | Headers,
  body: string | Uint8Array,
  ...secrets: string[]
): any;
