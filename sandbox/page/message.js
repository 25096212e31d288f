/** One message of the chat: bubble, formatted text, time, buttons under it. */

import { copy, h, icon } from "./dom.js";
import { isMoving, map } from "./map.js";
import { fillTimes, plainText, shortTime } from "./times.js";

const LINK_OR_COMMAND = /https?:\/\/[^\s<>]*[^\s<>.,:;!?"')\]]|(?<![^\s(])\/[a-z0-9_]{1,32}(?![\w/])/gi;

/**
 * `message` as `GET /sandbox/people/{id}/messages` gives it, or an echo (`pending: true`) of what
 * was just typed; `quoted`: the HTML of the message that it replies to. `actions`: `press(button, element)`, `open(url)`, `send(text)`, `toast(text)`.
 */
export function messageElement(message, actions) {
  const text = h("div", { class: "text", html: shownHtml(message) });
  if (message.contact) text.append(contactCard(message.contact));
  linkify(text);
  fillTimes(text);
  enliven(text, actions);
  const shown = message.preview && preview(message.preview);
  const above = message.preview?.above;
  const bubble = h("div", { class: "bubble", dir: "auto" }, message.friend && withFriend(message),
    message.sender && h("span", { class: "friend", "aria-hidden": "true" }, message.sender),
    message.quoted && h("p", { class: "quoted" }, plainText(message.quoted)), message.location && map(message),
    message.photo && photo(message.photo), above && shown, text, !above && shown, meta(message));
  const sender = h("span", { class: "sr-only" }, comesIn(message) ? `${message.friend ?? message.sender ?? "Bot"}: ` : "You: ");
  return h("li", {
    class: `message ${comesIn(message) ? "from-bot" : "own"}${isMoving(message) ? " moving" : ""}`,
    dataset: { testid: testidOf(message), id: message.id },
  }, sender, bubble, keyboard(message, actions));
}

function testidOf(message) {
  if (message.friend || message.sender) return "friend-message";
  return message.from_bot ? "bot-message" : "own-message";
}

/** Whether somebody else wrote the message. */
export function comesIn({ from_bot, incoming }) {
  return from_bot || incoming === true;
}

/** In Telegram, the message is in another chat. This page has only one, so the message names the chat. */
function withFriend({ friend, incoming, via }) {
  return h("span", { class: "friend" }, `${incoming ? friend : `To ${friend}`} via ${via}`);
}

/** Telegram's apps do not show the payload of a deep link. */
function shownHtml({ from_bot, text, html }) {
  return !from_bot && /^\/start \S+$/.test(text) ? "/start" : html;
}

function meta(message) {
  return h("span", { class: "meta" },
    message.silent && message.from_bot && h("span", { class: "sr-only" }, "sent silently, "),
    message.edited_at && !message.location && "edited ",
    h("time", { datetime: message.sent_at }, shortTime(new Date(message.sent_at))),
    !comesIn(message) && icon(message.pending ? "clock" : "read"));
}

/** A photo. Its space is reserved while it loads. */
function photo({ url, width, height }) {
  return h("img", { class: "photo", src: url, width, height, alt: "Photo" });
}

/** A link preview. Its space is reserved while it loads; if it cannot be fetched, it is not shown, as in Telegram. */
function preview({ url, large }) {
  const picture = h("img", { src: url, alt: "Link preview" });
  const shown = h("div", { class: `preview${large ? " large" : ""}` }, picture);
  picture.addEventListener("error", () => shown.remove());
  return shown;
}

function contactCard(contact) {
  const name = [contact.first_name, contact.last_name].filter(Boolean).join(" ");
  return h("div", { class: "contact" }, icon("contact"),
    h("span", {}, h("strong", {}, name), h("br"), contact.phone_number ?? ""));
}

function keyboard(message, actions) {
  if (!message.buttons?.length) return null;
  return h("div", { class: "keyboard", role: "group", "aria-label": "Buttons of this message" },
    message.buttons.map((row, r) => h("div", { class: "row" },
      row.map((button, c) => keyboardButton(button, `${r}.${c}`, message, actions)))));
}

function keyboardButton(button, place, message, actions) {
  const mark = { url: "url", copy: "copy", app: "app" }[button.kind];
  return h("button", {
    type: "button",
    dataset: { testid: "button", kind: button.kind, style: button.style ?? "", focus: place },
    "aria-description": { url: "opens a link", copy: "copies text", app: "opens a page in Telegram" }[button.kind],
    onclick: (event) => actions.press(message, button, event.currentTarget),
  }, h("span", {}, button.text), mark && icon(mark));
}

/** Like Telegram's apps, turn plain addresses and commands into links. */
function linkify(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest("a, code, pre, time")) texts.push(walker.currentNode);
  }
  for (const node of texts) {
    const parts = [];
    let end = 0;
    for (const match of node.data.matchAll(LINK_OR_COMMAND)) {
      parts.push(node.data.slice(end, match.index), linkTo(match[0]));
      end = match.index + match[0].length;
    }
    if (parts.length) node.replaceWith(...parts, node.data.slice(end));
  }
}

function linkTo(found) {
  if (found.startsWith("/")) return h("button", { type: "button", class: "command" }, found);
  return h("a", { href: found }, found);
}

function enliven(text, actions) {
  for (const link of text.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.addEventListener("click", (event) => {
      event.preventDefault();
      actions.open(link.href);
    });
  }
  for (const command of text.querySelectorAll(".command")) {
    command.addEventListener("click", () => actions.send(command.textContent));
  }
  for (const code of text.querySelectorAll("pre, :not(pre) > code")) {
    code.addEventListener("click", async () => {
      await copy(code.textContent);
      actions.toast("Copied to the clipboard");
    });
  }
  text.querySelectorAll(".spoiler").forEach(makeSpoiler);
  text.querySelectorAll("blockquote").forEach(makeQuote);
}

function makeSpoiler(spoiler) {
  asButton(spoiler, () => {
    spoiler.classList.add("shown");
    spoiler.removeAttribute("aria-label");
  });
  spoiler.setAttribute("aria-label", "Hidden text, press to show");
}

function makeQuote(quote) {
  if (!quote.matches("[expandable], .expandable, [data-expandable]")) return;
  quote.classList.add("expandable");
  quote.setAttribute("aria-expanded", "false");
  asButton(quote, () => {
    quote.setAttribute("aria-expanded", String(quote.classList.toggle("open")));
  });
}

function asButton(element, action) {
  element.tabIndex = 0;
  element.setAttribute("role", "button");
  element.addEventListener("click", action);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    action();
  });
}
