/** The webhooks that the shop has posted for an order, and the service's answers. */

import { shop } from "./api.js";
import { copy, h } from "./dom.js";
import { toast } from "./notices.js";
import { longTime } from "./times.js";

const SHOWN = 2;

export class Posted {
  #unfolded = new Set();

  /** `act(change)` makes a change and renders the orders again. */
  constructor(act) {
    this.act = act;
  }

  list({ id, events }) {
    const [shown, earlier] = [events.slice(0, SHOWN), events.slice(SHOWN)];
    return h("div", { class: "events", role: "group", "aria-label": "Webhooks posted" },
      shown.map((event) => this.#event(event)),
      earlier.length > 0 && this.#fold(`earlier-${id}`, { class: "earlier" },
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
        h("button", { type: "button", class: "quiet", onclick: () => this.act(() => shop.repeat(event.id)) },
          "Post it again"),
        h("button", { type: "button", class: "quiet", dataset: { testid: "copy-curl" },
          onclick: () => copyCurl(event) }, "Copy as curl"),
        event.attempts > 1 && h("span", { class: "muted" }, `posted ${event.attempts} times`)));
  }

  /** A `<details>` that stays open when its card is rendered again. */
  #fold(key, attributes, ...children) {
    return h("details", {
      ...attributes,
      open: this.#unfolded.has(key),
      ontoggle: (event) => this.#unfolded[event.target.open ? "add" : "delete"](key),
    }, ...children);
  }
}

/** Signed again, because a signature is valid for five minutes. The same id makes it a duplicate. */
async function copyCurl(event) {
  await copy(asCurl(await shop.signed(event.id)));
  toast("Copied, signed anew: it holds for five minutes");
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
