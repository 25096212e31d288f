/** The staff's group: its topics as tabs, the messages of one topic, and an input to answer. */

import { staff } from "./api.js";
import { $, gently, h, reconcile } from "./dom.js";
import { messageElement } from "./message.js";
import { pictureFrom } from "./picture.js";
import { toast } from "./notices.js";
import { Roving } from "./roving.js";
import { fillTimes } from "./times.js";

const HAPPENED = {
  forum_topic_created: "The topic was opened",
  forum_topic_closed: "The topic was closed",
  forum_topic_reopened: "The topic was opened again",
};

export class StaffPanel {
  #group = null;
  #open = null; // the id of the topic that is shown
  #isWanted = false; // whether the window is open, by a click or a new conversation
  #conversations = 0;
  #seen = new Map(); // by topic: the newest message when it was last shown
  #newest = null; // the bot's newest message in the group; null: not loaded yet

  #roving = new Roving($("staff-messages"));

  /** `open(url, member)` opens an address on the phone of the member who writes here. */
  constructor({ open }) {
    this.open = open;
    $("staff-form").addEventListener("submit", (event) => this.#send(event));
    $("staff-attach").addEventListener("click", () => this.#attach());
    $("staff-close").addEventListener("click", () => this.#turn());
    $("staff-delete").addEventListener("click", () => this.#delete());
    $("staff-toggle").addEventListener("click", () => this.#toggle());
  }

  async refresh() {
    [this.#group] = await staff.groups();
    this.#show();
    this.#tellOfNews();
  }

  /** Announce the bot's new messages, in case the person is looking at something else. */
  #tellOfNews() {
    const said = (this.#group?.topics ?? []).flatMap((topic) =>
      topic.messages.filter((message) => message.from_bot && !message.service).map(({ id }) => ({ id, topic })));
    const last = said.reduce((one, other) => (one && one.id > other.id ? one : other), null);
    const isNews = last && this.#newest !== null && last.id > this.#newest;
    this.#newest = Math.max(this.#newest ?? 0, last?.id ?? 0);
    if (!isNews || last.topic.id === 0) return; // a report can wait
    if (!$("staff").checkVisibility()) return toast(`New with the shop’s staff: ${last.topic.name}`);
    $("staff").scrollIntoView({ block: "nearest", behavior: gently() });
  }

  #toggle() {
    this.#isWanted = $("staff").hidden;
    this.#show();
    if (this.#isWanted) $("staff-input").focus();
  }

  /** The window opens with a new conversation, and closes with the last one. */
  #follow(topics) {
    const conversations = topics.filter(({ id }) => id !== 0).length;
    if (conversations > this.#conversations) this.#isWanted = true;
    if (!conversations && this.#conversations) this.#isWanted = false;
    this.#conversations = conversations;
  }

  #show() {
    const topics = this.#group?.topics ?? [];
    $("staff-toggle").hidden = !topics.length;
    this.#follow(topics);
    $("staff").hidden = !this.#isWanted;
    $("staff-toggle").setAttribute("aria-expanded", String(this.#isWanted));
    const isNew = topics.some((topic) => this.#isNew(topic));
    $("staff-toggle").replaceChildren("Staff", isNew && !this.#isWanted ? h("span", { class: "badge" }, "new") : "");
    if (!this.#isWanted) return;
    const topic = topics.find(({ id }) => id === this.#open) ?? topics.at(-1);
    this.#open = topic.id;
    this.#seen.set(topic.id, topic.messages.at(-1)?.id);
    $("staff-title").textContent = this.#group.title;
    const { member } = this.#group;
    $("staff-input").placeholder = placeholder(topic, member);
    for (const id of ["staff-close", "staff-delete"]) $(id).hidden = topic.id === 0;
    $("staff-close").textContent = topic.closed ? "Reopen the topic" : "Close the topic";
    reconcile($("staff-topics"), topics.map((each) => this.#tab(each)));
    reconcile($("staff-messages"), topic.messages.map((message) => this.#line(topic, message)));
    fillTimes($("staff-messages"));
    this.#roving.refresh();
    $("staff-messages").scrollTo({ top: $("staff-messages").scrollHeight });
  }

  #isNew(topic) {
    return this.#seen.get(topic.id) !== topic.messages.at(-1)?.id;
  }

  #tab(topic) {
    const isOpen = topic.id === this.#open;
    const isNew = !isOpen && this.#isNew(topic);
    return {
      key: String(topic.id),
      state: [topic.name, topic.closed, isOpen, isNew],
      build: () => h("button", {
        type: "button",
        class: topic.closed ? "closed" : "",
        "aria-pressed": String(isOpen),
        dataset: { testid: "staff-topic" },
        onclick: () => { this.#open = topic.id; this.#show(); },
      }, topic.name, topic.closed && " (closed)", isNew && h("span", { class: "badge" }, "new")),
    };
  }

  #line(topic, message) {
    return {
      key: `staff-${message.id}`,
      state: message,
      build: () => (message.service
        ? h("li", { class: "day" }, h("span", {}, HAPPENED[message.service] ?? message.service))
        : messageElement(message, {
          press: async (_, button) => {
            if (button.kind === "url") return this.open(button.url, this.#group.member);
            const { text } = await staff.press(this.#group.id, topic.id, message.id, button.data);
            if (text) toast(text);
          },
          open: (url) => this.open(url, this.#group.member),
          send: (text) => staff.send(this.#group.id, topic.id, text),
          toast,
        })),
    };
  }

  async #send(event) {
    event.preventDefault();
    const text = $("staff-input").value.trim();
    if (!text) return;
    $("staff-input").value = "";
    await staff.send(this.#group.id, this.#open, text);
  }

  async #attach() {
    const picture = await pictureFrom();
    const caption = $("staff-input").value.trim();
    $("staff-input").value = "";
    if (picture) await staff.sendPhoto(this.#group.id, this.#open, picture, caption);
  }

  async #turn() {
    const topic = this.#group.topics.find(({ id }) => id === this.#open);
    await (topic.closed ? staff.reopen : staff.close)(this.#group.id, topic.id);
  }

  async #delete() {
    await staff.delete(this.#group.id, this.#open);
  }
}

function placeholder(topic, member) {
  if (topic.closed) return `Closed. Write as ${member} to go on`;
  return topic.id ? `Answer as ${member}` : `Write as ${member}, such as /order 1004`;
}
