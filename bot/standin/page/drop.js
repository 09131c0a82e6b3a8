/** Files dropped or pasted anywhere on the page go to the composer. */

import { byId } from "./dom.js";

/** @param {import("./composer.js").Composer} composer */
export function acceptFiles(composer) {
  const overlay = byId("drop-overlay");
  let depth = 0;
  const show = (/** @type {boolean} */ visible) => {
    if (!visible) depth = 0;
    overlay.hidden = !visible;
  };
  addEventListener("dragenter", (event) => {
    if (!hasFiles(event.dataTransfer) || isDialogOpen()) return;
    depth += 1;
    byId("drop-hint").textContent = composer.dropHint;
    show(true);
  });
  addEventListener("dragleave", () => {
    depth -= 1;
    if (depth <= 0) show(false);
  });
  addEventListener("dragover", (event) => {
    if (hasFiles(event.dataTransfer)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    show(false);
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    if (!isDialogOpen()) composer.addFiles([...(event.dataTransfer?.files ?? [])]);
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || isDialogOpen()) return;
    event.preventDefault();
    composer.addFiles(files);
  });
}

/** @param {DataTransfer | null} transfer */
function hasFiles(transfer) {
  return Boolean(transfer?.types.includes("Files"));
}

function isDialogOpen() {
  return Boolean(document.querySelector("dialog[open]"));
}
