/** The editor that stands in the place of one's own message. */

import { h } from "./dom.js";
import { encodeMentions } from "./mentions.js";
import { toast } from "./toast.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Message} Message */

/**
 * @param {Message} message
 * @param {App} app
 * @param {() => void} onClose the message is to be drawn again
 */
export function editForm(message, app, onClose) {
  const field = h("textarea", {
    class: "edit-field",
    "aria-label": "Edit message",
    testid: "edit-input",
    rows: Math.min(10, message.content.split("\n").length),
    value: message.content,
  });
  const save = async () => {
    const content = encodeMentions(field.value.trim(), app.store.state);
    if (content === message.content) return onClose();
    try {
      await app.api.act("edit", {
        channel_id: message.channel_id,
        message_id: message.id,
        content,
      });
    } catch (error) {
      toast(/** @type {Error} */ (error).message);
    }
    return onClose();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter" && !event.shiftKey) void save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return h(
    "div",
    { class: "edit" },
    field,
    h(
      "div",
      { class: "edit-hint" },
      "Escape to ",
      h("button", { class: "text-button", type: "button", onClick: onClose }, "cancel"),
      " · Enter to ",
      h(
        "button",
        { class: "text-button", type: "button", testid: "edit-save", onClick: save },
        "save",
      ),
    ),
  );
}
