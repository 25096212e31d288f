// A person's own orders: signs in with the data that Telegram has signed, shows the list or one
// order, and keeps it up to date. The session is only kept in this script's memory.
"use strict";
(() => {
  const SILENCE = 50_000; // the server sends a beat every twenty seconds
  const AGAIN = 30_000;
  const HIDDEN = 300_000;
  const SOON = 2_000;

  const page = document.getElementById("inside");
  const paths = page.dataset;
  const part = (name) => page.querySelector(`#${name}`);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  let session;
  let mark = "";
  let shown = { order: new URLSearchParams(location.search).get("order"), list: null };
  let leaving = new AbortController();

  class Explained extends Error {} // the page says why; there is nothing more to do

  // Asking

  /** A secret of this page, by which the service recognises it after a reload. */
  function ownSecret() {
    const made = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))))
      .replaceAll("+", "-").replaceAll("/", "_");
    try {
      const kept = sessionStorage.getItem("page") ?? made();
      sessionStorage.setItem("page", kept);
      return kept;
    } catch {
      return made(); // without storage, a reload has to sign in as a new page
    }
  }

  async function signIn() {
    const answer = await fetch(paths.session, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ init_data: telegram.initData, page: ownSecret() }),
    });
    if (!answer.ok) await explain(answer);
    const isFirst = session === undefined;
    session = answer.headers.get("X-Session");
    if (isFirst) speak(await answer.text());
  }

  /** The response to an authorised request. Signs in again if the session has ended. */
  async function ask(path, query = {}, signal = leaving.signal) {
    const asked = () => fetch(`${path}?${new URLSearchParams({ zone, ...query })}`, {
      cache: "no-store",
      headers: { Authorization: `Bearer ${session}` },
      signal,
    });
    if (!session) await signIn();
    let answer = await asked();
    if (answer.status === 401) {
      session = null;
      await signIn(); // fails if the data from Telegram is too old
      answer = await asked();
    }
    if (!answer.ok) await explain(answer);
    return answer;
  }

  /** Show the service's own words and throw `Explained`; without such words, throw an Error. */
  async function explain(answer) {
    const isWords = answer.headers.get("Content-Type")?.startsWith("text/html");
    if (!isWords) throw new Error(String(answer.status));
    show(await answer.text(), "");
    state("");
    throw new Explained();
  }

  // Showing

  /** The frame of the page, in the person's language. */
  function speak(html) {
    view.put(page, html);
    for (const name of ["lang", "dir"]) {
      document.documentElement.setAttribute(name, page.firstElementChild.getAttribute(name));
    }
    offerBack();
    part("back").addEventListener("click", () => turnTo(null, 0));
  }

  /** Offer the way back to all orders: Telegram's own button, or ours if it has none. */
  function offerBack() {
    const isTelegrams = telegram.offerBack(shown.order !== null);
    if (part("back")) part("back").hidden = isTelegrams || shown.order === null;
  }

  function show(html, itsMark) {
    const main = page.querySelector("main");
    const isSameView = mark !== "";
    const isNews = view.replace(main, html);
    mark = itsMark;
    if (isNews) part("said").textContent = view.summary(main);
    if (isNews && isSameView) main.firstElementChild?.classList.add("fresh");
    telegram.isReady();
  }

  function state(name) {
    const line = part("live");
    if (line) line.textContent = line.dataset[name] ?? "";
  }

  const wait = (milliseconds, signal) => new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); });
  });

  // Staying up to date

  /** Repeat `turn`, which returns the pause until the next one, until the person goes elsewhere. */
  async function follow(turn) {
    leaving.abort();
    leaving = new AbortController();
    const { signal } = leaving;
    while (!signal.aborted) {
      let pause = SOON * (1 + Math.random());
      try {
        pause = await turn(signal);
      } catch (error) {
        if (error instanceof Explained || signal.aborted) return;
        state("cutOff");
      }
      await wait(pause, signal);
    }
  }

  async function lookAt(path, query, signal) {
    const answer = await ask(path, { ...query, seen: mark }, signal);
    if (answer.status === 200) show(await answer.text(), answer.headers.get("X-Mark") ?? "");
    state("live");
  }

  /** Follow an order by events, or by polling if they do not arrive. */
  async function keepUp(order, signal) {
    await lookAt(paths.one, { id: order }, signal);
    const silent = new AbortController();
    signal.addEventListener("abort", () => silent.abort());
    let silence = 0;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => silent.abort(), SILENCE);
    };
    heard();
    try {
      const answer = await ask(paths.live, { id: order, seen: mark }, silent.signal);
      for await (const { event, id, data } of events(answer.body)) {
        heard();
        state("live");
        if (event === "order") show(data, id);
        if (event === "over") {
          show(data, "");
          state("");
          throw new Explained();
        }
      }
      return SOON;
    } catch (error) {
      if (error instanceof Explained || signal.aborted) throw error;
      return error.message === "503" ? AGAIN : SOON;
    } finally {
      clearTimeout(silence);
      silent.abort();
    }
  }

  async function* events(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let buffered = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      buffered += value;
      const whole = buffered.split("\n\n");
      buffered = whole.pop();
      for (const lines of whole) yield read(lines.split("\n"));
    }
  }

  function read(lines) {
    const all = (name) => lines.filter((each) => each.startsWith(`${name}:`))
      .map((each) => each.slice(name.length + 1).replace(/^ /, ""));
    return { event: all("event")[0], id: all("id")[0] ?? "", data: all("data").join("\n") };
  }

  // Navigation

  function go(order, list = 0) {
    shown = { order, list };
    mark = "";
    offerBack();
    if (order !== null) return follow((signal) => keepUp(order, signal));
    return follow(async (signal) => {
      await lookAt(paths.all, { list: list ?? 0 }, signal);
      const only = page.querySelector("[data-only]");
      if (only && shown.list === null) return void go(only.dataset.only);
      return AGAIN;
    });
  }

  /** Show another view, and let screen readers start at its beginning. */
  function turnTo(order, list) {
    page.querySelector("main").focus({ preventScroll: true });
    scrollTo(0, 0);
    go(order, list);
  }

  page.addEventListener("click", (event) => {
    const pressed = event.target.closest("a, button");
    if (!pressed) return;
    const { order, list, act } = pressed.dataset;
    const isElsewhere = pressed.protocol === "https:" || pressed.protocol === "http:";
    if (order === undefined && list === undefined && act === undefined && !isElsewhere) return;
    event.preventDefault();
    if (order !== undefined) turnTo(order);
    else if (list !== undefined) turnTo(null, Number(list));
    else if (act === "close") telegram.close();
    else telegram.open(pressed.href);
  });
  telegram.onBack(() => turnTo(null, 0));

  let hidden = 0;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = setTimeout(() => leaving.abort(), HIDDEN);
    else if (leaving.signal.aborted) go(shown.order, shown.list);
  });

  telegram.expand();
  go(shown.order, null);
})();
