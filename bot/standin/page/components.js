/** Message components: buttons, selects and the layout parts of Components V2. */

import { cssColour, h } from "./dom.js";
import { icon } from "./icons.js";
import { jumpTarget } from "./links.js";
import { markdown } from "./markdown.js";
import { fileChip, gallery, thumbnail } from "./media.js";
import { selectElement } from "./select.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Component} Component */
/** @typedef {import("./types.js").Message} Message */
/**
 * Where a component stands: which message it belongs to and how it reaches the bot.
 *
 * @typedef {{app: App, message: Message, use: (verb: string, body: object) => Promise<void>}} Place
 */

const BUTTON_STYLES = ["", "primary", "secondary", "success", "danger", "link"];

/** @type {Record<number, (component: Component, place: Place) => Node>} */
const BUILDERS = {
  1: actionRow,
  2: button,
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  9: section,
  10: textDisplay,
  11: thumbnailOf,
  12: ({ items }) => gallery(items),
  13: ({ file, name, size }) => fileChip(name ?? fileName(file.url), size, file.url),
  14: separator,
  17: container,
};

/**
 * @param {Message} message
 * @param {App} app
 * @param {(reason: string | null) => void} report shows under the message why the bot did not answer
 * @returns {Node[]}
 */
export function componentElements(message, app, report) {
  const use = async (/** @type {string} */ verb, /** @type {object} */ body) => {
    const { channel_id, id: message_id } = message;
    report(null);
    try {
      await app.interactions.run(verb, { channel_id, message_id, ...body });
    } catch (error) {
      report(/** @type {Error} */ (error).message);
    }
  };
  return build(message.components ?? [], { app, message, use });
}

/**
 * @param {Component[]} components
 * @param {Place} place
 * @returns {Node[]}
 */
function build(components, place) {
  return components.flatMap((component) => BUILDERS[component.type]?.(component, place) ?? []);
}

/**
 * @param {Component} component
 * @param {Place} place
 */
function actionRow({ components = [] }, place) {
  return h("div", { class: "action-row" }, build(components, place));
}

/**
 * @param {Component} component
 * @param {Place} place
 */
function button(component, place) {
  const { style, label, emoji, disabled, custom_id: customId, url } = component;
  const element = h(
    "button",
    {
      class: `button ${BUTTON_STYLES[style] ?? "secondary"}`,
      type: "button",
      disabled,
      "aria-label": label ? null : emoji?.name,
      testid: "component-button",
      data: customId ? { customId } : { url },
    },
    emoji && h("span", { class: "button-emoji" }, emoji.name),
    label && h("span", {}, label),
    url && icon(jumpTarget(url) ? "right" : "external"),
  );
  element.addEventListener("click", async () => {
    if (url) return place.app.navigation.follow(url);
    if (element.classList.contains("busy")) return undefined;
    element.classList.add("busy");
    await place.use("click", { custom_id: customId });
    element.classList.remove("busy");
    return undefined;
  });
  return element;
}

/**
 * @param {Component} component
 * @param {Place} place
 */
function select(component, place) {
  return selectElement(component, place.app, {
    onChange: (values) => place.use("select", { custom_id: component.custom_id, values }),
  });
}

/**
 * @param {Component} component
 * @param {Place} place
 */
function section({ components = [], accessory }, place) {
  return h(
    "div",
    { class: "section" },
    h("div", { class: "section-text" }, build(components, place)),
    h("div", { class: "section-accessory" }, build([accessory], place)),
  );
}

/**
 * @param {Component} component
 * @param {Place} place
 */
function textDisplay({ content }, { app }) {
  return h("div", { class: "md", testid: "text-display" }, markdown(content, app));
}

/** @param {Component} component */
function thumbnailOf({ media, description, spoiler }) {
  return thumbnail({ media, description, spoiler });
}

/** @param {Component} component */
function separator({ divider = true, spacing = 1 }) {
  const size = spacing === 2 ? "separator large" : "separator";
  return h("div", { class: divider ? `${size} line` : size, role: "separator" });
}

/**
 * @param {Component} component
 * @param {Place} place
 */
function container({ components = [], accent_color: accent, spoiler }, place) {
  const element = h(
    "div",
    {
      class: spoiler ? "card container spoiled" : "card container",
      vars: typeof accent === "number" ? { "--card-accent": cssColour(accent) } : {},
    },
    build(components, place),
  );
  if (spoiler)
    element.addEventListener("click", () => element.classList.remove("spoiled"), { once: true });
  return element;
}

/** @param {string} url */
function fileName(url) {
  return decodeURIComponent(new URL(url, location.href).pathname.split("/").pop() ?? "file");
}
