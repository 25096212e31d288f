/** "Connect Telegram": a link for the signed-in person, and whether they are connected. */

import { shop } from "./api.js";
import { $, copy, h, icon, reconcile } from "./dom.js";
import { recall, remember } from "./memory.js";
import { toast } from "./notices.js";
import { ago, now } from "./times.js";

export class Connect {
  #links = new Map(); // by person: their latest link

  /** `open(url)` opens an address in the phone. */
  constructor({ open }) {
    this.open = open;
    this.person = null;
    setInterval(() => this.customer && this.#show(), 15_000);
  }

  /** `customer`: the shop's account of the person who holds the phone. */
  show(person, customer) {
    this.person = person;
    this.customer = customer;
    this.#show();
  }

  /** Before the first `show`. */
  recall() {
    this.#links = new Map(recall("links") ?? []);
  }

  #remember() {
    remember("links", [...this.#links]);
  }

  #show() {
    const link = this.#links.get(this.person.id);
    const since = this.customer.connected[this.person.id];
    const state = [this.person.id, since, link, link && ago(new Date(link.expires_at))];
    const isOpen = link && !link.opened && !(since && new Date(since) > new Date(link.asked));
    const build = () => (isOpen ? this.#linkCard(link) : this.#connectCard(link, since));
    reconcile($("connect"), [{ key: "connect", state, build }]);
  }

  #connectCard(link, since) {
    const { name } = this.person;
    const [said, button] = since
      ? [`✓ ${name} is connected and is told of these orders.`, "Connect again"]
      : link?.opened
        ? [`The link was opened in the phone. Say yes there, or take a new one: a link works once.`, "Connect Telegram"]
        : [`Let ${name} follow these orders in a chat.`, "Connect Telegram"];
    return h("div", { class: "connect" },
      h("span", { dataset: { testid: "connected", since: since ?? "" } }, said),
      h("button", {
        type: "button",
        class: since ? "quiet" : "telegram",
        dataset: { testid: "connect-telegram", focus: "connect" },
        onclick: () => this.#connect(),
      }, icon("telegram"), button));
  }

  async #connect() {
    const { person } = this;
    const asked = now().toISOString();
    this.#links.set(person.id, { ...await shop.connect(this.customer.id), asked });
    this.#remember();
    this.#show();
    document.querySelector("[data-testid=open-link]")?.focus();
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
        h("p", {}, "or type ", copyable(command, "link-code")),
        h("p", { class: "muted" }, expires > now() ? `Expires ${ago(expires)}, works once` : "Expired")));
  }

  async #openLink(link) {
    link.opened = true;
    this.#remember();
    this.#show();
    await this.open(link.url);
  }
}

/** A text that is copied when it is pressed. */
export function copyable(text, testid) {
  return h("button", {
    type: "button",
    class: "copyable",
    title: "Copy",
    dataset: { testid },
    onclick: async () => {
      await copy(text);
      toast("Copied to the clipboard");
    },
  }, text);
}
