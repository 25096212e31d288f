// Shows the page in the viewer's time zone, and keeps it up to date: by events from the server, or
// by polling every half minute if events do not arrive. Without this script, the page is complete
// as of when it was loaded. The server renders everything; see handlers/web/tracking/live.py.
"use strict";
(() => {
  const SILENCE = 50_000; // the server sends a beat every twenty seconds
  const AGAIN = 30_000;
  const HIDDEN = 300_000; // a hidden page closes its connection

  const order = document.getElementById("order");
  const line = document.getElementById("live");
  const said = document.getElementById("said");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  let source = null;
  let isOver = false;
  let silence = 0;
  let again = 0;
  let hidden = 0;

  const address = (path) => {
    const lang = document.documentElement.lang;
    return `${path}?${new URLSearchParams({ lang, zone, seen: order.dataset.mark })}`;
  };
  const state = (name) => {
    line.textContent = line.dataset[name];
  };

  function show(html, mark) {
    const isNews = view.replace(order, html);
    order.dataset.mark = mark;
    if (!isNews) return;
    said.textContent = view.summary(order);
    order.querySelector("article")?.classList.add("fresh");
  }

  function over(html) {
    isOver = true;
    stop();
    show(html, "");
    line.hidden = true;
    document.getElementById("telegram")?.remove(); // it has the same link, which has ended
  }

  function stop() {
    clearTimeout(silence);
    clearTimeout(again);
    source?.close();
    source = null;
  }

  function heard() {
    state("live");
    clearTimeout(silence);
    silence = setTimeout(fallBack, SILENCE);
  }

  async function fallBack() {
    stop();
    try {
      const answer = await fetch(address(order.dataset.now), { cache: "no-store" });
      if (answer.status === 410) return over(await answer.text());
      if (answer.status === 200) show(await answer.text(), answer.headers.get("X-Mark") ?? "");
      state(answer.ok ? "live" : "cutOff");
    } catch {
      state("cutOff");
    }
    if (!isOver) again = setTimeout(listen, AGAIN * (0.5 + Math.random()));
  }

  function listen() {
    stop();
    if (isOver) return;
    if (!window.EventSource) return void fallBack();
    const opened = new EventSource(address(order.dataset.live));
    source = opened;
    silence = setTimeout(fallBack, SILENCE);
    opened.addEventListener("open", heard);
    opened.addEventListener("beat", heard);
    opened.addEventListener("order", (event) => {
      heard();
      show(event.data, event.lastEventId);
    });
    opened.addEventListener("over", (event) => over(event.data));
    opened.addEventListener("error", () => {
      if (source !== opened) return;
      state("cutOff");
      if (opened.readyState === EventSource.CLOSED) fallBack();
    });
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = setTimeout(stop, HIDDEN);
    else if (!source) listen();
  });
  listen();
})();
