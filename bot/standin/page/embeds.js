/** Classic embeds. */

import { cssColour, h } from "./dom.js";
import { localMedia } from "./links.js";
import { markdown } from "./markdown.js";
import { gallery, thumbnail } from "./media.js";
import { stamp } from "./time.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Embed} Embed */

/**
 * @param {Embed} embed
 * @param {App} app
 */
export function embedElement(embed, app) {
  const { author, title, description, fields = [], image, thumbnail: corner, color } = embed;
  return h(
    "div",
    { class: "card embed", vars: color ? { "--card-accent": cssColour(color) } : {} },
    h(
      "div",
      { class: "embed-text" },
      author && h("div", { class: "embed-author" }, smallIcon(author.icon_url), author.name),
      title && h("div", { class: "embed-title" }, titleContent(title, embed.url, app)),
      description && h("div", { class: "md" }, markdown(description, app)),
      fields.length > 0 &&
        h(
          "div",
          { class: "embed-fields" },
          fields.map((field) => fieldElement(field, app)),
        ),
    ),
    corner && thumbnail({ media: corner }),
    image && h("div", { class: "embed-image" }, gallery([{ media: image }], "embed-image")),
    footer(embed),
  );
}

/**
 * @param {string} title
 * @param {string | undefined} url
 * @param {App} app
 */
function titleContent(title, url, app) {
  return markdown(url ? `[${title.replace(/[[\]]/g, "\\$&")}](${url})` : title, app);
}

/**
 * @param {{name: string, value: string, inline?: boolean}} field
 * @param {App} app
 */
function fieldElement({ name, value, inline }, app) {
  return h(
    "div",
    { class: inline ? "embed-field inline" : "embed-field" },
    h("div", { class: "embed-field-name" }, name),
    h("div", { class: "md" }, markdown(value, app)),
  );
}

/** @param {Embed} embed */
function footer({ footer: line, timestamp }) {
  const parts = [line?.text, timestamp && stamp(new Date(timestamp))].filter(Boolean);
  if (!parts.length) return null;
  return h("div", { class: "embed-footer" }, smallIcon(line?.icon_url), parts.join(" · "));
}

/** @param {string | undefined} url */
function smallIcon(url) {
  const local = localMedia(url);
  return local && h("img", { class: "embed-icon", src: local, alt: "" });
}
