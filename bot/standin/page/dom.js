/** Builds elements. Children become text nodes, so nothing a person wrote is parsed as HTML. */

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * An element with its properties and children.
 *
 * `on…` functions are listeners, `testid` is the hook for tests, `data` and `vars` fill the
 * dataset and the CSS variables, `value`/`checked`/`disabled` are set as properties, and every
 * other name is an attribute (left out when null or false).
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(element, name, value);
  for (const child of children.flat()) if (child) element.append(child);
  return element;
}

const AS_PROPERTY = new Set(["value", "checked", "disabled", "files", "multiple", "hidden"]);

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {any} value
 */
function setProp(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") element.addEventListener(name.slice(2).toLowerCase(), value);
  else if (name === "testid") element.dataset.testid = value;
  else if (name === "data") Object.assign(element.dataset, value);
  else if (name === "vars") for (const key in value) element.style.setProperty(key, value[key]);
  else if (AS_PROPERTY.has(name)) /** @type {any} */ (element)[name] = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

/**
 * The element of the page's skeleton with this id.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no element #${id}`);
  return element;
}

/**
 * A colour integer as Discord sends it (0xRRGGBB) in CSS.
 *
 * @param {number} colour
 */
export function cssColour(colour) {
  return `#${colour.toString(16).padStart(6, "0")}`;
}
