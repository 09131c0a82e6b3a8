/** Runs slash and menu commands, and leaves a notice in the channel when the bot does not answer. */

import { localId } from "./history.js";
import { toast } from "./toast.js";

/** @typedef {import("./types.js").App} App */

/**
 * @param {App} app
 * @param {"slash" | "menu"} verb
 * @param {{name: string, body: Record<string, any>, files?: File[]}} command
 * @returns {Promise<string | null>} why the stand-in refused it, or null
 */
export async function runCommand(app, verb, { name, body, files = [] }) {
  const channelId = app.store.channelId ?? "";
  const label = verb === "slash" ? `/${name}` : name;
  try {
    const request = { channel_id: channelId, ...body };
    const { acknowledged } = await app.interactions.send(verb, request, { files, label });
    void acknowledged.catch((error) => leaveNotice(app, channelId, label, error.message));
    return null;
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/**
 * @param {App} app
 * @param {string} channelId
 * @param {string} label
 * @param {string} reason
 */
function leaveNotice({ store }, channelId, label, reason) {
  if (channelId !== store.channelId) {
    toast(`${label}: ${reason}`);
    return;
  }
  store.history.merge([
    {
      id: localId(),
      channel_id: channelId,
      author: store.state.me,
      content: label,
      notice: reason,
      timestamp: new Date().toISOString(),
      edited_timestamp: null,
      type: 0,
      mentions: [],
      attachments: [],
      embeds: [],
    },
  ]);
  store.emit("history");
}
