import client from "./index.cjs";

export const { Trackline, TracklineError, TracklineUnreachable, InvalidSignature, verified } = client;
