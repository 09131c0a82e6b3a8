/** A small dialog that asks for one line of text. */

import { h } from "./dom.js";

/**
 * @param {{title: string, label: string, action: string}} words
 * @returns {Promise<string | null>} what was written, or null when it was cancelled
 */
export function ask({ title, label, action }) {
  const input = h("input", {
    class: "field-input",
    type: "text",
    maxlength: "100",
    required: true,
    testid: "prompt-input",
  });
  const cancel = h("button", { class: "button secondary", type: "button" }, "Cancel");
  const form = h(
    "form",
    { method: "dialog" },
    h("div", { class: "modal-head" }, h("h2", {}, title)),
    h(
      "div",
      { class: "modal-body" },
      h("label", { class: "field" }, h("span", { class: "field-label" }, label), input),
    ),
    h(
      "div",
      { class: "modal-foot" },
      cancel,
      h("button", { class: "button primary", type: "submit", testid: "prompt-submit" }, action),
    ),
  );
  const dialog = h("dialog", { class: "modal", "aria-label": title, testid: "prompt" }, form);
  cancel.addEventListener("click", () => dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    let written = "";
    form.addEventListener("submit", () => {
      written = input.value.trim();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(written || null);
    });
  });
}
