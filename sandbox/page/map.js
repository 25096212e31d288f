/** A location as a sketch of a map: drawn here, with invented streets and a pin that moves. */

import { h, svg } from "./dom.js";
import { longTime } from "./times.js";

const WIDTH = 300;
const HEIGHT = 170;
const METRES = 9; // to a pixel
const DEGREE = 111_320; // metres of latitude
const BLOCK = 260; // metres from street to street
const GLIDE = 1_600; // ms

/** Each message's last pin position and the centre of its sketch, because an edit makes a new element. */
const journeys = new Map();

/** Whether the message's location was shown before, so that its pin glides from there. */
export function isMoving({ id, location }) {
  return Boolean(location && journeys.has(id));
}

/** The sketch and the caption below it. `message`: has a `location`. */
export function map(message) {
  const journey = travelled(message);
  const isLive = Boolean(message.location.live_period);
  const title = message.live_until ? "Live location" : "Location";
  const moved = longTime(new Date(message.edited_at ?? message.sent_at));
  const told = isLive ? `updated ${moved}` : message.live_until ? "has ended" : "";
  return h("figure", {
    class: `map${isLive ? " live" : ""}`,
    dataset: { testid: "map", latitude: message.location.latitude, longitude: message.location.longitude },
  },
  drawing(journey, message.location),
  h("figcaption", {}, h("strong", {}, title), told && h("span", {}, ` ${told}`)));
}

function travelled({ id, location }) {
  const place = metres(location);
  const journey = journeys.get(id) ?? { centre: place, places: [] };
  const last = journey.places.at(-1);
  if (!last || last.x !== place.x || last.y !== place.y) journey.places.push(place);
  const [x, y] = onSketch(place, journey.centre);
  if (x < 30 || x > WIDTH - 30 || y < 40 || y > HEIGHT - 20) journey.centre = place;
  journeys.set(id, journey);
  return journey;
}

/** Treats the earth as flat, which is exact enough for a town. */
function metres({ latitude, longitude }) {
  return { x: longitude * DEGREE * Math.cos(latitude * Math.PI / 180), y: -latitude * DEGREE };
}

function onSketch(place, centre) {
  return [(place.x - centre.x) / METRES + WIDTH / 2, (place.y - centre.y) / METRES + HEIGHT / 2 + 20];
}

function drawing({ centre, places }, location) {
  const points = places.map((place) => onSketch(place, centre));
  const pin = svg("g", { class: "pin" },
    location.heading ? svg("path", { class: "heading", d: "M0 -19 L6 -9 L-6 -9 Z", transform: `rotate(${location.heading})` }) : [],
    svg("circle", { r: 9 }), svg("circle", { class: "dot", r: 5 }));
  glide(pin, points.at(-2) ?? points.at(-1), points.at(-1));
  const radius = (location.horizontal_accuracy ?? 0) / METRES;
  const [x, y] = points.at(-1);
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "A map with a pin" },
    streets(centre),
    svg("polyline", { class: "trail", points: points.map((point) => point.join()).join(" ") }),
    radius > 12 ? svg("circle", { class: "accuracy", cx: x, cy: y, r: radius }) : [],
    pin);
}

function glide(pin, from, to) {
  const at = ([x, y]) => `translate(${x}px, ${y}px)`;
  pin.style.transform = at(to);
  if (from !== to) pin.animate([{ transform: at(from) }, { transform: at(to) }], { duration: GLIDE, easing: "ease-in-out" });
}

/** Always the same streets for the same place. */
function streets(centre) {
  const left = Math.floor((centre.x - WIDTH * METRES / 2) / BLOCK) - 1;
  const top = Math.floor((centre.y - HEIGHT * METRES / 2) / BLOCK) - 2;
  const columns = Math.ceil(WIDTH * METRES / BLOCK) + 3;
  const rows = Math.ceil(HEIGHT * METRES / BLOCK) + 4;
  const drawn = [];
  for (let column = left; column < left + columns; column += 1) {
    for (let row = top; row < top + rows; row += 1) drawn.push(...block(column, row, centre));
  }
  return drawn.sort((one, other) => layer(one) - layer(other));
}

function block(column, row, centre) {
  const here = corner(column, row, centre);
  const east = corner(column + 1, row, centre);
  const south = corner(column, row + 1, centre);
  const across = corner(column + 1, row + 1, centre);
  const luck = chance(column, row);
  const drawn = [];
  if (luck < 0.09) drawn.push(svg("path", { class: "park", d: path(here, east, across, south) }));
  if (chance(row, 77) < 0.3 || luck > 0.22) drawn.push(svg("path", { class: kind(row), d: path(here, east) }));
  if (chance(column, 99) < 0.3 || luck < 0.85) drawn.push(svg("path", { class: kind(column), d: path(here, south) }));
  return drawn;
}

function layer(element) {
  return ["park", "street", "road"].indexOf(element.getAttribute("class"));
}

function kind(line) {
  return line % 4 === 0 ? "road" : "street";
}

/** A crossing, moved a little off the grid. */
function corner(column, row, centre) {
  const off = (one, other) => (chance(one, other) - 0.5) * BLOCK * 0.45;
  const place = {
    x: column * BLOCK + off(column + 5, row),
    y: row * BLOCK + off(row, column + 11),
  };
  return onSketch(place, centre);
}

function path(...points) {
  return `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
}

/** A number from 0 to 1, always the same for the same arguments. */
function chance(one, other) {
  const sine = Math.sin(one * 127.1 + other * 311.7) * 43_758.5453;
  return sine - Math.floor(sine);
}
