/** A picture large, over the page; the arrow keys walk through its neighbours. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {{url: string, caption: string}} Picture */

/**
 * @param {Picture[]} pictures
 * @param {number} start
 */
export function openLightbox(pictures, start) {
  let at = start;
  const image = h("img", { class: "lightbox-image", alt: "" });
  const caption = h("figcaption", {});
  const original = h("a", { target: "_blank", rel: "noopener" }, "Open original");
  const show = (/** @type {number} */ step) => {
    at = (at + step + pictures.length) % pictures.length;
    image.src = original.href = pictures[at].url;
    image.alt = pictures[at].caption;
    caption.replaceChildren(pictures[at].caption, original);
  };
  const dialog = h(
    "dialog",
    { class: "lightbox", "aria-label": "Picture", testid: "lightbox" },
    h("figure", {}, image, caption),
    h("button", { class: "lightbox-close", type: "button", "aria-label": "Close" }, icon("close")),
    pictures.length > 1 && arrow("left", "Previous picture", () => show(-1)),
    pictures.length > 1 && arrow("right", "Next picture", () => show(1)),
  );
  dialog.addEventListener("click", ({ target }) => {
    const element = /** @type {Element} */ (target);
    if (!element.closest("img, a, .lightbox-arrow")) dialog.close();
  });
  dialog.addEventListener("keydown", ({ key }) => {
    if (pictures.length < 2) return;
    if (key === "ArrowLeft") show(-1);
    if (key === "ArrowRight") show(1);
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  show(0);
  dialog.showModal();
}

/**
 * @param {"left" | "right"} side
 * @param {string} label
 * @param {() => void} onClick
 */
function arrow(side, label, onClick) {
  const props = { class: `lightbox-arrow ${side}`, type: "button", "aria-label": label, onClick };
  return h("button", props, icon(side));
}
