"use strict";
// Three charts with uPlot, in the page's colours; each also describes itself in words.

const charts = (() => {
  const HEIGHT = 170, DAY = 86400;
  const drawn = new Map();
  const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  const axis = (more = {}) => ({
    stroke: colour("quiet"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { stroke: colour("line"), width: 1 },
    font: "12px system-ui, sans-serif",
    ...more,
  });

  // `lines`: a list of [label, colour, values]. `say`: formats a value.
  const draw = (id, times, lines, { say, bars = false, words }) => {
    const place = document.getElementById(id);
    place.setAttribute("aria-label", words);
    drawn.get(id)?.chart.destroy();
    const when = (at) => (times.at(-1) - times[0] > DAY ? day : clock).format(at * 1000);
    const series = lines.map(([label, name]) => ({
      label,
      stroke: colour(name),
      fill: bars ? colour(name) : undefined,
      width: 2,
      paths: bars ? uPlot.paths.bars({ size: [0.7, 24] }) : undefined,
      points: { show: !bars, size: 4, fill: colour(name) },
      spanGaps: true,
    }));
    const chart = new uPlot(
      {
        width: place.clientWidth,
        height: HEIGHT,
        padding: [8, 18, 0, 0],
        series: [{}, ...series],
        axes: [
          axis({ space: 64, values: (_, ticks) => ticks.map(when) }),
          axis({ size: 56, values: (_, ticks) => ticks.map(say) }),
        ],
        scales: { y: { range: (_, __, most) => [0, most ? most * 1.1 : 1] } },
        cursor: { show: false },
        legend: { show: lines.length > 1, live: false },
      },
      [times, ...lines.map(([, , values]) => values)],
      place,
    );
    drawn.set(id, { chart, again: () => draw(id, times, lines, { say, bars, words }) });
  };

  // After a change of size or colours.
  const drawAgain = () => drawn.forEach(({ again }) => again());
  addEventListener("resize", drawAgain);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAgain);

  const starts = (figures) => figures.map((each) => new Date(each.at) / 1000);
  const whole = (value) => (Number.isInteger(value) ? wording.number(value) : "");
  const total = (counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);

  return {
    total,

    minutes({ figures }) {
      const events = figures.map((each) => total(each.events));
      const all = events.reduce((sum, count) => sum + count, 0);
      draw("chart-events", starts(figures), [["Events", "accent", events]], {
        say: whole,
        bars: true,
        words: `Events a minute in the last hour: ${all} in all, ${Math.max(...events)} at most.`,
      });
      const of = (share) => figures.map((each) => each.to_phone[share]);
      const known = of("p95").filter((value) => value !== null);
      draw("chart-phone", starts(figures), [["p50", "accent", of("p50")], ["p95", "warn", of("p95")], ["p99", "bad", of("p99")]], {
        say: wording.seconds,
        words: known.length
          ? `Seconds from event to phone in the last hour: p95 at most ${wording.seconds(Math.max(...known))}.`
          : "Seconds from event to phone: no message in the last hour.",
      });
    },

    days({ figures }) {
      const linked = figures.map((each) => each.linked);
      const last = linked.findLast((count) => count !== null);
      draw("chart-linked", starts(figures), [["Chats", "good", linked]], {
        say: whole,
        words: `Chats connected, by day: ${last === undefined ? "not counted yet" : `${last} at last`}.`,
      });
    },
  };
})();
