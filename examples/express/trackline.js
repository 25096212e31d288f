// All that a shop needs for Trackline: two requests. Copy this file.
import { createHmac } from "node:crypto";

import { API_KEY, TRACKLINE_URL, WEBHOOK_SECRET } from "./settings.js";

const TIMEOUT = 10_000; // milliseconds

/** Post one event, signed as Standard Webhooks 1.0. A 2xx means that Trackline has stored it. */
export async function postEvent(webhookId, body) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(WEBHOOK_SECRET.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${webhookId}.${timestamp}.${body}`).digest("base64");
  return fetch(`${TRACKLINE_URL}/webhooks/orders`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": webhookId,
      "webhook-timestamp": timestamp,
      "webhook-signature": `v1,${signature}`,
    },
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT),
  });
}

/** A one-time link for the customer who is signed in: `{ url, code, expires_at }`. */
export async function connectLink(customerId, accountHint) {
  const answer = await fetch(`${TRACKLINE_URL}/api/v1/links`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${API_KEY}` },
    body: JSON.stringify({ customer_id: customerId, account_hint: accountHint }),
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (!answer.ok) throw new Error(`Trackline gave no link: it answered ${answer.status}`);
  return answer.json();
}
