"use strict";
// Elements, and lists of them that are updated in place, so that focus and open menus are kept.

const lists = (() => {
  const element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children.filter((child) => child !== null));
    return made;
  };

  const text = (place, words) => {
    if (place.textContent !== words) place.textContent = words;
  };

  // `make` creates a row for an item, `update` refreshes it. `none`: an element shown if there are none.
  const show = (parent, items, { key, make, update, none }) => {
    const known = new Map([...parent.children].map((row) => [row.dataset.key, row]));
    let before = null;
    for (const item of items) {
      let row = known.get(key(item));
      if (row === undefined) {
        row = make(item);
        row.dataset.key = key(item);
      }
      known.delete(key(item));
      update(row, item);
      const place = before === null ? parent.firstElementChild : before.nextElementSibling;
      if (place !== row) parent.insertBefore(row, place);
      before = row;
    }
    for (const gone of known.values()) gone.remove();
    if (none) none.hidden = items.length > 0;
  };

  // A state in words, coloured by its outcome.
  const verdict = ([kind, words]) => element("span", { className: `verdict ${kind}`, textContent: words });

  return { element, show, text, verdict };
})();
