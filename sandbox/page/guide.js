/** The first three steps, ticked off as each person does them. */

import { $, h, icon } from "./dom.js";
import { recall, remember } from "./memory.js";

const STEPS = [
  ["Connect Telegram", "Get a link below and open it in the phone"],
  ["Press Yes in the phone", "The bot asks whether the account is yours"],
  ["Press “→ next state”", "and watch the phone"],
];

export class Guide {
  #of = new Map(); // by person: the steps that are `done`, and whether they are `linking`
  #person = null;

  /** The person opened a link or typed a code in the chat. */
  sent(text) {
    if (!/^\/(start|link)\s+\S/.test(text)) return;
    this.#progress().linking = true;
    this.#tick(0);
  }

  /** The person pressed a button; a question's first one agrees. */
  pressed(place) {
    const progress = this.#progress();
    if (!progress.linking || place !== "0.0") return;
    progress.linking = false;
    this.#tick(1);
  }

  /** A message came to somebody by itself after the shop changed an order. */
  pushed(person) {
    if (this.#progress(person).done.includes(1)) this.#tick(2, person);
  }

  /** As far as the steps were done before the page was loaded again. */
  recall() {
    this.#of = new Map(recall("guide"));
  }

  /** Those of whoever holds the phone. */
  show(person = this.#person) {
    this.#person = person;
    const { done } = this.#progress();
    const current = STEPS.findIndex((_, step) => !done.includes(step));
    $("guide").replaceChildren(...STEPS.map(([title, hint], step) => {
      const isDone = done.includes(step);
      return h("li", {
        class: isDone ? "done" : step === current ? "current" : "",
        dataset: { testid: `step-${step + 1}`, done: String(isDone) },
        "aria-current": step === current ? "step" : null,
      },
      h("span", { class: "number" }, isDone ? icon("check") : String(step + 1)),
      h("span", {}, h("strong", {}, title), h("span", { class: "hint" }, hint),
        isDone && h("span", { class: "sr-only" }, " (done)")));
    }));
    $("guide").classList.toggle("complete", current < 0);
    document.body.dataset.step = String(current + 1);
  }

  #progress(person = this.#person) {
    if (!this.#of.has(person)) this.#of.set(person, { done: [], linking: false });
    return this.#of.get(person);
  }

  #tick(step, person = this.#person) {
    const progress = this.#progress(person);
    progress.done = [...new Set([...progress.done, step])];
    remember("guide", [...this.#of]);
    this.show();
  }
}
