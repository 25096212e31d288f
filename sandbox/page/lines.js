/** The lines of a chat: its messages, in groups, and the dates between them. */

import { $, h } from "./dom.js";
import { comesIn, messageElement } from "./message.js";
import { dayName } from "./times.js";

const SAME_GROUP_MS = 10 * 60_000;

/** Items for `reconcile`. `empty()`: makes the content of a chat without messages. */
export function linesOf(messages, actions, empty) {
  const lines = [];
  let day = null;
  for (const message of messages) {
    const name = dayName(new Date(message.sent_at));
    if (name !== day) lines.push({ key: `day-${name}`, state: name, build: () => daySeparator(name) });
    day = name;
    const quoted = messages.find(({ id }) => id === message.reply_to)?.html;
    lines.push({
      key: `message-${message.id}`,
      state: [message, quoted],
      build: () => messageElement({ ...message, quoted }, actions),
    });
  }
  return lines.length ? lines : [empty];
}

/** The message with the current reply keyboard: it stays until another one comes, it is removed, or a
 * reply is requested. */
export function keyboardOf(messages) {
  const last = messages.findLast((message) =>
    message.reply_keyboard || message.removes_keyboard || message.forces_reply);
  return last?.reply_keyboard ? last : null;
}

/** Consecutive messages of one sender form a group; only the last one has a tail. */
export function markGroups(messages) {
  messages.forEach((message, place) => {
    const element = $("messages").querySelector(`[data-key="message-${message.id}"]`);
    element.classList.toggle("first", !together(messages[place - 1], message));
    element.classList.toggle("last", !together(message, messages[place + 1]));
  });
}

function together(one, other) {
  if (!one || !other || comesIn(one) !== comesIn(other) || one.friend !== other.friend || one.sender !== other.sender) return false;
  const [before, after] = [new Date(one.sent_at), new Date(other.sent_at)];
  return after - before < SAME_GROUP_MS && dayName(before) === dayName(after);
}

function daySeparator(name) {
  return h("li", { class: "day" }, h("span", {}, name));
}

/** The content of an empty chat. */
export function emptyChat(bot, { description }, group) {
  const [title, text] = group
    ? [group.title, "In a group the bot tells nobody’s orders. Try /track with an order’s number."]
    : description
      ? ["What can this bot do?", description]
      : ["No messages here yet…", `Press Start to talk to ${bot.name}, or open a link from the shop.`];
  return h("li", { class: "empty-chat" },
    h("div", { dataset: { testid: "empty" } }, h("strong", {}, title), h("p", {}, text)));
}
