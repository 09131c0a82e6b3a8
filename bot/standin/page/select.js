/** Select menus: strings, people, roles, people or roles, and channels. */

import { channelItems, matching, peopleItems, roleItems } from "./choices.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { Listbox } from "./listbox.js";
import { closePopover, openPopover } from "./popover.js";

/** @typedef {import("./listbox.js").ListItem} ListItem */
/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Component} Component */

const STRING = 3;
const SEARCH_FROM = 8;

/**
 * @param {Component} component
 * @param {App} app
 * @param {{onChange: (values: string[]) => void | Promise<void>}} handlers
 */
export function selectElement(component, app, { onChange }) {
  const items = selectItems(component, app);
  let values = startValues(component);
  const label = h("span", { class: "select-label" });
  const face = h(
    "button",
    {
      class: "select",
      type: "button",
      disabled: component.disabled,
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      testid: "component-select",
      data: { customId: component.custom_id },
    },
    label,
    icon("down"),
  );
  const draw = () => {
    const names = items.filter(({ value }) => values.includes(value)).map((item) => item.label);
    label.textContent = names.join(", ") || component.placeholder || "Make a selection";
    label.classList.toggle("placeholder", !names.length);
  };
  face.addEventListener("click", () => {
    if (face.getAttribute("aria-expanded") === "true") return closePopover();
    return openList(face, component, items, values, async (chosen) => {
      values = chosen;
      draw();
      face.classList.add("busy");
      await onChange(chosen);
      face.classList.remove("busy");
    });
  });
  draw();
  return face;
}

/**
 * @param {Component} component
 * @param {App} app
 * @returns {ListItem[]}
 */
function selectItems({ type, options = [], channel_types: channelTypes }, { store }) {
  const state = store.state;
  if (type === STRING) return options.map(stringItem);
  if (type === 5) return peopleItems(state);
  if (type === 6) return roleItems(state);
  if (type === 7) return [...peopleItems(state), ...roleItems(state)];
  return channelItems(state, channelTypes);
}

/** @param {{value: string, label: string, description?: string, emoji?: {name: string}}} option */
function stringItem({ value, label, description, emoji }) {
  return { value, label, description, icon: emoji ? h("span", {}, emoji.name) : null };
}

/** @param {Component} component @returns {string[]} */
function startValues({ type, options = [], default_values: defaults = [] }) {
  if (type !== STRING) return defaults.map((/** @type {{id: string}} */ { id }) => id);
  return options
    .filter((/** @type {{default?: boolean}} */ option) => option.default)
    .map((/** @type {{value: string}} */ { value }) => value);
}

/**
 * @param {HTMLElement} face
 * @param {Component} component
 * @param {ListItem[]} items
 * @param {string[]} values
 * @param {(values: string[]) => void} onDone
 */
function openList(face, component, items, values, onDone) {
  const { min_values: least = 1, max_values: most = 1 } = component;
  const multiple = most > 1 || least === 0;
  const chosen = new Set(values);
  const done = () => {
    closePopover();
    onDone(items.map(({ value }) => value).filter((value) => chosen.has(value)));
  };
  const list = new Listbox({
    label: component.placeholder ?? "Options",
    testid: "select-option",
    multiple,
    empty: "Nothing matches",
    onPick: ({ value }) => {
      if (!multiple) chosen.clear();
      if (!chosen.delete(value) && chosen.size < most) chosen.add(value);
      list.chosen = chosen;
      list.mark();
      if (!multiple) done();
      else finish.disabled = chosen.size < least;
    },
  });
  list.chosen = chosen;
  const finish = h(
    "button",
    {
      class: "button primary",
      type: "button",
      testid: "select-done",
      disabled: chosen.size < least,
      onClick: done,
    },
    "Done",
  );
  const search = h("input", {
    class: items.length < SEARCH_FROM ? "list-search visually-hidden" : "list-search",
    type: "text",
    placeholder: "Search",
    "aria-label": "Search the options",
    "aria-controls": list.id,
    onInput: () => list.show(matching(items, search.value)),
    onKeydown: (/** @type {KeyboardEvent} */ event) => walk(event, list),
  });
  const panel = h(
    "div",
    { class: "select-list", vars: { "--anchor-width": `${face.offsetWidth}px` } },
    search,
    list.element,
    multiple && h("div", { class: "select-foot" }, `${range(least, most)}`, finish),
  );
  list.show(items, {
    active: Math.max(
      0,
      items.findIndex(({ value }) => chosen.has(value)),
    ),
  });
  openPopover(panel, { element: face }, () => face.setAttribute("aria-expanded", "false"));
  face.setAttribute("aria-expanded", "true");
  search.focus();
}

/**
 * @param {number} least
 * @param {number} most
 */
function range(least, most) {
  return least === most ? `Choose ${most}` : `Choose ${least} to ${most}`;
}

/**
 * @param {KeyboardEvent} event
 * @param {Listbox} list
 */
function walk(event, list) {
  if (event.key === "ArrowDown") list.move(1);
  else if (event.key === "ArrowUp") list.move(-1);
  else if (event.key === "Enter" && list.active) list.options.onPick(list.active);
  else return;
  event.preventDefault();
}
