/** State that survives a reload of the page, but not the end of the demo. */

let run = "";

/** `name`: of the sandbox's current run. State of another run is ignored. */
export function remembering(name) {
  run = name;
}

export function remember(key, value) {
  sessionStorage.setItem(key, JSON.stringify({ run, value }));
}

export function recall(key) {
  const kept = JSON.parse(sessionStorage.getItem(key));
  return kept?.run === run ? kept.value : undefined;
}
