// A tutorial's order tracking service: no signatures, no idempotency, no notifications.
//
//     node server.js MONGODB_URI

import express from "express";
import mongoose from "mongoose";

const Step = new mongoose.Schema({ status: String, timestamp: Date }, { _id: false });

const Order = mongoose.model(
  "Order",
  new mongoose.Schema({
    orderId: { type: String, unique: true },
    customerId: { type: String, index: true },
    trackingInfo: [Step],
  }),
);

const app = express();
app.use(express.json());

app.post("/orders", async (request, response) => {
  const { orderId, customerId } = request.body;
  const trackingInfo = [{ status: "Order placed", timestamp: new Date() }];
  response.status(201).json(await Order.create({ orderId, customerId, trackingInfo }));
});

app.post("/orders/:orderId/tracking", async (request, response) => {
  const order = await Order.findOne({ orderId: request.params.orderId });
  if (!order) return response.status(404).json({ error: "Order not found" });
  order.trackingInfo.push({ status: request.body.status, timestamp: new Date() });
  await order.save();
  response.json(order);
});

await mongoose.connect(process.argv[2]);
await Order.init(); // its indexes
const server = app.listen(0, "127.0.0.1", () => {
  console.log(`ready http://127.0.0.1:${server.address().port}`);
});
