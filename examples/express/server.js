import express from "express";
import mongoose from "mongoose";
import QRCode from "qrcode";

import { Order, placeOrder } from "./models/order.js";
import { keepSending } from "./outbox.js";
import { page } from "./page.js";
import { MONGODB_URI, PORT } from "./settings.js";
import { connectLink } from "./trackline.js";

// A real shop has accounts and a sign-in. Here anybody can choose any account.
const CUSTOMERS = new Map([
  ["alice", { id: "cus_alice", name: "Alice", hint: "a•••@example.com" }],
  ["bob", { id: "cus_bob", name: "Bob", hint: "b•••@example.com" }],
]);
const GOODS = ["Sipi Falls, 250 g", "Rwenzori, 500 g", "Kisoro dark roast, 1 kg", "Paper filters", "Enamel mug"];

const app = express();

app.use((request, response, next) => {
  response.locals.customer = CUSTOMERS.get(request.query.customer ?? "alice");
  if (response.locals.customer) next();
  else response.status(404).send("There is no such customer.");
});

app.get("/", (request, response) => show(response));

app.post("/orders", async (request, response) => {
  await placeOrder(response.locals.customer.id, GOODS.toSorted(() => Math.random() - 0.5).slice(0, 2));
  back(request, response);
});

/** In a real shop, the staff does this. The button names the state, so a second click does nothing. */
app.post("/orders/:id/:status", async (request, response) => {
  const order = await Order.findById(request.params.id);
  if (order?.choices.includes(request.params.status)) {
    order.moveTo(request.params.status);
    await order.save();
  }
  back(request, response);
});

/** The link is for the customer who is signed in, never for one that the browser names. */
app.post("/connect", async (request, response) => {
  const { id, hint } = response.locals.customer;
  const link = await connectLink(id, hint);
  await show(response, { ...link, qr: await QRCode.toDataURL(link.url, { margin: 1, scale: 5 }) });
});

async function show(response, link) {
  const { customer } = response.locals;
  const orders = await Order.find({ customerId: customer.id }).sort("-_id");
  response.send(page({ customers: CUSTOMERS, customer, orders, link }));
}

function back(request, response) {
  response.redirect(303, `/?${new URLSearchParams({ customer: request.query.customer ?? "alice" })}`);
}

app.use((error, request, response, next) => {
  if (error instanceof mongoose.Error.VersionError) return back(request, response); // somebody else was first
  console.error(error.message);
  if (response.headersSent) return next(error);
  response.status(500).send("That did not work. Please try again.");
});

await mongoose.connect(MONGODB_URI);
await Order.init(); // its indexes
keepSending();
app.listen(Number(PORT), "127.0.0.1", (error) => {
  if (error?.code === "EADDRINUSE") {
    console.error(`Port ${PORT} is taken. Choose another: PORT=3001 npm start`);
    process.exit(1);
  }
  if (error) throw error;
  console.log(`Open http://127.0.0.1:${PORT}`);
});
