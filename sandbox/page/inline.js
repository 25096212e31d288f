/** The bot's inline results where its name is typed, and the choice of a recipient. */

import { ApiError, sandbox } from "./api.js";
import { $, h } from "./dom.js";

const PAUSE_MS = 200;

export class Inline {
  /** `people()`: everybody; `person()`: the one who holds the phone; `isInGroup()`: whether a group is open; `open(url)` opens a link on the phone. */
  constructor({ people, person, isInGroup, bot, open, chosen }) {
    Object.assign(this, { people, person, isInGroup, bot, open, chosen });
    this.asked = 0;
  }

  /** The text after the bot's name, or null without the name. */
  typed(text) {
    const [name, ...rest] = text.split(" ");
    if (this.isInGroup()) return null; // the page sends results only to people
    const isBot = name.toLowerCase() === `@${this.bot().username}`.toLowerCase();
    return isBot && text.includes(" ") ? rest.join(" ").trim() : null;
  }

  /** Show the results after a short pause in typing; null hides them. */
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

  /** In Telegram, one types in the recipient's chat; on this page, the recipient is chosen now. */
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
