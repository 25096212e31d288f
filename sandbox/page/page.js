/** The sandbox's page: a sample shop on the left, a customer's phone on the right. */

import { ApiError, follow, sandbox } from "./api.js";
import { Composer } from "./composer.js";
import { $, h, icon, reconcile } from "./dom.js";
import { showGuide } from "./guide.js";
import { Inline } from "./inline.js";
import { remembering } from "./memory.js";
import { hideBanner, toast } from "./notices.js";
import { Phone } from "./phone.js";
import { ShopPanel } from "./shop.js";
import { Stage } from "./stage.js";
import { StaffPanel } from "./staff.js";

const LANGUAGES = ["en", "sw", "fr", "de", "es", "pt", "ar", "hi", "ru", "uk", "zh-hans"];

let state = { bot: {}, people: [], shop: false };
let unseenPushes = 0;

const phone = new Phone();
const office = new StaffPanel({
  open: async (url, member) => {
    await hold(state.people.find(({ name }) => name === member));
    showTab("phone");
    await phone.open(url);
  },
});
const inline = new Inline({
  people: () => state.people,
  person: () => phone.person,
  isInGroup: () => phone.group !== null,
  bot: () => state.bot,
  open: (url) => phone.open(url),
  chosen: () => composer.clear(),
});
const composer = new Composer({
  inline,
  send: (text, replyTo) => phone.send(text, replyTo),
  openApp: () => phone.openApp(),
  person: () => phone.person,
});
const panel = new ShopPanel({
  open: async (url) => {
    showTab("phone");
    await phone.open(url);
  },
  changed: () => phone.expectPush(),
});

const stage = new Stage({
  moving: () => phone.expectPush(),
  moved: () => {
    phone.tick();
    if (phone.person) phone.render();
  },
});

phone.addEventListener("shop", () => {
  showTab("shop");
  $("shop").focus();
});

async function loadState() {
  const { run } = state;
  state = await sandbox.state();
  if (run && run !== state.run) return location.reload(); // the sandbox was restarted
  phone.bot = state.bot;
  document.body.classList.toggle("no-shop", !state.shop);
  const held = state.people.find((person) => person.id === phone.person?.id);
  if (held) {
    phone.person = held;
    phone.render();
    showChatHead();
  }
  showPeople();
}

async function loadAll() {
  await loadState();
  if (!phone.person) {
    remembering(state.run);
    panel.connect.recall();
  }
  if (state.stage) await stage.refresh();
  await Promise.all(state.people.flatMap((person) =>
    [null, ...person.groups.map(({ id }) => id)].map((group) => phone.refresh(person.id, group))));
  if (state.shop) await panel.refresh();
  await office.refresh();
  if (phone.person) return;
  if (state.people.length) await hold(rememberedPerson() ?? state.people[0]);
  else $("add-person").showModal();
}

async function hold(person) {
  sessionStorage.setItem("person", person.name);
  hideBanner();
  $("holder").textContent = `${person.name}’s phone`;
  await phone.hold(person);
  showChatHead();
  showPeople();
  if (state.shop) await panel.show(person);
}

/** Whose chat is open, and the button to the other chat. */
function showChatHead() {
  const { person, group: open } = phone;
  const [group] = person.groups;
  $("bot-name").textContent = open ? group.title : state.bot.name;
  $("bot-username").textContent = open ? `${group.members.join(", ")}, the bot` : `@${state.bot.username}`;
  const other = open ? `Back to ${state.bot.name}` : `Group “${group?.title}”`;
  $("other-chat").hidden = !group;
  $("other-chat").title = other;
  $("other-chat").setAttribute("aria-label", other);
  $("other-chat").setAttribute("aria-pressed", String(Boolean(open)));
  const unread = group ? phone.chat(person.id, open ? null : group.id).unread : 0;
  $("other-chat-badge").hidden = !unread;
  $("other-chat-badge").textContent = String(unread);
}

async function openOtherChat() {
  const { person, group } = phone;
  await phone.hold(person, group ? null : person.groups[0].id);
  showChatHead();
}

function rememberedPerson() {
  return state.people.find((person) => person.name === sessionStorage.getItem("person"));
}

// People

