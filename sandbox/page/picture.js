/** The choice of a picture to send from the device. */

import { h } from "./dom.js";

/** The chosen file, or null. */
export function pictureFrom() {
  const input = h("input", { type: "file", accept: "image/png,image/jpeg,image/webp" });
  return new Promise((resolve) => {
    input.addEventListener("change", () => resolve(input.files[0] ?? null));
    input.addEventListener("cancel", () => resolve(null));
    input.click();
  });
}
