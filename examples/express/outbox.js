// Sends the orders' outboxes to Trackline in a loop: at least once, and in order for each order.
import { setTimeout as sleep } from "node:timers/promises";

import { Order } from "./models/order.js";
import { postEvent } from "./trackline.js";

const LOOK_EVERY = 250; // milliseconds
const LONGEST_WAIT = 60_000;

export async function keepSending() {
  for (;;) {
    try {
      await sendWhatIsDue();
    } catch (error) {
      console.error(`The outbox was not read: ${error.message}`);
    }
    await sleep(LOOK_EVERY);
  }
}

/** One round. It ends at the first error, which the others would most likely get, too. */
async function sendWhatIsDue() {
  const due = await Order.find({ sendAfter: { $lte: new Date() } }).sort("sendAfter").limit(100);
  for (const order of due) {
    for (const event of order.outbox) {
      if (!(await send(order, event))) return;
    }
    // Only if nothing was added in the meantime.
    await Order.updateOne({ _id: order._id, outbox: { $size: 0 } }, { $unset: { sendAfter: 1 } });
  }
}

/** Send an event. Returns whether it is finished: accepted, or refused for good. */
async function send(order, event) {
  const answer = await attempt(event);
  const done = { $pull: { outbox: { webhookId: event.webhookId } }, $set: { attempts: 0 } };
  if (answer.is === "taken") {
    await Order.updateOne({ _id: order._id }, done);
  } else if (answer.is === "refused") {
    console.error(`Trackline refuses an event of order ${order.number}: ${answer.why}`);
    const refused = { webhookId: event.webhookId, body: event.body, answer: answer.why };
    await Order.updateOne({ _id: order._id }, { ...done, $push: { refused } });
  } else {
    const wait = Math.max(answer.wait, Math.min(250 * 2 ** order.attempts, LONGEST_WAIT));
    console.warn(`Order ${order.number} is told of again in ${wait / 1000} s: ${answer.why}`);
    const later = { $set: { sendAfter: new Date(Date.now() + wait) }, $inc: { attempts: 1 } };
    await Order.updateOne({ _id: order._id }, later);
    return false;
  }
  return true;
}

async function attempt({ webhookId, body }) {
  try {
    const answer = await postEvent(webhookId, body);
    if (answer.ok) return { is: "taken" };
    const why = `${answer.status} ${await answer.text()}`;
    if (isFinal(answer.status)) return { is: "refused", why };
    return { is: "trouble", why, wait: 1000 * (Number(answer.headers.get("retry-after")) || 0) };
  } catch (error) {
    return { is: "trouble", why: error.cause?.code ?? error.message, wait: 0 };
  }
}

/** 401 is not final: the event is right, and is accepted once the secret in the settings is right. */
function isFinal(status) {
  return status >= 400 && status < 500 && ![401, 408, 429].includes(status);
}
