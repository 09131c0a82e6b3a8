/** Pictures and files inside messages: attachments, galleries and thumbnails. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openLightbox } from "./lightbox.js";
import { localMedia } from "./links.js";

/** @typedef {import("./types.js").Attachment} Attachment */
/** @typedef {import("./types.js").Media} Media */
/** @typedef {{media: Media, description?: string | null, spoiler?: boolean}} GalleryItem */

/** The most room that one picture takes. */
const MAX_WIDTH_PX = 520;
const MAX_HEIGHT_PX = 360;

const UNITS = ["bytes", "KB", "MB", "GB"];

/** @param {number} bytes */
export function fileSize(bytes) {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  const size = bytes / 1024 ** power;
  return `${power ? size.toFixed(size < 10 ? 1 : 0) : size} ${UNITS[power]}`;
}

/**
 * A message's attachments: pictures in a grid, other files as chips.
 *
 * @param {Attachment[]} attachments
 * @returns {Node[]}
 */
export function attachmentElements(attachments) {
  const pictures = attachments.filter(isPicture);
  const others = attachments.filter((attachment) => !isPicture(attachment));
  const items = pictures.map((picture) => ({
    media: picture,
    description: picture.description ?? picture.filename,
    spoiler: picture.filename.startsWith("SPOILER_"),
  }));
  return [
    ...(items.length ? [gallery(items, "attachment")] : []),
    ...others.map(({ filename, size, url }) => fileChip(filename, size, url)),
  ];
}

/** @param {Attachment} attachment */
function isPicture({ content_type: type, width }) {
  return Boolean(width) || Boolean(type?.startsWith("image/"));
}

/**
 * One to ten pictures; the grid is chosen in CSS by their number.
 *
 * @param {GalleryItem[]} items
 * @param {string} testid
 */
export function gallery(items, testid = "gallery-item") {
  const pictures = items.map((item) => ({
    url: localMedia(item.media.url) ?? "",
    caption: item.description ?? "",
  }));
  const element = h("div", { class: "gallery", data: { count: String(items.length) } });
  element.append(
    ...items.map((item, index) =>
      pictureButton(item, testid, () => openLightbox(pictures, index), items.length === 1),
    ),
  );
  return element;
}

/**
 * The small picture beside a section's text or in an embed's corner.
 *
 * @param {GalleryItem} item
 */
export function thumbnail(item) {
  const picture = { url: localMedia(item.media.url) ?? "", caption: item.description ?? "" };
  const button = pictureButton(item, "thumbnail", () => openLightbox([picture], 0), false);
  button.classList.add("thumbnail");
  return button;
}

/**
 * A picture that opens large. Alone it keeps its shape; in a grid it is cropped by CSS.
 *
 * @param {GalleryItem} item
 * @param {string} testid
 * @param {() => void} open
 * @param {boolean} alone
 */
function pictureButton({ media, description, spoiler }, testid, open, alone) {
  const url = localMedia(media.proxy_url ?? media.url);
  const image =
    url && h("img", { src: url, alt: description ?? "", loading: "lazy", draggable: "false" });
  if (image) image.addEventListener("error", () => showBroken(button, description));
  const button = h(
    "button",
    {
      class: spoiler ? "picture spoiled" : "picture",
      type: "button",
      title: description,
      "aria-label": spoiler ? "Spoiler, press to show" : description || "Open picture",
      testid,
      vars: alone ? fitted(media) : {},
    },
    image || icon("image"),
    spoiler && h("span", { class: "spoiler-tag" }, "Spoiler"),
  );
  button.addEventListener("click", () => {
    if (button.classList.contains("spoiled")) button.classList.remove("spoiled");
    else open();
  });
  return button;
}

/**
 * A picture that cannot be drawn is named instead: a file that is none, or one that has gone.
 *
 * @param {HTMLButtonElement} button
 * @param {string | null | undefined} name
 */
function showBroken(button, name) {
  button.classList.remove("spoiled");
  button.classList.add("broken");
  button.disabled = true;
  button.replaceChildren(icon("image"), h("span", {}, name || "Picture"));
}

/**
 * The shape of a picture that stands alone, so that its place is kept while it loads.
 *
 * @param {Media} media
 */
function fitted({ width, height }) {
  if (!width || !height) return {};
  const scale = Math.min(1, MAX_WIDTH_PX / width, MAX_HEIGHT_PX / height);
  return { "--shape": `${width} / ${height}`, "--width": `${Math.round(width * scale)}px` };
}

/**
 * @param {string} name
 * @param {number | undefined} size
 * @param {string} url
 */
export function fileChip(name, size, url) {
  return h(
    "a",
    { class: "file-chip", href: localMedia(url), download: name, testid: "file-chip" },
    icon("file"),
    h(
      "span",
      {},
      h("span", { class: "file-name" }, name),
      size !== undefined && h("span", { class: "file-size" }, fileSize(size)),
    ),
  );
}
