/** The clock that can be moved forward, the restart, and the service's addresses. */

import { stage } from "./api.js";
import { $, h } from "./dom.js";
import { toast } from "./notices.js";
import { dayAndTime, now, setClock } from "./times.js";

export class Stage {
  /** `moving()` is called before the clock is moved, `moved()` afterwards. */
  constructor({ moving, moved }) {
    this.moved = moved;
    for (const button of document.querySelectorAll("#stage [data-hours], #stage [data-to]")) {
      button.addEventListener("click", async () => {
        const { hours, to } = button.dataset;
        moving();
        this.#show(await stage.moveClock(to ? { to } : { hours: Number(hours) }));
      });
    }
    $("anew").addEventListener("click", () => this.#beginAnew());
    setInterval(() => this.#tick(), 5_000);
  }

  async refresh() {
    this.#show(await stage.state());
  }

  #show(state) {
    setClock(new Date(state.now));
    $("stage").hidden = false;
    $("stage-moved").textContent = state.moved_hours ? `(${inWords(state.moved_hours)} ahead)` : "";
    $("addresses").replaceChildren(...state.addresses.map(({ name, url }, place) =>
      (place === 0
        ? h("code", { dataset: { testid: "service" } }, url)
        : h("a", { href: url, target: "_blank", rel: "noopener", dataset: { testid: "address" } }, name))));
    $("addresses").hidden = !state.addresses.length;
    this.#tick();
    this.moved();
  }

  #tick() {
    $("stage-time").textContent = dayAndTime(now());
    $("stage-time").dateTime = now().toISOString();
  }

  async #beginAnew() {
    if (!confirm("Put everything back as it was at the beginning?")) return;
    await stage.beginAnew();
    document.body.classList.add("waiting");
    toast("Putting everything back…");
  }
}

function inWords(hours) {
  const [days, rest] = [Math.floor(hours / 24), hours % 24];
  const counted = (count, unit) => count && `${count} ${unit}${count > 1 ? "s" : ""}`;
  return [counted(days, "day"), counted(rest, "hour")].filter(Boolean).join(", ");
}
