/** Context menus, worked with the arrow keys. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { closePopover, openPopover } from "./popover.js";

/**
 * @typedef {{label: string, icon?: string, action: string, danger?: boolean,
 *   data?: Record<string, string>, run: () => void}} MenuItem
 * @typedef {{title?: string, items: MenuItem[]}} MenuGroup
 */

/**
 * @param {MenuGroup[]} groups empty ones are left out
 * @param {{element: Element} | {x: number, y: number}} anchor
 * @param {{label: string, top?: HTMLElement}} extra `top` stands above the first group
 */
export function openMenu(groups, anchor, { label, top }) {
  const menu = h(
    "div",
    { class: "menu", role: "menu", "aria-label": label, testid: "context-menu", onKeydown: walk },
    top,
    groups.filter(({ items }) => items.length).map(groupElement),
  );
  openPopover(menu, anchor);
  /** @type {HTMLElement | null} */ (menu.querySelector("[role=menuitem]"))?.focus();
}

/** @param {MenuGroup} group */
function groupElement({ title, items }) {
  return h(
    "div",
    { class: "menu-group", role: "group", "aria-label": title },
    title && h("div", { class: "menu-title" }, title),
    items.map(itemElement),
  );
}

/** @param {MenuItem} item */
function itemElement(item) {
  const run = () => {
    closePopover();
    item.run();
  };
  return h(
    "button",
    {
      class: item.danger ? "menu-item danger" : "menu-item",
      type: "button",
      role: "menuitem",
      tabindex: "-1",
      testid: "menu-item",
      data: { action: item.action, ...item.data },
      onClick: run,
    },
    h("span", {}, item.label),
    item.icon === "bot"
      ? h("span", { class: "avatar avatar-bot avatar-small", "aria-hidden": "true" })
      : item.icon && icon(item.icon),
  );
}

/** @param {KeyboardEvent} event */
function walk(event) {
  const menu = /** @type {HTMLElement} */ (event.currentTarget);
  const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role=menuitem]")]);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  items.at((at + step) % items.length)?.focus();
}
