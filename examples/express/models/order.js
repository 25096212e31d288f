import { randomUUID } from "node:crypto";

import mongoose from "mongoose";

export const STEPS = ["Order placed", "Packed", "Shipped", "Out for delivery", "Delivered"];
const CANCELLED = "Cancelled";

const Step = new mongoose.Schema({ status: String, timestamp: Date }, { _id: false });

// An event for Trackline. Its id and body are made only once, so each attempt sends the same bytes.
const Event = new mongoose.Schema({ webhookId: String, body: String }, { _id: false });
const Refusal = new mongoose.Schema({ webhookId: String, body: String, answer: String }, { _id: false });

const schema = new mongoose.Schema(
  {
    number: { type: String, unique: true },
    customerId: { type: String, index: true },
    items: [String],
    trackingInfo: [Step],
    outbox: [Event], // not yet accepted by Trackline, oldest first
    sendAfter: { type: Date, index: true }, // when to send the outbox; unset while it is empty
    attempts: { type: Number, default: 0 },
    refused: [Refusal], // what Trackline refused for good, for somebody to check
  },
  { optimisticConcurrency: true }, // if two people move an order at once, one is refused
);

schema.virtual("status").get(function () {
  return this.trackingInfo.at(-1).status;
});

/** The possible next states: the next step, or cancelled. */
schema.virtual("choices").get(function () {
  const next = STEPS[STEPS.indexOf(this.status) + 1];
  return next && this.status !== CANCELLED ? [next, CANCELLED] : [];
});

/**
 * Take the order to `status`. The step and its event are in the same document, so `save` writes
 * both or neither. That needs no transaction, and nothing is lost if the process dies.
 */
schema.methods.moveTo = function (status) {
  const now = new Date();
  const isNew = this.trackingInfo.length === 0;
  const data = { order_id: this.id, customer_id: this.customerId, order_number: this.number };
  const event = isNew
    ? { type: "order.created", timestamp: now, data: { ...data, items: this.items.length } }
    : { type: "order.status_changed", timestamp: now, data: { ...data, status } };
  this.trackingInfo.push({ status, timestamp: now });
  this.outbox.push({ webhookId: `msg_${randomUUID()}`, body: JSON.stringify(event) });
  this.sendAfter = now;
};

export const Order = mongoose.model("Order", schema);

const Counter = mongoose.model("Counter", new mongoose.Schema({ _id: String, count: Number }));

export async function placeOrder(customerId, items) {
  const options = { upsert: true, returnDocument: "after" };
  const { count } = await Counter.findOneAndUpdate({ _id: "orders" }, { $inc: { count: 1 } }, options);
  const order = new Order({ number: String(2000 + count), customerId, items });
  order.moveTo(STEPS[0]);
  return order.save();
}
