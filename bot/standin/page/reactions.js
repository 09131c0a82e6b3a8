/** Reactions under a message, and the small palette to add one. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { Permission, may } from "./names.js";
import { closePopover, openPopover } from "./popover.js";
import { toast } from "./toast.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Message} Message */

export const QUICK = ["👍", "❤️", "😂", "🎉"];
const PALETTE = [
  ...QUICK,
  "👀",
  "🔥",
  "✅",
  "❌",
  "👎",
  "😮",
  "😢",
  "🙏",
  "👏",
  "🤔",
  "💯",
  "⭐",
  "1️⃣",
  "2️⃣",
  "3️⃣",
  "4️⃣",
  "🐱",
  "🐶",
  "🐦",
  "🌳",
  "🚲",
  "🚗",
  "🏠",
  "☀️",
];

/**
 * @param {Message} message
 * @param {App} app
 * @returns {Node[]}
 */
export function reactionBar(message, app) {
  const reactions = message.reactions ?? [];
  if (!reactions.length) return [];
  return [
    h(
      "div",
      { class: "reactions" },
      reactions.map(({ emoji, count, me }) =>
        h(
          "button",
          {
            class: "reaction",
            type: "button",
            "aria-pressed": String(me),
            "aria-label": `${emoji.name}, ${count}`,
            testid: "reaction",
            data: { emoji: emoji.name },
            onClick: () => void react(message, emoji.name, !me, app),
          },
          h("span", {}, emoji.name),
          h("span", { class: "count" }, String(count)),
        ),
      ),
      mayReact(app) && addButton(message, app),
    ),
  ];
}

/** @param {App} app */
export function mayReact(app) {
  return may(app.store.channel, Permission.ADD_REACTIONS);
}

/**
 * @param {Message} message
 * @param {App} app
 */
function addButton(message, app) {
  const button = h(
    "button",
    { class: "reaction add", type: "button", "aria-label": "Add reaction" },
    icon("smile"),
  );
  button.addEventListener("click", () => openPalette(button, message, app));
  return button;
}

/**
 * @param {Message} message
 * @param {string} emoji
 * @param {boolean} on
 * @param {App} app
 */
export async function react({ channel_id, id }, emoji, on, app) {
  try {
    await app.api.act("react", { channel_id, message_id: id, emoji, on });
  } catch (error) {
    toast(/** @type {Error} */ (error).message);
  }
}

/**
 * @param {Element} anchor
 * @param {Message} message
 * @param {App} app
 */
export function openPalette(anchor, message, app) {
  openPopover(palette(PALETTE, message, app), { element: anchor });
}

/**
 * @param {string[]} emojis
 * @param {Message} message
 * @param {App} app
 */
export function palette(emojis, message, app) {
  return h(
    "div",
    { class: "palette", role: "group", "aria-label": "Add reaction" },
    emojis.map((emoji) =>
      h(
        "button",
        {
          type: "button",
          "aria-label": `React with ${emoji}`,
          testid: "react",
          data: { emoji },
          onClick: () => {
            closePopover();
            void react(message, emoji, true, app);
          },
        },
        emoji,
      ),
    ),
  );
}
