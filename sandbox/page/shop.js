/** The shop's own screen: a customer's orders, the next state, what was posted to the service. */

import { shop } from "./api.js";
import { choices } from "./choices.js";
import { $, copy, h, icon, reconcile } from "./dom.js";
import { recall, remember } from "./memory.js";
import { toast } from "./notices.js";
import { ago, dayAndTime, longTime } from "./times.js";

const STAGES = ["placed", "packed", "shipped", "out_for_delivery", "delivered"];
const STAGE_OF = {
  payment_due: 0, placed: 1, confirmed: 1, processing: 1, on_hold: 1, packed: 2, shipped: 3,
  in_transit: 3, delayed: 3, problem: 3, out_for_delivery: 4, attempt_failed: 4,
  ready_for_pickup: 4, delivered: 5,
};
const TROUBLED = new Set(["delayed", "attempt_failed", "on_hold", "problem", "payment_due"]);
const OVER = new Set(["cancelled", "returned", "refunded"]);
const SHOWN_EVENTS = 2;

export class ShopPanel {
  #customers = new Map();
  #links = new Map();
  #unfolded = new Set();
  #withPhoto = true;

  /** `open(url)` opens an address in the phone; `changed()` is called before an order changes. */
  constructor({ open, changed }) {
    this.open = open;
    this.changed = changed;
    this.person = null;
    this.customer = null;
    const buy = (id, guest) => $(id).addEventListener("click",
      () => this.#act(() => shop.createOrder(this.customer.id, guest)));
    buy("create-order", false);
    buy("buy-as-guest", true);
    setInterval(() => this.customer && this.#showConnect(), 15_000);
  }

  async show(person) {
    this.person = person;
    if (!this.#customers.has(person.id)) this.#customers.set(person.id, await shop.signIn(person.name));
    if (person !== this.person) return;
    this.customer = this.#customers.get(person.id);
    for (const id of ["create-order", "buy-as-guest"]) $(id).disabled = false;
    const others = this.customer.people.filter((name) => name !== person.name.toLowerCase());
    $("shop-name").textContent = this.customer.shop;
    $("shop-account").textContent = `Signed in as ${person.name}, ${this.customer.account_hint}`
      + (others.length ? ` · shared with ${others.map(capitalised).join(", ")}` : "");
    this.#showConnect();
    await this.refresh();
  }

  async refresh() {
    const { customer } = this;
    if (!customer) return;
    const orders = await shop.orders(customer.id);
    if (customer !== this.customer) return;
    const cards = orders.map((order) => ({ key: order.id, state: order, build: () => this.#card(order) }));
    const none = { key: "none", state: "", build: () => h("p", { class: "none" }, "No orders yet.") };
    reconcile($("orders"), cards.length ? cards : [none]);
  }

  async #act(change) {
    this.changed();
    await change();
    await this.refresh();
  }

  // Connect Telegram

  #showConnect() {
    const link = this.#links.get(this.person.id);
    const state = link ? [link, link.opened, ago(new Date(link.expires_at))] : this.person.id;
    const build = () => (link && !link.opened ? this.#linkCard(link) : this.#connectCard(link));
    reconcile($("connect"), [{ key: "connect", state, build }]);
  }

  #connectCard(link) {
    return h("div", { class: "connect" },
      h("span", {}, link?.opened
        ? "The link was opened in the phone. It works once."
        : `Let ${this.person.name} follow these orders in a chat.`),
      h("button", {
        type: "button",
        class: link ? "quiet" : "telegram",
        dataset: { testid: "connect-telegram", focus: "connect" },
        onclick: () => this.#connect(),
      }, icon("telegram"), link ? "Connect again" : "Connect Telegram"));
  }

  async #connect() {
    const { person } = this;
    this.#links.set(person.id, await shop.connect(this.customer.id));
    this.#remember();
    this.#showConnect();
    document.querySelector("[data-testid=open-link]")?.focus();
  }

  /** Before the first `show`. */
  recall() {
    this.#links = new Map(recall("links") ?? []);
  }

  #remember() {
    remember("links", [...this.#links]);
  }

  #linkCard(link) {
    const expires = new Date(link.expires_at);
    const command = `/link ${link.code}`;
    return h("div", { class: "link-card" },
      h("img", { src: link.qr, alt: "QR code of the link", width: 112, height: 112, dataset: { testid: "qr" } }),
      h("div", { class: "link-text" },
        h("button", {
          type: "button",
          class: "telegram",
          dataset: { testid: "open-link", focus: "connect" },
          onclick: () => this.#openLink(link),
        }, icon("telegram"), "Open in the phone"),
        h("a", { class: "url", href: link.url, dataset: { testid: "link-url" },
          onclick: (event) => { event.preventDefault(); this.#openLink(link); } }, link.url),
        h("p", {}, "or type ", h("button", {
          type: "button",
          class: "copyable",
          title: "Copy",
          dataset: { testid: "link-code" },
          onclick: () => this.#copy(command),
        }, command)),
        h("p", { class: "muted" }, expires > Date.now() ? `Expires ${ago(expires)}, works once` : "Expired")));
  }

  async #openLink(link) {
    link.opened = true;
    this.#remember();
    this.#showConnect();
    await this.open(link.url);
  }

  async #copy(text) {
    await copy(text);
    toast("Copied to the clipboard");
  }

  /** Signed anew: a signature holds for five minutes. The same id makes it a duplicate. */
  async #copyCurl(event) {
    await this.#copy(asCurl(await shop.signed(event.id)));
  }

  // Orders

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
    this.#events(order));
  }

  /** What a guest sees after the purchase: the link to this one order, for whoever has it. */
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
      h("p", { class: "muted" }, "or write to the bot: ", h("button", {
        type: "button",
        class: "copyable",
        title: "Copy",
        onclick: () => this.#copy(`${order.number} ${order.guest}`),
      }, `${order.number} ${order.guest}`))));
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

