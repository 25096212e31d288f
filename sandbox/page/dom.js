/** Small helpers to make and update elements. */

export const $ = (id) => document.getElementById(id);

/**
 * Make an element. `attributes`: `on…` are listeners, `dataset` an object, `html` trusted markup,
 * true and false mean present and absent; children are elements, strings or nothing.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "html") element.innerHTML = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

export function icon(name) {
  return svg("svg", { "aria-hidden": "true" }, svg("use", { href: `/page/icons.svg#${name}` }));
}

/** Make an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat());
  return element;
}

/**
 * Update the children of `parent` to match `items` ({key, state, build}), and touch only what
 * changed: the others keep focus, selection and animation, and are not read out again.
 */
export function reconcile(parent, items) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map(({ key, state, build }) => {
    const signature = JSON.stringify(state);
    const old = known.get(key);
    if (old && old.signature === signature) return old;
    const element = build();
    element.dataset.key = key;
    element.signature = signature;
    if (old) replaceKeepingFocus(old, element);
    return element;
  });
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((element, place) => {
    if (parent.children[place] !== element) parent.insertBefore(element, parent.children[place] ?? null);
  });
}

function replaceKeepingFocus(old, element) {
  const focus = old.contains(document.activeElement) && document.activeElement.dataset.focus;
  old.replaceWith(element);
  if (focus) element.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
}

/** How to scroll: without animation if the person prefers reduced motion. */
export function gently() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
}

/** Copy text, even if the browser has no clipboard API (plain http). */
export async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = h("textarea", { class: "sr-only" });
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
