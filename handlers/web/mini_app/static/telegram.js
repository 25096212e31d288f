// The Telegram app around the page: its data, its events and its colours. Replaces
// telegram-web-app.js, which would have to be loaded from another server.
// https://core.telegram.org/api/web-events, https://core.telegram.org/bots/webapps
"use strict";
const telegram = (() => {
  const handed = new URLSearchParams(location.hash.slice(1));
  const listeners = new Map();

  /** Send an event to the app. Returns whether there is one. */
  function tell(eventType, eventData = {}) {
    const { TelegramWebviewProxy: proxy, external } = window;
    if (proxy) proxy.postEvent(eventType, JSON.stringify(eventData));
    else if (external && "notify" in external) external.notify(JSON.stringify({ eventType, eventData }));
    // Nothing in it is secret, and only pages named in our policy can frame this one.
    else if (parent !== window) parent.postMessage(JSON.stringify({ eventType, eventData }), "*");
    else return false;
    return true;
  }

  /** Whether the app supports this version of Mini Apps (Bot API). */
  function isSince(major, minor) {
    const [its, itsMinor = 0] = (handed.get("tgWebAppVersion") ?? "0").split(".").map(Number);
    return its > major || (its === major && itsMinor >= minor);
  }

  function receiveEvent(eventType, eventData) {
    listeners.get(eventType)?.(eventData ?? {});
  }

  window.Telegram = { WebView: { receiveEvent } };
  window.TelegramGameProxy = { receiveEvent };
  window.TelegramGameProxy_receiveEvent = receiveEvent;
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || typeof data !== "string") return;
    try {
      const { eventType, eventData } = JSON.parse(data);
      receiveEvent(eventType, eventData);
    } catch {
      // a message from another script
    }
  });

  // Colours. We only use backgrounds on which our texts are readable.

  const READABLE = 4.5; // WCAG 2, AA
  const OURS = ["--ink", "--quiet", "--good", "--warn", "--bad"];
  const root = document.documentElement;
  const isBranded = "brand" in document.getElementById("inside").dataset;
  root.toggleAttribute("data-brand", isBranded);

  function luminance(colour) {
    const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour ?? "");
    if (!parts) return null;
    const [red, green, blue] = parts.slice(1).map((part) => {
      const value = parseInt(part, 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function isReadable(colour, ...grounds) {
    return grounds.every((ground) => {
      const [one, other] = [luminance(colour), luminance(ground)];
      if (one === null || other === null) return false;
      return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) >= READABLE;
    });
  }

  function recolour(colours) {
    root.removeAttribute("style");
    const sheet = colours.section_bg_color ?? colours.bg_color;
    const paper = colours.secondary_bg_color ?? sheet;
    const light = luminance(sheet);
    if (light === null) return;
    root.dataset.scheme = light > 0.18 ? "light" : "dark";
    const ours = getComputedStyle(root);
    if (!OURS.every((name) => isReadable(ours.getPropertyValue(name).trim(), sheet, paper))) return;
    const set = (name, colour, ...grounds) => {
      if (isReadable(colour, ...grounds)) root.style.setProperty(name, colour);
    };
    root.style.setProperty("--sheet", sheet);
    root.style.setProperty("--paper", paper);
    set("--ink", colours.text_color, sheet, paper);
    set("--quiet", colours.subtitle_text_color ?? colours.hint_color, sheet, paper);
    // Keep the shop's own colour, unless Telegram is dark and the device is light.
    const isKept = isBranded && isReadable(ours.getPropertyValue("--accent").trim(), sheet, paper);
    if (!isKept) set("--accent", colours.link_color, sheet, paper);
    if (!isBranded && isReadable(colours.button_text_color, colours.button_color)) {
      root.style.setProperty("--button", colours.button_color);
      root.style.setProperty("--on-button", colours.button_text_color);
    }
  }

  listeners.set("theme_changed", ({ theme_params }) => recolour(theme_params ?? {}));
  try {
    recolour(JSON.parse(handed.get("tgWebAppThemeParams") ?? "{}"));
  } catch {
    // keep our own
  }

  return {
    initData: handed.get("tgWebAppData") ?? "",
    isReady: () => tell("web_app_ready"),
    expand: () => tell("web_app_expand"),
    close: () => tell("web_app_close"),
    /** Show Telegram's back button. Returns whether it has one; otherwise we show ours. */
    offerBack: (isVisible) => tell("web_app_setup_back_button", { is_visible: isVisible }) && isSince(6, 1),
    onBack: (act) => listeners.set("back_button_pressed", act),
    open(url) {
      const { hostname, pathname, search } = new URL(url);
      if (hostname === "t.me") tell("web_app_open_tg_link", { path_full: pathname + search });
      else tell("web_app_open_link", { url });
    },
  };
})();
