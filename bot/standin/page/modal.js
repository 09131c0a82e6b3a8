/** The dialog a bot may answer an interaction with. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { modalNodes } from "./modal_fields.js";

/** @typedef {import("./modal_fields.js").ModalField} ModalField */
/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").ModalRequest} ModalRequest */

/**
 * Shows the modal until it is submitted or cancelled.
 *
 * @param {ModalRequest} request
 * @param {App} app
 */
export function openModal(request, app) {
  /** @type {ModalField[]} */
  const fields = [];
  const error = h("div", { class: "modal-error", role: "alert", testid: "modal-error" });
  const submit = h(
    "button",
    { class: "button primary", type: "submit", testid: "modal-submit" },
    "Submit",
  );
  const form = h(
    "form",
    { method: "dialog", novalidate: true },
    head(request.title, app),
    h("div", { class: "modal-body" }, modalNodes(request.components, app, fields), error),
    h(
      "div",
      { class: "modal-foot" },
      h(
        "button",
        {
          class: "button secondary",
          type: "button",
          testid: "modal-cancel",
          onClick: () => dialog.close(),
        },
        "Cancel",
      ),
      submit,
    ),
  );
  const dialog = h(
    "dialog",
    {
      class: "modal",
      "aria-label": request.title,
      testid: "modal",
      data: { customId: request.custom_id },
    },
    form,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = fields.filter((field) => field.problem());
    if (wrong.length) return focusIn(wrong[0].element);
    submit.classList.add("busy");
    try {
      await app.interactions.run("submit", ...answer(request, fields));
      dialog.close();
    } catch (reason) {
      error.textContent = /** @type {Error} */ (reason).message;
    }
    return submit.classList.remove("busy");
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  if (fields.length) focusIn(fields[0].element);
}

/**
 * @param {string} title
 * @param {App} app
 */
function head(title, app) {
  const close = h(
    "button",
    { class: "icon-button", type: "button", "aria-label": "Close" },
    icon("close"),
  );
  close.addEventListener("click", () => close.closest("dialog")?.close());
  return h(
    "div",
    { class: "modal-head" },
    h("span", { class: "avatar avatar-bot", title: app.store.state.bot.username }),
    h("h2", {}, title),
    close,
  );
}

/** @param {HTMLElement} element */
function focusIn(element) {
  const target = element.matches("input, textarea, button")
    ? element
    : element.querySelector("input");
  /** @type {HTMLElement | null} */ (target)?.focus();
}

/**
 * The body of the `submit` verb and its files.
 *
 * @param {ModalRequest} request
 * @param {ModalField[]} fields
 * @returns {[Record<string, any>, {files: File[]}]}
 */
function answer(request, fields) {
  /** @type {Record<string, any>} */
  const values = {};
  /** @type {File[]} */
  const files = [];
  for (const field of fields) {
    const value = field.value();
    values[field.customId] =
      typeof value === "string"
        ? value
        : value.map((part) => (part instanceof File ? files.push(part) - 1 : part));
  }
  return [{ modal_id: request.id, values }, { files }];
}
