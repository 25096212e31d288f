/** The first three steps, with those ticked that the person who holds the phone has done. */

import { comesIn } from "./message.js";
import { $, h, icon } from "./dom.js";
import { inWords } from "./words.js";

/**
 * Show the progress. `messages`: of the person's chat; `orders`: as the shop shows them; `since`:
 * when the shop heard that they are connected, or undefined.
 */
export function showGuide({ messages, orders, since }) {
  const done = [
    Boolean(since) || isAsked(messages),
    Boolean(since),
    Boolean(since) && orders.some((order) => isTold(order, since)),
  ];
  const current = done.indexOf(false);
  $("guide").replaceChildren(...steps(orders).map(([title, hint], step) => line(title, hint, step, done[step], current)));
  $("guide").classList.toggle("complete", current < 0);
  document.body.dataset.step = String(current + 1);
}

function steps(orders) {
  const next = orders.find((order) => order.next)?.next;
  return [
    ["Connect Telegram", "Press “Connect Telegram” below, then “Open in the phone”"],
    ["Say yes in the phone", "The bot asks whether the account is yours"],
    ["Move an order on", `${next ? `For example with “→\u00a0${inWords(next)}”` : "Press “New order” first"}: the phone tells the customer`],
  ];
}

function line(title, hint, step, isDone, current) {
  return h("li", {
    class: isDone ? "done" : step === current ? "current" : "",
    dataset: { testid: `step-${step + 1}`, done: String(isDone) },
    "aria-current": step === current ? "step" : null,
  },
  h("span", { class: "number" }, isDone ? icon("check") : String(step + 1)),
  h("span", {}, h("strong", {}, title), h("span", { class: "hint" }, hint),
    isDone && h("span", { class: "sr-only" }, " (done)")));
}

/** Whether the bot's last message is its question about a link that was opened or typed. */
function isAsked(messages) {
  const [link, question] = messages.slice(-2);
  return Boolean(question) && !comesIn(link) && /^\/(start|link)\s+\S/.test(link.text)
    && comesIn(question) && question.buttons.flat().some(({ kind }) => kind === "callback");
}

/** Whether the shop has posted a change since then, and the service accepted it. */
function isTold({ events }, since) {
  return events.some(({ type, at, answer }) => type === "order.status_changed" && answer === 202
    && new Date(at) > new Date(since));
}
