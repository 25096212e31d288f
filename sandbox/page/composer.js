/** The area below the chat: Start, Unblock, or Menu, input and send; and the chat's own menu. */

import { sandbox } from "./api.js";
import { $, h } from "./dom.js";
import { pictureFrom } from "./picture.js";
import { plainText } from "./times.js";

export class Composer {
  /**
   * `send(text, replyTo)` sends as `person()`, who holds the phone; `openApp` opens the
   * menu button's Mini App, if it has one instead of commands; `inline`: the bot's inline results.
   */
  constructor({ send, openApp, person, inline }) {
    this.send = send;
    this.openApp = openApp;
    this.person = person;
    this.inline = inline;
    $("composer").addEventListener("submit", (event) => this.#submit(event));
    $("input").addEventListener("input", () => this.#typed());
    $("input").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit(event);
    });
    $("attach").addEventListener("click", () => this.#attach());
    $("menu").addEventListener("click", () => this.#pressMenu());
    $("no-reply").addEventListener("click", () => this.#dropReply());
    $("start").addEventListener("click", () => this.send("/start"));
    $("unblock").addEventListener("click", () => sandbox.unblock(this.person().id));
    $("block").addEventListener("click", () => this.#toggleBlocked());
    $("chat-menu").addEventListener("click", () => this.#showChatMenu($("chat-menu-items").hidden));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    document.addEventListener("click", (event) => {
      // Does not use the target: the pressed element may have been replaced by now.
      const inside = "#commands, #inline, #menu, #chat-menu, #composer";
      if (!event.composedPath().some((element) => element.matches?.(inside))) this.close();
    });
  }

  /**
   * Show what fits the chat. `empty`: it has no messages; `keyboard`: the message with the bot's
   * reply keyboard; `asks`: the newest message, if it wants a reply. In a `group` there are neither
   * the bot's menu nor the photo button.
   */
  show({ empty, keyboard, asks, group }) {
    const { menu_button } = this.person();
    const blocked = this.person().blocked && !group;
    for (const id of ["menu", "attach", "chat-menu"]) $(id).hidden = Boolean(group);
    const isApp = menu_button.type === "web_app";
    $("menu").lastElementChild.textContent = isApp ? menu_button.text : "Menu";
    $("menu").setAttribute("aria-haspopup", isApp ? "dialog" : "true");
    $("unblock").hidden = !blocked;
    $("start").hidden = blocked || !empty;
    $("composer").hidden = blocked || empty;
    $("block").textContent = blocked ? "Unblock bot" : "Block bot";
    this.keyboard = blocked ? null : keyboard;
    this.#showReply(blocked ? null : asks);
    this.#showReplyKeyboard(this.keyboard?.reply_keyboard);
  }

  /** Clear what was typed. */
  clear() {
    $("input").value = "";
    this.#typed();
  }

  close() {
    this.#hideCommands();
    this.inline.show(null);
    this.#showChatMenu(false);
  }

  #submit(event) {
    event.preventDefault();
    const text = $("input").value.trim();
    if (!text) return;
    this.clear();
    this.send(text, this.replyTo?.id);
  }

  /** Send a photo, with the typed text as its caption. */
  async #attach() {
    const picture = await pictureFrom();
    const caption = $("input").value.trim();
    if (!picture) return;
    $("input").value = "";
    this.#typed();
    await sandbox.sendPhoto(this.person().id, picture, caption);
  }

  /** As in Telegram's apps, the next text is the reply, unless the person cancels it. */
  #showReply(message) {
    this.replyTo = message && message.id !== this.dropped ? message : null;
    $("reply").hidden = !this.replyTo;
    $("reply-text").textContent = plainText(this.replyTo?.html ?? "");
    $("input").placeholder = (this.replyTo ?? this.keyboard)?.placeholder ?? "Message";
  }

  #dropReply() {
    this.dropped = this.replyTo?.id;
    this.#showReply(null);
    $("input").focus();
  }

  #typed() {
    const input = $("input");
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 120)}px`;
    $("composer").classList.toggle("writing", input.value.trim() !== "");
    this.inline.show(this.inline.typed(input.value));
    const started = input.value.match(/^\/(\w*)$/);
    if (started) this.#showCommands(started[1].toLowerCase());
    else this.#hideCommands();
  }

  #pressMenu() {
    if (this.person().menu_button.type === "web_app") return this.openApp();
    if ($("commands").hidden) this.#showCommands("");
    else this.#hideCommands();
  }

  #showCommands(beginning) {
    const found = this.person().commands.filter(({ command }) => command.startsWith(beginning));
    $("commands").replaceChildren(...found.map(({ command, description }) =>
      h("button", {
        type: "button",
        dataset: { testid: "command" },
        onclick: () => this.#choose(command),
      }, h("span", {}, description), h("code", {}, `/${command}`))));
    $("commands").hidden = !found.length;
    $("menu").setAttribute("aria-expanded", String(found.length > 0));
  }

  #choose(command) {
    this.clear();
    this.#hideCommands();
    this.send(`/${command}`);
  }

  #hideCommands() {
    $("commands").hidden = true;
    $("menu").setAttribute("aria-expanded", "false");
  }

  #showChatMenu(open) {
    $("chat-menu-items").hidden = !open;
    $("chat-menu").setAttribute("aria-expanded", String(open));
  }

  async #toggleBlocked() {
    this.#showChatMenu(false);
    const { id, blocked } = this.person();
    await (blocked ? sandbox.unblock(id) : sandbox.block(id));
  }

  /** Rows of `{text, request}`; `request` asks for a contact or a location. */
  #showReplyKeyboard(rows) {
    $("reply-keyboard").hidden = !rows?.length;
    $("reply-keyboard").replaceChildren(...(rows ?? []).map((row) => h("div", { class: "row" },
      row.map(({ text, request }) => h("button", {
        type: "button",
        onclick: () => this.#pressReplyButton(text, request),
      }, text)))));
  }

  /** As in Telegram's apps, ask before a phone number or a location is shared. */
  #pressReplyButton(text, request) {
    const { id } = this.person();
    const [what, share] = {
      contact: ["phone number", sandbox.sharePhone],
      location: ["location", sandbox.shareLocation],
    }[request] ?? [];
    if (!share) return this.send(text);
    if (confirm(`Share your ${what} with the bot?`)) return share(id);
  }
}
