/** A look at a file before it is sent. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/**
 * The picture in a file, or an icon for files that are none, whatever their name says.
 *
 * @param {File} file
 * @param {string} otherwise the icon
 */
export function preview(file, otherwise) {
  if (!file.type.startsWith("image/")) return icon(otherwise);
  const url = URL.createObjectURL(file);
  const release = () => URL.revokeObjectURL(url);
  const image = h("img", { src: url, alt: "", onLoad: release });
  image.addEventListener("error", () => {
    release();
    image.replaceWith(icon(otherwise));
  });
  return image;
}
