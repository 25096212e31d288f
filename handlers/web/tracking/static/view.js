// The part of a page that the server writes. New HTML takes its place, and its reader stays where
// they are: focus and open details are kept.
"use strict";
const view = (() => {
  const heading = (place) => place.querySelector("h1")?.textContent;

  function put(place, html) {
    place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  }

  /** Put HTML in the place of what is there. Returns whether that had another heading. */
  function replace(place, html) {
    const before = heading(place);
    const stops = () => [...place.querySelectorAll("a, summary, button")];
    const focused = stops().indexOf(document.activeElement);
    const isOpen = place.querySelector("details")?.open;
    put(place, html);
    const details = place.querySelector("details");
    if (details && isOpen) details.open = true;
    stops()[focused]?.focus();
    const title = place.firstElementChild?.dataset.title;
    if (title) document.title = title;
    return before !== undefined && before !== heading(place);
  }

  /** The essentials in one line, to be read aloud. */
  const summary = (place) =>
    [...place.querySelectorAll("h1, .expected, .next")].map((each) => each.textContent).join(". ");

  return { put, replace, summary };
})();
