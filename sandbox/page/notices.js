/** Short-lived notices over the phone: toast, alert, push notification. */

import { $, h } from "./dom.js";
import { plainText } from "./times.js";

const TOAST_MS = 3_500;
const BANNER_MS = 6_000;
let toastTimer;
let bannerTimer;

/** A callback answer, or an error of the page itself. */
export function toast(text) {
  $("toast").textContent = text;
  $("toast").classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => $("toast").classList.remove("shown"), TOAST_MS);
}

/** A callback answer with `show_alert`. */
export function showAlert(text) {
  const { left, width } = $("chat").getBoundingClientRect();
  $("alert-text").textContent = text;
  $("alert").style.left = `${left + width / 2}px`;
  $("alert").showModal();
}

/** The notification of a message that is not an answer. */
export function notify(name, message) {
  const text = plainText(message.html);
  const banner = $("banner");
  banner.replaceChildren(
    h("img", { src: "/page/logo.svg", alt: "", width: 38, height: 38 }),
    h("span", { class: "banner-text" },
      h("span", { class: "banner-head" }, h("strong", {}, name), h("span", {}, "now")),
      h("span", { class: "banner-body" }, text)));
  banner.hidden = false;
  banner.classList.toggle("silent", message.silent);
  banner.classList.remove("out");
  if (!$("chat").checkVisibility()) announce(`${name}: ${text}`);
  clearTimeout(bannerTimer);
  bannerTimer = setTimeout(hideBanner, BANNER_MS);
}

export function hideBanner() {
  clearTimeout(bannerTimer);
  $("banner").classList.add("out");
  setTimeout(() => { if ($("banner").classList.contains("out")) $("banner").hidden = true; }, 300);
}

/** Have a screen reader read this. It is not visible. */
export function announce(text) {
  $("announcer").textContent = text;
}