function showPeople() {
  const buttons = state.people.map((person) => {
    const unread = phone.unread(person);
    const held = person.id === phone.person?.id;
    return { key: String(person.id), state: [person, unread, held], build: () => personButton(person, unread, held) };
  });
  reconcile($("people"), [...buttons, { key: "add", state: "", build: addButton }]);
}

function personButton(person, unread, held) {
  return h("button", {
    type: "button",
    class: "person",
    "aria-pressed": String(held),
    "aria-label": unread ? `${person.name}, ${unread} unread` : person.name,
    dataset: { testid: `person-${person.name.toLowerCase()}`, focus: "person" },
    onclick: () => hold(person),
  },
  h("span", { class: `avatar tone-${person.id % 6}`, "aria-hidden": "true" }, person.initials),
  h("span", { class: "name" }, person.name),
  unread > 0 && h("span", { class: "badge", dataset: { testid: "unread" } },
    String(unread)));
}

function addButton() {
  return h("button", {
    type: "button",
    class: "round",
    "aria-label": "Add a person",
    title: "Add a person",
    dataset: { testid: "add-person", focus: "add" },
    onclick: () => $("add-person").showModal(),
  }, icon("plus"));
}

function prepareAddDialog() {
  const names = new Intl.DisplayNames(["en"], { type: "language" });
  const dialog = $("add-person");
  const form = dialog.querySelector("form");
  form.elements.language.append(...LANGUAGES.map((code) => h("option", { value: code }, names.of(code))));
  dialog.addEventListener("close", async () => {
    const { name, language } = form.elements;
    if (dialog.returnValue === "add" && name.value.trim()) {
      const person = await sandbox.addPerson(name.value.trim(), language.value);
      await loadState();
      await hold(person);
    }
    dialog.returnValue = "";
    form.reset();
  });
}

// Views

function showTab(tab) {
  document.body.dataset.tab = tab;
  for (const button of document.querySelectorAll(".tabs button")) {
    if (button.dataset.tab === tab) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  if (tab === "phone") unseenPushes = 0;
  showPhoneBadge();
  if (tab === "phone" && phone.person) phone.unfold();
}

function showPhoneBadge() {
  $("phone-badge").hidden = !unseenPushes;
  $("phone-badge").textContent = String(unseenPushes);
}

function toggleTheme() {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark"
    || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", document.documentElement.dataset.theme);
}

function guide() {
  const { person, customer, orders } = panel;
  if (!customer || person.id !== phone.person?.id) return;
  const messages = phone.chat(person.id).messages ?? [];
  showGuide({ messages, orders, since: customer.connected[person.id] });
}

/** The target of the skip link: the phone's first visible input or button. */
function skipToPhone(event) {
  event.preventDefault();
  showTab("phone");
  ["input", "start", "unblock"].map($).find((element) => element.checkVisibility())?.focus();
}

// Wiring

$("skip").addEventListener("click", skipToPhone);
panel.addEventListener("shown", guide);
$("other-chat").addEventListener("click", openOtherChat);
phone.addEventListener("rendered", ({ detail }) => {
  composer.show(detail);
  if (state.people.length) showChatHead();
  guide();
});
phone.addEventListener("unread", () => {
  showPeople();
  if (phone.person) showChatHead();
});
phone.addEventListener("pushed", ({ detail }) => {
  if (detail.person === phone.person.id && !$("chat").checkVisibility()) unseenPushes += detail.count;
  showPhoneBadge();
});
$("banner").addEventListener("click", () => {
  hideBanner();
  phone.app.close();
  showTab("phone");
  $("input").focus();
});
$("theme").addEventListener("click", toggleTheme);
for (const button of document.querySelectorAll(".tabs button")) {
  button.addEventListener("click", () => showTab(button.dataset.tab));
}
addEventListener("unhandledrejection", ({ reason }) => {
  if (reason instanceof ApiError) toast(reason.message);
});

document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "";
prepareAddDialog();
showTab("shop");
follow({
  open: loadAll,
  chat: ({ person, group }) => phone.refresh(person, group),
  people: loadState,
  demo: () => stage.refresh(),
  groups: () => office.refresh(),
  shop: () => panel.refresh(),
});
