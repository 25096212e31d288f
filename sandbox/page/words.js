/** The contract's words in readable form. */

export function inWords(status) {
  return capitalised(status.replaceAll("_", " "));
}

export function capitalised(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
