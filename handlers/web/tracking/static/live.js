// Brings the page to the viewer's zone, and keeps it up to date: by events from the server, and by
// asking every half minute where those do not come. Without it the page is complete, as of when it
// was loaded. The server writes all that is shown; see handlers/web/tracking/live.py.
"use strict";
(() => {
  const SILENCE = 50_000; // beats come every twenty seconds
  const AGAIN = 30_000;
  const HIDDEN = 300_000; // a page that nobody looks at lets go of its connection

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
  const summary = () =>
    [...order.querySelectorAll("h1, .expected, .next")].map((each) => each.textContent).join(". ");
  const state = (name) => {
    line.textContent = line.dataset[name];
  };

  function show(html, mark) {
    const before = order.querySelector("h1")?.textContent;
    const places = () => [...order.querySelectorAll("a, summary")];
    const focused = places().indexOf(document.activeElement);
    const isOpen = order.querySelector("details")?.open;
    const parsed = new DOMParser().parseFromString(html, "text/html");
    order.replaceChildren(...parsed.body.childNodes);
    order.dataset.mark = mark;
    const details = order.querySelector("details");
    if (details && isOpen) details.open = true;
    places()[focused]?.focus();
    const article = order.querySelector("article");
    if (article?.dataset.title) document.title = article.dataset.title;
    if (before !== order.querySelector("h1")?.textContent) {
      said.textContent = summary();
      article?.classList.add("fresh");
    }
  }

  function over(html) {
    isOver = true;
    stop();
    show(html, "");
    line.hidden = true;
    document.getElementById("telegram")?.remove(); // the same link: it leads nowhere any more
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
