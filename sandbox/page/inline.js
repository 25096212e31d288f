/** What the bot offers where its name is typed, and to whom it is sent. */

import { ApiError, sandbox } from "./api.js";
import { $, h } from "./dom.js";

const PAUSE_MS = 200;

export class Inline {
  /** `people()`: everybody; `person()`: who holds the phone; `isInGroup()`: whether a group is open; `open(url)` opens a link there. */
  constructor({ people, person, isInGroup, bot, open, chosen }) {
    Object.assign(this, { people, person, isInGroup, bot, open, chosen });
    this.asked = 0;
  }

  /** What was typed behind the bot's name, or null: it is not there. */
  typed(text) {
    const [name, ...rest] = text.split(" ");
    if (this.isInGroup()) return null; // the page sends what is offered to people only
    const isBot = name.toLowerCase() === `@${this.bot().username}`.toLowerCase();
    return isBot && text.includes(" ") ? rest.join(" ").trim() : null;
  }

  /** Show what is offered once nobody has typed on for a moment; null hides it. */
  show(typed) {
    const turn = ++this.asked;
    if (typed === null) return this.#fill([]);
    setTimeout(() => turn === this.asked && this.#ask(typed, turn), PAUSE_MS);
  }

  async #ask(typed, turn) {
    let offered;
    try {
      offered = await sandbox.offers(this.person().id, typed);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return this.#fill([h("p", { class: "muted" }, error.message)]);
    }
    if (turn !== this.asked) return;
    const { button, results } = offered;
    this.#fill([
      button && row("inline-button", button.text, "", () => this.#start(button)),
      ...results.map((result) => row("inline-result", result.title, result.description,
        () => this.#askWhom(typed, result))),
    ]);
  }

  #start({ start_parameter }) {
    this.chosen();
    return this.open(`https://t.me/${this.bot().username}?start=${start_parameter}`);
  }

  /** In Telegram the chat is there before; on this page it is chosen now. */
  #askWhom(typed, result) {
    const others = this.people().filter(({ id }) => id !== this.person().id);
    this.#fill([
      h("p", { class: "muted" }, `${result.title}: send it to`),
      ...others.map((other) => row("inline-friend", other.name, "", () => this.#send(typed, result, other))),
      row("inline-friend", "This chat", "", () => this.#send(typed, result, this.person())),
    ]);
  }

  async #send(typed, result, to) {
    this.chosen();
    await sandbox.choose(this.person().id, typed, result.id, to.id);
  }

  #fill(rows) {
    $("inline").replaceChildren(...rows.filter(Boolean));
    $("inline").hidden = !$("inline").children.length;
  }
}

function row(testid, text, beside, onclick) {
  return h("button", { type: "button", dataset: { testid }, onclick },
    h("span", {}, text), beside && h("code", {}, beside));
}
