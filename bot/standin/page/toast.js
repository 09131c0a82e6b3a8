/** Short messages that go away by themselves. */

import { h } from "./dom.js";

const SHOWN_MS = 4500;

/** @param {string} text */
export function toast(text) {
  const element = h("div", { class: "toast", role: "status", testid: "toast" }, text);
  document.body.append(element);
  setTimeout(() => element.remove(), SHOWN_MS);
}
