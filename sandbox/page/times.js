/** Times as Telegram's apps write them: in the reader's own zone and language. */

import { h } from "./dom.js";

const languages = navigator.languages;
const relative = new Intl.RelativeTimeFormat(languages, { numeric: "auto" });
const clock = new Intl.DateTimeFormat(languages, { hour: "2-digit", minute: "2-digit" });
const clockWithSeconds = new Intl.DateTimeFormat(languages, { timeStyle: "medium" });

let ahead = 0;

/** The sandbox's time. Its clock may have been moved forward. */
export const now = () => new Date(Date.now() + ahead);

/** Set the sandbox's time. */
export function setClock(date) {
  ahead = date - Date.now();
}

export const shortTime = (date) => clock.format(date);
export const longTime = (date) => clockWithSeconds.format(date);
export const dayAndTime = (date) => formatted(date, "wdt");

/** "Today", "Yesterday" or the date, to show between the days of a chat. */
export function dayName(date) {
  const days = Math.round((startOfDay(date) - startOfDay(now())) / 86_400_000);
  if (days === 0 || days === -1) return capitalised(relative.format(days, "day"));
  const year = thisYear(date) ? undefined : "numeric";
  return new Intl.DateTimeFormat(languages, { day: "numeric", month: "long", year }).format(date);
}

/** Fill every `<time data-unix data-format>` below `root` (Bot API: date_time entities). */
export function fillTimes(root) {
  for (const element of root.querySelectorAll("time[data-unix]")) {
    const date = new Date(Number(element.dataset.unix) * 1000);
    const format = element.dataset.format ?? "";
    element.dateTime = date.toISOString();
    element.title = formatted(date, "wDT");
    if (format) element.textContent = format === "r" ? ago(date) : formatted(date, format);
  }
}

/** A message's text in one line, for a quote or a notification. */
export function plainText(html) {
  const text = h("div", { html });
  fillTimes(text);
  return text.textContent.replace(/\s*\n\s*/g, "\n").trim();
}

/** The time from now, past or future, in the largest unit that fits. */
export function ago(date) {
  const seconds = Math.round((date - now()) / 1000);
  const units = [["day", 86_400], ["hour", 3600], ["minute", 60]];
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return relative.format(seconds, "second");
}

/** Letters of a date_time format: w weekday, d/D short or long date, t/T short or long time. */
function formatted(date, letters) {
  const options = {};
  if (letters.includes("w")) options.weekday = letters.includes("d") ? "short" : "long";
  if (letters.includes("d")) Object.assign(options, { day: "numeric", month: "short" });
  if (letters.includes("D")) Object.assign(options, { day: "numeric", month: "long" });
  if (letters.includes("D") || (letters.includes("d") && !thisYear(date))) options.year = "numeric";
  if (/t/i.test(letters)) Object.assign(options, { hour: "2-digit", minute: "2-digit" });
  if (letters.includes("T")) options.second = "2-digit";
  return new Intl.DateTimeFormat(languages, options).format(date);
}

const thisYear = (date) => date.getFullYear() === now().getFullYear();
const startOfDay = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
const capitalised = (word) => word.charAt(0).toLocaleUpperCase() + word.slice(1);
