/** The phone: one person's chat with the bot, as Telegram's app shows it. */

import { sandbox } from "./api.js";
import { MiniApp } from "./app.js";
import { $, copy, gently, h, reconcile } from "./dom.js";
import { emptyChat, keyboardOf, linesOf, markGroups } from "./lines.js";
import { comesIn } from "./message.js";
import { notify, showAlert, toast } from "./notices.js";
import { Roving } from "./roving.js";
import { fillTimes, now, shortTime } from "./times.js";

const ANSWER_MS = 4_000;

export class Phone extends EventTarget {
  /**
   * Fires `shop` (a button leads to the shop beside it), `pushed` (messages came that are not answers), `unread` (a count
   * changed) and `rendered` (the composer has to be updated).
   */
  constructor() {
    super();
    this.bot = { name: "", username: "" };
    this.person = null;
    this.group = null; // the id of the open group, or null for the chat with the bot
    this.chats = new Map();
    this.app = new MiniApp({ open: (url) => this.open(url) });
    this.roving = new Roving($("messages"));
    this.actions = {
      press: (...pressed) => this.press(...pressed),
      open: (url) => this.open(url),
      send: (text) => this.send(text),
      toast,
    };
    $("chat").addEventListener("scroll", () => this.#showToEnd());
    $("to-end").addEventListener("click", () => this.#scrollToEnd(gently()));
    setInterval(() => this.tick(), 20_000);
    this.tick();
  }

  /** The state of one person's chat. The messages are null until they are loaded. */
  chat(id, group = null) {
    const key = `${id} ${group}`;
    if (!this.chats.has(key)) {
      this.chats.set(key, { messages: null, echoes: [], unread: 0, asked: 0, actedAt: -Infinity });
    }
    return this.chats.get(key);
  }

  /** How many unread messages a person has in all their chats. */
  unread({ id, groups }) {
    return [null, ...groups.map((group) => group.id)].reduce((sum, group) => sum + this.chat(id, group).unread, 0);
  }

  /** Show that person's phone with that chat open. */
  async hold(person, group = null) {
    this.app.close();
    this.person = person;
    this.group = group;
    this.chat(person.id, group).unread = 0;
    $("messages").replaceChildren();
    this.#fire("unread");
    await this.refresh(person.id, group);
    this.#scrollToEnd();
  }

  /** Load that chat again, and show, count or announce its new messages. */
  async refresh(id, group = null) {
    const chat = this.chat(id, group);
    const turn = ++chat.asked;
    const messages = await sandbox.messages(id, group);
    if (turn !== chat.asked) return;
    const known = new Set(chat.messages?.map((message) => message.id));
    const fresh = chat.messages ? messages.filter((message) => !known.has(message.id)) : [];
    chat.messages = messages;
    for (const own of fresh.filter((message) => !message.from_bot)) dropEcho(chat, own);
    this.#receive(id, group, fresh.filter(comesIn));
  }

  #receive(id, group, fromBot) {
    const chat = this.chat(id, group);
    const held = id === this.person?.id && group === this.group;
    if (held) this.render();
    else chat.unread += fromBot.length;
    if (!fromBot.length) return;
    const byItself = performance.now() - chat.actedAt > ANSWER_MS;
    if (held && byItself) notify(fromBot.at(-1).friend ?? fromBot.at(-1).sender ?? this.bot.name, fromBot.at(-1));
    if (byItself) this.#fire("pushed", { person: id, count: fromBot.length });
    this.#fire("unread");
  }

  /** From now on a message counts as a push again, not as an answer to the person's last action. */
  expectPush() {
    for (const chat of this.chats.values()) chat.actedAt = -Infinity;
  }

  /** `replyTo`: the id of the message that this replies to, if that requested a reply. */
  async send(text, replyTo) {
    const { person: { id }, group } = this;
    const chat = this.chat(id, group);
    const last = chat.messages?.at(-1)?.id ?? 0;
    const echo = { id: `echo-${performance.now()}`, after: last, text, sent_at: now().toISOString() };
    chat.echoes.push(echo);
    chat.actedAt = performance.now();
    this.render();
    this.#scrollToEnd(gently());
    try {
      await sandbox.send(id, group, text, replyTo);
      await this.refresh(id, group);
    } finally {
      chat.echoes = chat.echoes.filter((other) => other !== echo);
      if (id === this.person.id) {
        this.render();
        this.#scrollToEnd(gently());
      }
    }
  }

  async press(message, button, element) {
    if (button.kind === "url") return this.open(button.url);
    if (button.kind === "app") return this.openApp(message.id);
    if (button.kind === "copy") {
      await copy(button.copy_text);
      return toast("Copied to the clipboard");
    }
    const { person: { id }, group } = this;
    this.chat(id, group).actedAt = performance.now();
    element.setAttribute("aria-busy", "true");
    try {
      const answer = await sandbox.press(id, group, message.id, button.data);
      if (answer?.text) (answer.show_alert ? showAlert : toast)(answer.text);
    } finally {
      element.removeAttribute("aria-busy");
    }
  }

  /** Open the Mini App of a button under that message or, without a message, beside the input. */
  openApp(messageId) {
    return this.app.show(this.person, this.bot.name, messageId);
  }

  /** A deep link to the bot starts it, as in Telegram; any other address opens in a new tab. */
  async open(url) {
    const payload = startPayload(url, this.bot.username);
    if (url === `${location.origin}/#shop`) return this.#fire("shop");
    if (payload === null) return window.open(url, "_blank", "noopener,noreferrer");
    if (this.group) await this.hold(this.person);
    await this.send(`/start ${payload}`.trim());
  }

  /** Scroll to the newest message when the phone is shown again: it cannot scroll while hidden. */
  unfold() {
    this.render();
    this.#scrollToEnd();
  }

  render() {
    const chat = this.chat(this.person.id, this.group);
    const group = this.person.groups.find(({ id }) => id === this.group);
    const atEnd = this.#isAtEnd();
    const echoes = chat.echoes.map((echo) => ({ ...echo, html: escaped(echo.text), pending: true }));
    const all = [...(chat.messages ?? []), ...echoes];
    reconcile($("messages"), linesOf(all, this.actions, {
      key: "empty",
      state: [this.bot, this.person.description, group],
      build: () => emptyChat(this.bot, this.person, group),
    }));
    markGroups(all);
    this.roving.refresh();
    $("messages").classList.toggle("empty", !all.length);
    this.#fire("rendered", {
      group,
      empty: !all.length && !group,
      keyboard: group ? null : keyboardOf(all),
      asks: all.at(-1)?.forces_reply ? all.at(-1) : null,
    });
    if (atEnd) this.#scrollToEnd(gently());
    else this.#showToEnd();
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = $("chat");
    return scrollHeight - scrollTop - clientHeight < 80;
  }

  #scrollToEnd(behavior = "instant") {
    $("chat").scrollTo({ top: $("chat").scrollHeight, behavior });
  }

  #showToEnd() {
    $("to-end").hidden = this.#isAtEnd();
  }

  /** Update the clock and the relative times. */
  tick() {
    $("clock").textContent = shortTime(now());
    fillTimes($("messages"));
  }

  #fire(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** The payload of a deep link to this bot ("" without one), or null for any other address. */
export function startPayload(url, username) {
  if (!URL.canParse(url)) return null;
  const { hostname, pathname, searchParams } = new URL(url);
  const toBot = hostname === "t.me" && pathname.slice(1).toLowerCase() === username.toLowerCase();
  return toBot ? searchParams.get("start") ?? "" : null;
}

function dropEcho(chat, own) {
  const place = chat.echoes.findIndex((echo) => echo.text === own.text && own.id > echo.after);
  if (place >= 0) chat.echoes.splice(place, 1);
}

function escaped(text) {
  return h("i", {}, text).innerHTML;
}
