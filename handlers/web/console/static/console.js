"use strict";
// Signs in, polls the API every few seconds, and shows the results.

(() => {
  const KEPT = "trackline-console-key";
  const EVERY = 3000, FIGURES_EVERY = 4, DAYS_EVERY = 20, SHORT = 15;
  const by = (id) => document.getElementById(id);
  const { element, show, text, verdict } = lists;
  let key = sessionStorage.getItem(KEPT), turn = 0, timer = 0, all = false, arrivals = [];

  class SignedOut extends Error {}

  const asked = async (path, { method = "GET", body } = {}) => {
    const headers = { Authorization: `Bearer ${key}` };
    if (body) headers["Content-Type"] = "application/json";
    const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
    const said = answer.status === 204 ? null : await answer.json();
    if (answer.status === 401) throw new SignedOut("This key is not one of ours, or its time is over.");
    if (!answer.ok) throw new Error(said.detail);
    return said;
  };

  // Signing in

  const signOut = (why = "") => {
    clearTimeout(timer);
    key = null;
    sessionStorage.removeItem(KEPT);
    for (const id of ["console", "sign-out", "live"]) by(id).hidden = true;
    by("sign-in").hidden = false;
    text(by("sign-in-problem"), why);
    by("key").value = "";
    by("key").focus();
  };

  const signIn = async (given) => {
    key = given;
    sessionStorage.setItem(KEPT, key);
    by("sign-in").hidden = true;
    for (const id of ["console", "sign-out", "live"]) by(id).hidden = false;
    turn = 0;
    await look();
  };

  const followLink = async (link) => {
    const answer = await fetch("console/sessions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ link }),
    });
    const said = await answer.json();
    if (answer.ok) await signIn(said.key);
    else signOut(said.detail);
  };

  // Polling

  const look = async () => {
    clearTimeout(timer);
    try {
      const [now, letters] = await Promise.all([
        asked("api/v1/console"),
        asked("api/v1/dead-letters?limit=50"),
        turn % FIGURES_EVERY ? null : asked("api/v1/console/figures").then(showFigures),
        turn % DAYS_EVERY ? null : asked("api/v1/console/figures?each=day&count=30").then(showDays),
      ]);
      showNow(now);
      showLetters(letters.dead_letters);
      turn += 1;
      live(true, `Live · ${wording.time()}`);
      problem.over();
    } catch (error) {
      if (error instanceof SignedOut) return signOut(error.message);
      live(false, "Not live");
      problem(`${error.message} The console tries again.`, { passes: true });
    }
    if (key) timer = setTimeout(look, EVERY);
  };

  const live = (is, words) => {
    by("live").classList.toggle("lost", !is);
    by("live").setAttribute("aria-live", "off");
    text(by("live"), words);
  };

  // Shown until the next action or, if it `passes`, until a poll succeeds.
  const problem = (words, { passes = false } = {}) => {
    by("problem").hidden = !words;
    text(by("problem"), words);
    problem.passes = passes;
  };
  problem.over = () => { if (problem.passes) problem(""); };

  // Runs the work when the button is pressed; the button shows the outcome.
  const does = (button, work) => button.addEventListener("click", async () => {
    button.disabled = true;
    problem("");
    try {
      await work();
      await look();
    } catch (error) {
      problem(error.message);
    }
    button.disabled = false;
  });

  const button = (words, work, className = "small") => {
    const made = element("button", { type: "button", className, textContent: words });
    does(made, work);
    return made;
  };

  // By its number, if it has one; two orders may have the same.
  const orderLink = ({ order_id: id, order_number: number }) => {
    const made = element("button", { type: "button", className: "link", textContent: number ?? id, title: id });
    made.addEventListener("click", () => tellStory(id));
    return made;
  };

  // Showing

  const showNow = (now) => {
    wording.clockIs(now.at);
    arrivals = now.arrivals;
    showArrivals();
    text(by("tile-waiting"), now.waiting >= 1000 ? "1,000 or more" : wording.number(now.waiting));
    text(by("tile-waiting-more"), now.waiting ? `the oldest for ${wording.seconds(now.oldest_seconds)}` : "nothing is due");
    show(by("sources"), now.sources, {
      key: (source) => source.source,
      make: (source) => element("li", {}, element("strong", { textContent: wording.source(source.source) }), element("span")),
      update: (row, source) => row.lastChild.replaceWith(verdict(wording.health(source))),
    });
    showWords(now.status_words.filter((word) => word.means === null), now.status_words.filter((word) => word.means));
  };

  const showArrivals = () => {
    by("arrivals").hidden = arrivals.length === 0;
    by("arrivals-more").hidden = all || arrivals.length <= SHORT;
    show(by("arrivals").tBodies[0], all ? arrivals : arrivals.slice(0, SHORT), {
      key: (arrival) => `${arrival.order_id} ${arrival.event_id}`,
      make: (arrival) => element("tr", {},
        element("td", { className: "when" }),
        element("td", {}, arrival.order_id ? orderLink(arrival) : "–", element("div", { className: "quiet" })),
        element("td"),
        element("td", { textContent: wording.source(arrival.source) }),
        element("td", { className: "event" }, element("code", { textContent: arrival.event_id, title: arrival.event_id }))),
      update: (row, arrival) => {
        text(row.cells[0], wording.ago(arrival.at));
        row.cells[0].title = wording.moment(arrival.at);
        text(row.cells[1].lastChild, arrival.state ? wording.state(arrival.state) : "");
        const words = wording.fate(arrival);
        if (row.cells[2].textContent !== words[1]) row.cells[2].replaceChildren(verdict(words));
      },
      none: by("arrivals-none"),
    });
  };

  // Filtered by the current choice.
  const nameOf = (state) => by("states").content.querySelector(`[value="${state}"]`).textContent;

  const showWords = (unknown, known) => {
    show(by("words"), unknown, {
      key: (word) => word.word,
      make: (word) => {
        const select = element("select", { ariaLabel: `What ${word.word} means` }, by("states").content.cloneNode(true));
        const map = () => select.value ? put() : select.focus();
        const put = () => asked(`api/v1/status-words/${encodeURIComponent(word.word)}`, { method: "PUT", body: { means: select.value } });
        return element("li", {}, element("code", { textContent: word.word }), element("span", { className: "quiet" }),
          element("span", { className: "line" }, element("span", { textContent: "means" }), select, button("Map", map)));
      },
      update: (row, word) => text(row.children[1], `${wording.counted(word.count, "event")}, the last ${wording.ago(word.seen_at)}`),
      none: by("words-none"),
    });
    by("meanings-title").hidden = known.length === 0;
    show(by("meanings"), known, {
      key: (word) => `${word.word} ${word.means}`,
      make: (word) => {
        const takeBack = () => asked(`api/v1/status-words/${encodeURIComponent(word.word)}`, { method: "DELETE" });
        return element("li", {}, element("span", {}, element("code", { textContent: word.word }), ` means “${nameOf(word.means)}”`),
          button("Take back", takeBack));
      },
      update: () => {},
    });
  };

  const showLetters = (letters) => {
    text(by("tile-letters"), letters.length >= 50 ? "50 or more" : wording.number(letters.length));
    text(by("tile-letters-more"), letters.length ? "could not be sent" : "no dead letters");
    show(by("letters"), letters, {
      key: (letter) => letter.dead_letter_id,
      make: (letter) => {
        const path = `api/v1/dead-letters/${letter.dead_letter_id}`;
        const again = () => asked(`${path}/send-again`, { method: "POST" });
        return element("li", {}, element("span", {}, orderLink(letter), ` ${letter.reason}`),
          element("span", { className: "quiet" }),
          element("span", { className: "line" }, button("Send again", again), button("Drop", () => asked(path, { method: "DELETE" }))));
      },
      update: (row, letter) => text(row.children[1], wording.ago(letter.since)),
      none: by("letters-none"),
    });
  };

  const showFigures = (hour) => {
    const events = hour.figures.map((each) => charts.total(each.events));
    const sent = hour.figures.reduce((sum, each) => sum + (each.messages.sent ?? 0), 0);
    const { p50, p95, p99 } = hour.to_phone;
    text(by("tile-events"), wording.number(events.reduce((sum, count) => sum + count, 0)));
    text(by("tile-events-more"), `${wording.number(events.at(-1))} this minute, ${wording.counted(sent, "message")} sent`);
    text(by("tile-phone"), wording.seconds(p50));
    text(by("tile-phone-more"), p50 === null ? "no message" : `p50, p95 ${wording.seconds(p95)}, p99 ${wording.seconds(p99)}`);
    charts.minutes(hour);
  };

  const showDays = (days) => {
    const linked = days.figures.map((each) => each.linked).filter((count) => count !== null);
    const more = linked.length > 1 ? linked.at(-1) - linked[0] : 0;
    text(by("tile-linked"), linked.length ? wording.number(linked.at(-1)) : "–");
    text(by("tile-linked-more"), linked.length > 1 ? `${more < 0 ? "−" : "+"}${Math.abs(more)} in ${linked.length} days` : "");
    charts.days(days);
  };

  // An order's story

  const tellStory = async (order) => {
    by("story-order").value = order;
    problem("");
    try {
      const { stories } = await asked(`api/v1/console/stories?order=${encodeURIComponent(order)}`);
      by("stories").replaceChildren(...(stories.length ? stories.map(story) : [element("p", { className: "quiet", textContent: "No order goes by that." })]));
      by("story-title").scrollIntoView({ block: "nearest" });
    } catch (error) {
      problem(error.message);
    }
  };

  const story = (of) => {
    const told = of.steps.map((step) => [step.recorded_at, stepLine(step)]);
    const sent = of.messages.map((message) => [message.at, messageLine(message)]);
    const lines = [...told, ...sent].sort(([one], [other]) => new Date(one) - new Date(other));
    return element("article", { className: "story" },
      element("h3", {}, `#${of.order_number} `, element("code", { textContent: of.order_id })),
      element("p", { className: "quiet", textContent: `${wording.state(of.status)} · ${wording.counted(of.linked, "chat")} connected, ${of.hearing} hearing of it` }),
      element("ol", {}, ...lines.map(([, line]) => line)));
  };

  const stepLine = (step) => element("li", { className: "step" },
    element("time", { dateTime: step.recorded_at, textContent: wording.moment(step.recorded_at) }),
    element("strong", { textContent: step.status ? wording.state(step.status) : "details" }),
    element("span", { className: "quiet", textContent: [step.parcel && `parcel ${step.parcel}`, step.source ? wording.source(step.source) : "the shop", step.is_news ? "news" : "no news"].filter(Boolean).join(" · ") }),
    element("code", { textContent: step.event_id }));

  const messageLine = (message) => element("li", { className: "message" },
    element("time", { dateTime: message.at ?? "", textContent: message.at ? wording.moment(message.at) : "" }),
    verdict(wording.became(message)),
    element("span", { className: "quiet" }, "chat ", element("code", { textContent: message.chat })));

  // The start

  by("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    signIn(by("key").value.trim());
  });
  by("story-form").addEventListener("submit", (event) => {
    event.preventDefault();
    tellStory(by("story-order").value.trim());
  });
  by("sign-out").addEventListener("click", () => signOut());
  by("arrivals-more").addEventListener("click", () => { all = true; showArrivals(); });
  document.addEventListener("visibilitychange", () => { if (key && !document.hidden) look(); });

  // The fragment is never sent to a server; remove it from the browser's history as well.
  const given = new URLSearchParams(location.hash.slice(1));
  if (location.hash) history.replaceState(null, "", location.pathname);
  if (given.has("link")) followLink(given.get("link"));
  else if (given.has("key")) signIn(given.get("key"));
  else if (key) signIn(key);
})();
