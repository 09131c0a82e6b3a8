/** Files waiting in the composer. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { fileSize } from "./media.js";
import { preview } from "./preview.js";

export class Tray {
  /** @type {File[]} */
  files = [];
  element = h("div", { class: "tray", testid: "tray" });

  /** @param {File[]} files */
  add(files) {
    this.files = [...this.files, ...files];
    this.#draw();
  }

  /** Empties it and hands the files over. */
  take() {
    const taken = this.files;
    this.files = [];
    this.#draw();
    return taken;
  }

  #draw() {
    this.element.replaceChildren(...this.files.map((file) => this.#preview(file)));
  }

  /** @param {File} file */
  #preview(file) {
    const remove = () => {
      this.files = this.files.filter((other) => other !== file);
      this.#draw();
    };
    return h(
      "figure",
      { class: "preview", testid: "attachment-preview" },
      h(
        "div",
        { class: "preview-picture" },
        preview(file, "file"),
      ),
      h(
        "figcaption",
        { title: file.name },
        h("span", { class: "file-name" }, file.name),
        h("span", { class: "file-size" }, fileSize(file.size)),
      ),
      h(
        "button",
        {
          type: "button",
          "aria-label": `Remove ${file.name}`,
          testid: "attachment-remove",
          onClick: remove,
        },
        icon("close"),
      ),
    );
  }
}
