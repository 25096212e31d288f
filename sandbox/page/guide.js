/** The first three steps, ticked off as they are done. */

import { $, h, icon } from "./dom.js";
import { recall, remember } from "./memory.js";

const STEPS = [
  ["Connect Telegram", "Get a link below and open it in the phone"],
  ["Press Yes in the phone", "The bot asks whether the account is yours"],
  ["Press “→ next state”", "and watch the phone"],
];

export class Guide {
  #done = new Set();
  #linking = false;

  /** The person opened a link or typed a code in the chat. */
  sent(text) {
    if (!/^\/(start|link)\s+\S/.test(text)) return;
    this.#linking = true;
    this.#tick(0);
  }

  /** The person pressed a button; a question's first one agrees. */
  pressed(place) {
    if (!this.#linking || place !== "0.0") return;
    this.#linking = false;
    this.#tick(1);
  }

  /** A message came by itself after the shop changed an order. */
  pushed() {
    if (this.#done.has(1)) this.#tick(2);
  }

  /** As far as the steps were done before the page was loaded again. */
  recall() {
    const kept = recall("guide");
    this.#done = new Set(kept?.done ?? []);
    this.#linking = kept?.linking ?? false;
    this.show();
  }

  show() {
    const current = STEPS.findIndex((_, step) => !this.#done.has(step));
    $("guide").replaceChildren(...STEPS.map(([title, hint], step) => {
      const done = this.#done.has(step);
      return h("li", {
        class: done ? "done" : step === current ? "current" : "",
        dataset: { testid: `step-${step + 1}`, done: String(done) },
        "aria-current": step === current ? "step" : null,
      },
      h("span", { class: "number" }, done ? icon("check") : String(step + 1)),
      h("span", {}, h("strong", {}, title), h("span", { class: "hint" }, hint),
        done && h("span", { class: "sr-only" }, " (done)")));
    }));
    $("guide").classList.toggle("complete", current < 0);
    document.body.dataset.step = String(current + 1);
  }

  #tick(step) {
    this.#done.add(step);
    remember("guide", { done: [...this.#done], linking: this.#linking });
    this.show();
  }
}
