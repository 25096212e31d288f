/** The shop's own buttons that customers pressed, and the shop's answer to each. */

import { shop } from "./api.js";
import { h } from "./dom.js";
import { longTime } from "./times.js";

/** `act(change)` makes a change and renders the orders again. */
export function choices(order, act) {
  if (!order.chosen.length) return null;
  return h("div", { class: "choices", role: "group", "aria-label": "What the customer chose" },
    order.chosen.map((choice) => card(choice, act)));
}

function card(choice, act) {
  return h("div", { class: "choice", dataset: { testid: "choice" } },
    h("p", {}, h("time", { class: "muted", datetime: choice.at }, longTime(new Date(choice.at))),
      " They chose ", h("b", {}, `“${choice.label}”`)),
    choice.answer
      ? h("p", { class: "muted", dataset: { testid: "answered" } }, `Answered: ${choice.answer}`)
      : answer(choice, act));
}

function answer(choice, act) {
  const note = h("input", {
    value: choice.suggestion,
    required: true,
    maxlength: 1000,
    "aria-label": `Answer to “${choice.label}”`,
    dataset: { testid: "answer-note", focus: `note-${choice.id}` },
  });
  return h("form", {
    onsubmit: (event) => {
      event.preventDefault();
      act(() => shop.answer(choice.id, note.value));
    },
  }, note, h("button", { class: "primary", dataset: { testid: "answer" } }, "Answer"));
}
