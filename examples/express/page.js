/** The shop's only page. `link` is set after "Connect Telegram". */
export function page({ customers, customer, orders, link }) {
  const chosen = ([key, { id, name }]) => html`<option value="${key}" ${id === customer.id ? "selected" : ""}>${name}</option>`;
  const query = `?customer=${customer.name.toLowerCase()}`;
  return String(html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
${orders.some(({ outbox }) => outbox.length) ? html`<meta http-equiv="refresh" content="1">` : ""}
<title>Nile Coffee</title>
<style>${STYLE}</style>
<header>
  <h1>Nile Coffee</h1>
  <form><label>You are <select name="customer" onchange="this.form.submit()">${[...customers].map(chosen)}</select></label></form>
</header>
<main>
  <div class="actions">
    ${button(`/orders${query}`, "Order something", "main")}
    ${button(`/connect${query}`, "Connect Telegram", "telegram")}
  </div>
  ${link ? connect(link) : ""}
  <h2>Your orders</h2>
  ${orders.length ? orders.map((order) => card(order, query)) : html`<p class="quiet">None yet.</p>`}
</main>
</html>`);
}

function connect({ url, code, qr }) {
  return html`<section class="card connect">
    <img src="${qr}" alt="QR code of the link" width="150" height="150">
    <div>
      <p>Scan this with your phone, or <a href="${url}">open Telegram here</a>.</p>
      <p>Or send our bot: <code>/link ${code}</code></p>
      <p class="quiet">It works once, for a quarter of an hour.</p>
    </div>
  </section>`;
}

function card(order, query) {
  const step = ({ status, timestamp }) => html`<li><b>${status}</b> <time>${timestamp.toISOString().slice(0, 16).replace("T", " ")}</time></li>`;
  const move = (status) => button(`/orders/${order.id}/${encodeURIComponent(status)}${query}`, `→ ${status}`);
  return html`<article class="card" data-order="${order.number}">
    <h3>#${order.number} <span class="quiet">${order.items.join(", ")}</span></h3>
    <ol>${order.trackingInfo.map(step)}</ol>
    ${order.outbox.length ? html`<p class="waiting">${order.outbox.length} to tell Trackline</p>` : ""}
    ${order.choices.length ? html`<div class="staff"><span>Staff</span>${order.choices.map(move)}</div>` : ""}
  </article>`;
}

function button(action, label, kind = "") {
  return html`<form method="post" action="${action}"><button class="${kind}">${label}</button></form>`;
}

class Html extends String {}

/** A template whose values are escaped, unless they are such templates themselves. */
function html(strings, ...values) {
  return new Html(String.raw({ raw: strings }, ...values.map(safe)));
}

function safe(value) {
  if (Array.isArray(value)) return value.map(safe).join("");
  if (value instanceof Html) return value;
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = new Html(`
  :root { color-scheme: light dark; --line: light-dark(#ddd6cc, #444); --quiet: light-dark(#6b635a, #aaa); }
  body { max-width: 40rem; margin: 0 auto; padding: 1rem; font: 16px/1.5 system-ui, sans-serif;
         background: light-dark(#faf7f2, #1c1b1a); }
  header, .actions, .staff, .connect { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; }
  header { justify-content: space-between; margin-bottom: 1rem; } .connect { flex-wrap: nowrap; }
  h1 { margin: 0; font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; } h3 { margin: 0; font-size: 1rem; }
  .card { padding: 1rem; margin: .7rem 0; border: 1px solid var(--line); border-radius: .7rem; background: light-dark(#fff, #262524); }
  .connect p { margin: .3rem 0; } .connect img { border-radius: .4rem; }
  .quiet, time { color: var(--quiet); font-weight: normal; font-size: .9rem; }
  ol { margin: .6rem 0; padding-left: 1.2rem; } li:not(:last-child) b { font-weight: normal; }
  button, select { font: inherit; padding: .35rem .8rem; border: 1px solid var(--line); border-radius: .5rem; cursor: pointer; }
  .main { background: #7a4b24; color: #fff; border-color: #7a4b24; }
  .telegram { background: #1c7ab5; color: #fff; border-color: #1c7ab5; }
  .staff span, .waiting { color: var(--quiet); font-size: .85rem; } .waiting { margin: .5rem 0; }
`);
