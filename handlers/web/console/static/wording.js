"use strict";
// The texts of the console, and its formats for numbers and times.

const wording = (() => {
  const SOURCES = {
    webhook: "Your webhook",
    api: "API",
    book: "The shop’s own orders",
    aftership: "AfterShip",
    easypost: "EasyPost",
    mongoose: "Mongoose",
    sendcloud: "Sendcloud",
    shippo: "Shippo",
    shopify: "Shopify",
    woocommerce: "WooCommerce",
  };
  const WHY = {
    UnknownOrder: "the order was never seen, and nothing says whose it is",
    IdTaken: "another event of the order came with this id before",
    NotThisCustomers: "the order is another customer’s",
    TooManyEvents: "the order holds no more events",
    CustomerErased: "the customer or the order was erased",
  };
  const number = new Intl.NumberFormat("en");
  const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
  const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
  const minute = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });
  const dayAndMinute = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  let ahead = 0; // milliseconds that the service's clock is ahead of this machine's

  const now = () => new Date(Date.now() + ahead);

  const counted = (count, one, several = `${one}s`) =>
    `${number.format(count)} ${count === 1 ? one : several}`;

  const ago = (iso) => {
    const seconds = Math.max(0, (now() - new Date(iso)) / 1000);
    if (seconds < 5) return "just now";
    if (seconds < 90) return `${Math.round(seconds)} s ago`;
    if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
    if (seconds < 129600) return `${Math.round(seconds / 3600)} h ago`;
    return `${Math.round(seconds / 86400)} days ago`;
  };

  const seconds = (value) => {
    if (value === null || value === undefined) return "–";
    if (value < 10) return `${value.toFixed(value < 1 ? 2 : 1)} s`;
    if (value < 90) return `${Math.round(value)} s`;
    return value < 5400 ? `${Math.round(value / 60)} min` : `${Math.round(value / 3600)} h`;
  };

  const until = (iso) => {
    const date = new Date(iso);
    return (date.toDateString() === now().toDateString() ? minute : dayAndMinute).format(date);
  };

  // The chats whose message waits: all of them, or those that do not have it yet.
  const held = (of) => {
    const when = of.held_until ? ` until ${until(of.held_until)}` : "";
    return `Message to ${counted(of.chats - of.sent, "phone")} held${when}, by quiet hours or a summary`;
  };

  // What to say about an arrival, and its outcome.
  const fate = (arrival) => {
    const phones = counted(arrival.chats ?? 0, "phone");
    const some = arrival.sent ? `, ${arrival.sent} of ${arrival.chats} have it` : "";
    const of = {
      sent: ["good", `On ${phones}${arrival.seconds === null ? "" : ` in ${seconds(arrival.seconds)}`}`],
      on_its_way: ["going", `On its way to ${phones}${some}`],
      held: ["quiet", held(arrival) + some],
      failed: ["warn", `Telegram did not take it; it is tried again${some}`],
      undelivered: ["bad", `Could not be delivered${some}`],
      paused: ["warn", `Waits: ${arrival.chats === 1 ? "its reader has" : "readers have"} blocked the bot, or cannot be reached${some}`],
      unwanted: ["quiet", "Nobody wants to hear of it"],
      nobody: ["quiet", "Stored; nobody is connected"],
      no_news: ["quiet", `Stored; no news${arrival.state ? ": late, told before, or with notify off" : ": it tells no new state"}`],
      duplicate: ["quiet", "Came before"],
      ignored: ["quiet", "Nothing in it for us"],
      refused: ["bad", "Refused"],
    }[arrival.fate];
    const why = arrival.why ? `: ${WHY[arrival.why] ?? arrival.why}` : "";
    const again = arrival.again ? ` (came ${arrival.again + 1} times)` : "";
    return [of[0], of[1] + why + again];
  };

  const source = (name) => SOURCES[name] ?? name;

  const health = (of) => {
    const last = of.event_at ? `last event ${ago(of.event_at)}` : "no event yet";
    const later = (at) => at && (!of.event_at || at > of.event_at);
    if (later(of.refused_at)) return ["warn", `${last}; refused ${ago(of.refused_at)}: its signature is wrong`];
    if (later(of.unread_at)) return ["warn", `${last}; not understood ${ago(of.unread_at)}`];
    return [of.event_at ? "good" : "quiet", last];
  };

  const became = (message) => {
    const told = message.kind === "reminder" ? "Reminder sent" : message.kind === "arrival" ? "Arrival told" : "Message sent";
    return {
      told: ["good", told],
      over: ["quiet", "Not wanted any more"],
      waiting: ["going", "Waits to be sent"],
      held: ["quiet", `Message held${message.until ? ` until ${until(message.until)}` : ""}, by quiet hours or a summary`],
      paused: ["warn", `Waits: ${message.why}`],
      dead: ["bad", `Given up: ${message.why}`],
    }[message.became];
  };

  return {
    ago,
    became,
    counted,
    fate,
    health,
    number: (value) => number.format(value),
    clockIs: (iso) => { ahead = new Date(iso) - Date.now(); },
    time: () => clock.format(now()),
    moment: (iso) => moment.format(new Date(iso)),
    seconds,
    source,
    state: (status) => status.replaceAll("_", " "),
  };
})();