  /** Whether a delivery is told with the courier's photo of it. */
  #photoSwitch(order) {
    if (!order.photo) return null;
    return h("label", { class: "switch" }, h("input", {
      type: "checkbox",
      checked: this.#withPhoto,
      dataset: { testid: "with-photo", focus: "photo" },
      onchange: (event) => { this.#withPhoto = event.target.checked; },
    }), "with a photo");
  }

  /** From the shelf or from the street: the order is out for delivery until the courier is there. */
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
      onchange: (event) => this.#act(() => shop.setStatus(order.id, event.target.value)),
    }, h("option", { value: "" }, "Other state…"),
    order.others.map((status) => h("option", { value: status }, inWords(status))));
  }

  #events(order) {
    const shown = order.events.slice(0, SHOWN_EVENTS);
    const earlier = order.events.slice(SHOWN_EVENTS);
    return h("div", { class: "events", role: "group", "aria-label": "Webhooks posted" },
      shown.map((event) => this.#event(event)),
      earlier.length > 0 && this.#fold(`earlier-${order.id}`, { class: "earlier" },
        h("summary", {}, `${earlier.length} earlier`), earlier.map((event) => this.#event(event))));
  }

  #event(event) {
    const good = event.answer >= 200 && event.answer < 300;
    const verdict = event.answer ? `${event.answer} ${event.result}` : event.result;
    return this.#fold(event.id, { class: "event", dataset: { testid: "event" } },
      h("summary", { dataset: { focus: event.id } },
        h("time", { datetime: event.at }, longTime(new Date(event.at))),
        h("span", { class: "event-type" }, event.type, h("b", {}, ` ${event.status}`),
          event.parcel && ` · parcel ${event.parcel}`),
        h("span", { class: `verdict ${good ? "good" : event.answer ? "bad" : ""}`,
          dataset: { testid: "verdict" } }, verdict)),
      h("pre", { tabindex: "0", "aria-label": "Request and answer" }, exchange(event)),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "quiet", onclick: () => this.#act(() => shop.repeat(event.id)) },
          "Post it again"),
        h("button", { type: "button", class: "quiet", onclick: () => this.#copyCurl(event) },
          "Copy as curl"),
        event.attempts > 1 && h("span", { class: "muted" }, `posted ${event.attempts} times`)));
  }

  /** A `<details>` that stays open when its card is made anew. */
  #fold(key, attributes, ...children) {
    return h("details", {
      ...attributes,
      open: this.#unfolded.has(key),
      ontoggle: (event) => this.#unfolded[event.target.open ? "add" : "delete"](key),
    }, ...children);
  }
}

function statusChip(status) {
  const mood = TROUBLED.has(status) ? "troubled" : OVER.has(status) ? "over" : status === "delivered" ? "good" : "";
  return h("span", { class: `chip ${mood}`, dataset: { testid: "status", status } }, inWords(status));
}

/** `stage`: of the contract, also for a state of the shop's own. */
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

function exchange(event) {
  const headers = Object.entries(event.headers).map(([name, value]) => `${name}: ${value}`).join("\n");
  const answer = event.answer ? `HTTP ${event.answer}\n${event.answer_body}` : event.result;
  return `POST ${event.url || "/webhooks/orders"}\n${headers}\n\n${event.body}\n\n${answer}`;
}

function asCurl(event) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const headers = Object.entries(event.headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  return ["curl -sS", quoted(event.url), ...headers, "--data-binary", quoted(event.body)].join(" ");
}

export function inWords(status) {
  return capitalised(status.replaceAll("_", " "));
}

function capitalised(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
