/** A Mini App over the chat, as Telegram's apps show one: a sheet, with the bot's page in a frame. */

import { sandbox } from "./api.js";
import { $ } from "./dom.js";

const BEHIND = ".chat-head, .wall, .compose";
const SCHEMES = matchMedia("(prefers-color-scheme: dark)");

/** Telegram's own colours (Bot API, ThemeParams). */
const COLOURS = {
  light: {
    bg_color: "#ffffff", secondary_bg_color: "#f0f0f0", section_bg_color: "#ffffff", header_bg_color: "#ffffff",
    bottom_bar_bg_color: "#e4e4e4", text_color: "#222222", hint_color: "#707579", subtitle_text_color: "#707579",
    link_color: "#1f7fc4", accent_text_color: "#1f7fc4", section_header_text_color: "#1f7fc4",
    section_separator_color: "#e7e7e7", button_color: "#2678b6", button_text_color: "#ffffff",
    destructive_text_color: "#d13c3c",
  },
  dark: {
    bg_color: "#17212b", secondary_bg_color: "#232e3c", section_bg_color: "#17212b", header_bg_color: "#17212b",
    bottom_bar_bg_color: "#1c2733", text_color: "#f5f5f5", hint_color: "#8fa1b1", subtitle_text_color: "#8fa1b1",
    link_color: "#6ab3f3", accent_text_color: "#6ab2f2", section_header_text_color: "#6ab3f3",
    section_separator_color: "#111921", button_color: "#2f6ea5", button_text_color: "#ffffff",
    destructive_text_color: "#ec6b6b",
  },
};

export class MiniApp {
  #origin = null;
  #opener = null;

  /** `open(url)`: follows a link of the Mini App. */
  constructor({ open }) {
    this.open = open;
    $("app-close").addEventListener("click", () => this.close());
    $("app-back").addEventListener("click", () => this.#tell("back_button_pressed"));
    $("app").addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    addEventListener("message", (event) => this.#hear(event));
    const recolour = () => this.#tell("theme_changed", { theme_params: colours() });
    SCHEMES.addEventListener("change", recolour);
    new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** Open the Mini App of a button under the message or, without a message, beside the input. */
  async show(person, title, messageId) {
    const opener = document.activeElement;
    const { url, init_data } = await sandbox.openApp(person.id, messageId);
    const handedOver = new URLSearchParams({
      tgWebAppData: init_data,
      tgWebAppVersion: "9.1",
      tgWebAppPlatform: "web",
      tgWebAppThemeParams: JSON.stringify(colours()),
    });
    this.close();
    this.#opener = opener;
    this.#origin = new URL(url).origin;
    $("app-title").textContent = title;
    $("app-back").hidden = true;
    $("app").hidden = false;
    $("app").setAttribute("aria-busy", "true");
    for (const behind of document.querySelectorAll(BEHIND)) behind.inert = true;
    const frame = document.createElement("iframe");
    frame.title = title;
    frame.dataset.testid = "app-frame";
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox");
    frame.src = `${url}#${handedOver}`;
    $("app-frame").replaceChildren(frame);
    $("app-close").focus();
  }

  close() {
    if ($("app").hidden) return;
    $("app").hidden = true;
    $("app-frame").replaceChildren();
    for (const behind of document.querySelectorAll(BEHIND)) behind.inert = false;
    const back = this.#opener?.isConnected ? this.#opener : $("input");
    this.#origin = this.#opener = null;
    back.focus();
  }

  get #frame() {
    return $("app-frame").firstElementChild;
  }

  #tell(eventType, eventData = {}) {
    this.#frame?.contentWindow.postMessage(JSON.stringify({ eventType, eventData }), this.#origin);
  }

  /** Source: core.telegram.org/api/bots/webapps, "Outgoing events". */
  #hear({ source, origin, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || origin !== this.#origin) return;
    const { eventType, eventData } = JSON.parse(data);
    if (eventType === "web_app_ready") $("app").removeAttribute("aria-busy");
    if (eventType === "web_app_close") this.close();
    if (eventType === "web_app_setup_back_button") this.#offerBack(eventData.is_visible);
    if (eventType === "web_app_request_theme") this.#tell("theme_changed", { theme_params: colours() });
    if (eventType === "web_app_open_link") this.open(eventData.url);
    if (eventType === "web_app_open_tg_link") {
      this.close();
      this.open(`https://t.me${eventData.path_full}`);
    }
  }

  #offerBack(isVisible) {
    if (!isVisible && document.activeElement === $("app-back")) $("app-close").focus();
    $("app-back").hidden = !isVisible;
  }
}

function colours() {
  const chosen = document.documentElement.dataset.theme || (SCHEMES.matches ? "dark" : "light");
  return COLOURS[chosen];
}
