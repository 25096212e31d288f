/** The shop's screen: a customer's orders, the next state, the posted webhooks. */

import { shop, stage } from "./api.js";
import { choices } from "./choices.js";
import { Connect, copyable } from "./connect.js";
import { $, h, icon, reconcile } from "./dom.js";
import { toast } from "./notices.js";
import { Posted } from "./posted.js";
import { dayAndTime } from "./times.js";
import { capitalised, inWords } from "./words.js";

const STAGES = ["placed", "packed", "shipped", "out_for_delivery", "delivered"];
const STAGE_OF = {
  payment_due: 0, placed: 1, confirmed: 1, processing: 1, on_hold: 1, packed: 2, shipped: 3,
  in_transit: 3, delayed: 3, problem: 3, out_for_delivery: 4, attempt_failed: 4,
  ready_for_pickup: 4, delivered: 5,
};
const TROUBLED = new Set(["delayed", "attempt_failed", "on_hold", "problem", "payment_due"]);
const OVER = new Set(["cancelled", "returned", "refunded"]);

const REFUSED = "refused"; // not a state: moves to the next one, whose message Telegram refuses

export class ShopPanel extends EventTarget {
  #accounts = new Map(); // by person: their customer's id
  #withPhoto = true;

  /** `open(url)` opens an address in the phone; `changed()` is called before an order changes.
   * Fires `shown` when `customer` and `orders` have been loaded. */
  constructor({ open, changed }) {
    super();
    this.open = open;
    this.changed = changed;
    this.person = null;
    this.customer = null;
    this.orders = [];
    this.connect = new Connect({ open });
    this.posted = new Posted((change) => this.#act(change));
    const buy = (id, guest) => $(id).addEventListener("click",
      () => this.#act(() => shop.createOrder(this.customer.id, guest)));
    buy("create-order", false);
    buy("buy-as-guest", true);
  }

  async show(person) {
    this.person = person;
    if (!this.#accounts.has(person.id)) this.#accounts.set(person.id, (await shop.signIn(person.name)).id);
    await this.refresh();
  }

  async refresh() {
    const { person } = this;
    const id = person && this.#accounts.get(person.id);
    if (!id) return;
    const [customer, orders] = await Promise.all([shop.customer(id), shop.orders(id)]);
    if (person !== this.person) return;
    Object.assign(this, { customer, orders });
    this.#showCustomer();
    this.connect.show(person, customer);
    const since = customer.connected[person.id];
    const cards = orders.map((order) => ({ key: order.id, state: [order, since], build: () => this.#card(order) }));
    const none = { key: "none", state: "", build: () => h("p", { class: "none" }, "No orders yet.") };
    reconcile($("orders"), cards.length ? cards : [none]);
    this.dispatchEvent(new Event("shown"));
  }

  #showCustomer() {
    const { person, customer } = this;
    for (const id of ["create-order", "buy-as-guest"]) $(id).disabled = false;
    const others = customer.people.filter((name) => name !== person.name.toLowerCase());
    $("shop-name").textContent = customer.shop;
    $("shop-account").textContent = `Signed in as ${person.name}, ${customer.account_hint}`
      + (others.length ? ` · shared with ${others.map(capitalised).join(", ")}` : "");
  }

  async #act(change) {
    this.changed();
    await change();
    await this.refresh();
  }

  #card(order) {
    return h("article", { class: "order", dataset: { testid: "order", number: order.number },
      "aria-label": `Order ${order.number}` },
    h("header", {}, h("h3", {}, `#${order.number}`), statusChip(order.status),
      h("span", { class: "muted destination" }, `to ${order.destination}`)),
    order.guest && this.#thankYou(order),
    h("p", { class: "items" }, order.items.join(", ")),
    progress(order),
    order.carrier && carrierLine(order),
    order.courier && h("p", { class: "muted", dataset: { testid: "courier" } }, `🛵 The courier is on the way: ${order.courier}`),
    h("div", { class: "actions" }, this.#nextButton(order), this.#photoSwitch(order), this.#courierButton(order), this.#otherStates(order)),
    choices(order, (change) => this.#act(change)),
    this.posted.list(order));
  }

  /** What a guest sees after the purchase: the link to this order, which works for anybody who has it. */
  #thankYou(order) {
    return h("section", { class: "link-card thanks", dataset: { testid: "thank-you" },
      "aria-label": `Thank-you page of order ${order.number}` },
    order.thanks && h("img", { src: order.thanks.qr, alt: "QR code of the order's link", width: 112, height: 112 }),
    h("div", { class: "link-text" },
      h("p", {}, h("b", {}, "Thank you for your order!"), ` We have your e-mail address, ${order.guest}.`),
      order.thanks && h("button", {
        type: "button",
        class: "telegram",
        dataset: { testid: "follow-order", focus: "follow" },
        onclick: () => this.open(order.thanks.url),
      }, icon("telegram"), "Follow in Telegram"),
      h("p", { class: "muted" }, "or write to the bot: ", copyable(`${order.number} ${order.guest}`, "lookup"))));
  }

  #nextButton(order) {
    if (!order.next) return null;
    return h("button", {
      type: "button",
      class: "primary",
      dataset: { testid: "next-status", focus: "next" },
      onclick: () => this.#act(() => shop.next(order.id, this.#withPhoto)),
    }, `→ ${inWords(order.next)}`);
  }

  /** Whether a delivery is posted with the courier's photo. */
  #photoSwitch(order) {
    if (!order.photo) return null;
    return h("label", { class: "switch" }, h("input", {
      type: "checkbox",
      checked: this.#withPhoto,
      dataset: { testid: "with-photo", focus: "photo" },
      onchange: (event) => { this.#withPhoto = event.target.checked; },
    }), "with a photo");
  }

  /** Send a courier, once the order is shipped: it is out for delivery until the courier arrives. */
  #courierButton(order) {
    if (order.courier || !order.carrier || !["shipped", "in_transit", "out_for_delivery"].includes(order.status)) return null;
    return h("button", {
      type: "button",
      class: "quiet",
      dataset: { testid: "send-courier", focus: "courier" },
      onclick: () => this.#act(() => shop.sendCourier(order.id)),
    }, "Send the courier");
  }

  #otherStates(order) {
    return h("select", {
      "aria-label": `Another state for order ${order.number}`,
      dataset: { testid: "other-status", focus: "other" },
      onchange: (event) => this.#act(() => this.#takeTo(order, event.target.value)),
    }, h("option", { value: "" }, "Other state…"),
    order.others.filter((status) => status !== order.unknown).map((status) => h("option", { value: status }, inWords(status))),
    !$("stage").hidden && h("optgroup", { label: "Trouble, for the console" },
      order.status !== order.unknown && h("option", { value: order.unknown }, `${inWords(order.unknown)}: an unknown state`),
      order.next && this.customer.connected[this.person.id]
        && h("option", { value: REFUSED }, `${inWords(order.next)}: Telegram refuses the message`)));
  }

  async #takeTo(order, status) {
    if (status !== REFUSED) return shop.setStatus(order.id, status);
    await stage.refuseNext(this.person.id);
    await shop.next(order.id, false);
    toast("Telegram refuses this message: see Dead letters in the console");
  }
}

function statusChip(status) {
  const mood = TROUBLED.has(status) ? "troubled" : OVER.has(status) ? "over" : status === "delivered" ? "good" : "";
  return h("span", { class: `chip ${mood}`, dataset: { testid: "status", status } }, inWords(status));
}

/** `stage`: the contract's state, also for the shop's own states. */
function progress({ status, stage }) {
  const reached = STAGE_OF[stage] ?? 0;
  const mood = TROUBLED.has(status) ? "troubled" : "";
  return h("div", { class: `progress ${mood}`, "aria-hidden": "true" },
    STAGES.map((_, stage) => h("i", { class: stage < reached ? "reached" : "" })));
}

function carrierLine(order) {
  const { name, tracking_number, tracking_url } = order.carrier;
  const latest = order.estimated_delivery && new Date(order.estimated_delivery.latest);
  return h("p", { class: "carrier muted" }, icon("truck"), name,
    h("a", { href: tracking_url, target: "_blank", rel: "noopener noreferrer" }, tracking_number),
    latest && h("span", {}, `arrives by ${dayAndTime(latest)}`));
}
