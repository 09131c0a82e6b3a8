/** The fields of a modal: text inputs, selects and file uploads, with or without a label. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown.js";
import { selectElement } from "./select.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Component} Component */
/**
 * @typedef {{customId: string, element: HTMLElement, value: () => string | string[] | File[],
 *   problem: () => string | null}} ModalField
 */

const PARAGRAPH = 2;

/** @type {Record<number, (component: Component, app: App) => ModalField>} */
const FIELDS = {
  3: selectField,
  4: textField,
  5: selectField,
  6: selectField,
  7: selectField,
  8: selectField,
  19: fileField,
};

/**
 * The nodes of a modal's components, in order; fields are added to the list.
 *
 * @param {Component[]} components
 * @param {App} app
 * @param {ModalField[]} fields
 * @returns {Node[]}
 */
export function modalNodes(components, app, fields) {
  return components.flatMap((component) => {
    if (component.type === 1) return modalNodes(component.components ?? [], app, fields);
    if (component.type === 10) return h("div", { class: "md" }, markdown(component.content, app));
    const inner = component.type === 18 ? component.component : component;
    const field = FIELDS[inner.type]?.(inner, app);
    if (!field) return [];
    fields.push(field);
    return labelled(field, component.label ?? "", component.description, inner.required !== false);
  });
}

/**
 * @param {ModalField} field
 * @param {string} label
 * @param {string | undefined} description
 * @param {boolean} required
 */
function labelled(field, label, description, required) {
  const problem = h("span", { class: "field-problem", role: "alert" });
  field.element.addEventListener("input", () => problem.replaceChildren());
  const row = h(
    "label",
    { class: "field" },
    h(
      "span",
      { class: "field-label" },
      label,
      required ? h("span", { class: "required", title: "Required" }, "*") : null,
    ),
    description && h("span", { class: "field-description" }, description),
    field.element,
    problem,
  );
  const check = field.problem;
  field.problem = () => {
    const text = check();
    problem.textContent = text ?? "";
    row.classList.toggle("wrong", Boolean(text));
    return text;
  };
  return row;
}

/**
 * @param {Component} component
 * @returns {ModalField}
 */
function textField({
  custom_id: customId = "",
  style,
  value,
  placeholder,
  required = true,
  min_length: least = 0,
  max_length: most,
}) {
  const props = {
    class: "field-input",
    placeholder,
    value: value ?? "",
    testid: "modal-field",
    data: { customId },
  };
  const input =
    style === PARAGRAPH
      ? h("textarea", { ...props, rows: "4" })
      : h("input", { ...props, type: "text" });
  if (most) input.maxLength = most;
  return {
    customId,
    element: input,
    value: () => input.value,
    problem: () => {
      if (required && !input.value.trim()) return "Please fill this in.";
      return input.value && input.value.length < least ? `At least ${least} characters.` : null;
    },
  };
}

/**
 * @param {Component} component
 * @param {App} app
 * @returns {ModalField}
 */
function selectField(component, app) {
  /** @type {string[]} */
  let values = (component.options ?? [])
    .filter((/** @type {{default?: boolean}} */ option) => option.default)
    .map((/** @type {{value: string}} */ { value }) => value);
  const element = selectElement(component, app, { onChange: (chosen) => void (values = chosen) });
  element.dataset.testid = "modal-field";
  const isMissing = () => component.required !== false && !values.length;
  return {
    customId: component.custom_id ?? "",
    element,
    value: () => values,
    problem: () => (isMissing() ? "Please choose." : null),
  };
}

/**
 * @param {Component} component
 * @returns {ModalField}
 */
function fileField({ custom_id: customId = "", required = true, max_values: most = 1 }) {
  const names = h("span", {}, "Choose or drop files here");
  const input = h("input", {
    type: "file",
    multiple: most > 1,
    class: "visually-hidden",
    testid: "modal-field",
    data: { customId },
  });
  const files = () => [...(input.files ?? [])].slice(0, most);
  const show = () =>
    names.replaceChildren(
      files()
        .map(({ name }) => name)
        .join(", "),
    );
  const zone = h("span", { class: "file-zone" }, icon("upload"), names, input);
  input.addEventListener("change", show);
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (event.dataTransfer?.files.length) input.files = event.dataTransfer.files;
    show();
  });
  return {
    customId,
    element: zone,
    value: files,
    problem: () => (required && !files().length ? "Please choose a file." : null),
  };
}
