/** One message, drawn. */

import { attachmentElements } from "./media.js";
import { avatar } from "./avatar.js";
import { componentElements } from "./components.js";
import { h } from "./dom.js";
import { embedElement } from "./embeds.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown.js";
import { nameColour, nameOf } from "./names.js";
import { reactionBar } from "./reactions.js";
import { clock, fullDate, stamp } from "./time.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Message} Message */

const FLAGS = { SUPPRESS_EMBEDS: 4, EPHEMERAL: 64, LOADING: 128 };
const FORWARD = 1;
const REPLY = 19;
const SLASH_ANSWER = 20;
const COMMAND_ANSWERS = [SLASH_ANSWER, 23];
const JUMBO =
  /^(?:\p{Extended_Pictographic}[\u{FE0F}\u{1F3FB}-\u{1F3FF}]?(?:\u200D\p{Extended_Pictographic}\uFE0F?)*\s*){1,12}$/u;

/** @param {Message} message */
export function isEphemeral({ flags = 0 }) {
  return Boolean(flags & FLAGS.EPHEMERAL);
}

/**
 * True when the message opens with a line above the author, so it never joins a group.
 *
 * @param {Message} message
 */
export function hasOpening(message) {
  return COMMAND_ANSWERS.includes(message.type) || isReply(message);
}

/**
 * @param {Message} message
 * @param {App} app
 * @param {{compact: boolean}} options compact: same author as above, so no name and face
 * @returns {HTMLElement}
 */
export function messageElement(message, app, { compact }) {
  const state = app.store.state;
  const name = nameOf(state, message.author);
  const ephemeral = isEphemeral(message);
  const mentionsMe =
    message.mention_everyone || message.mentions?.some(({ id }) => id === state.me.id);
  const date = new Date(message.timestamp);
  return h(
    "article",
    {
      class: classes({ message: true, compact, ephemeral, mentioned: mentionsMe }),
      tabindex: "-1",
      "aria-label": `${name}, ${stamp(date)}`,
      testid: "message",
      data: { messageId: message.id, authorId: message.author.id },
    },
    opening(message, app),
    compact
      ? h("time", { class: "gutter-time", title: fullDate(date) }, clock(date))
      : avatarButton(message, name),
    h(
      "div",
      { class: "message-body" },
      !compact && head(message, app, name, date),
      bodyNodes(message, app),
      ephemeral && ephemeralFoot(message, app),
    ),
  );
}

/** @param {Record<string, boolean | undefined>} names */
function classes(names) {
  return Object.keys(names)
    .filter((name) => names[name])
    .join(" ");
}

/**
 * @param {Message} message
 * @param {string} name
 */
function avatarButton(message, name) {
  return h(
    "span",
    { class: "message-face", data: { userId: message.author.id } },
    avatar(message.author, name),
  );
}

/**
 * @param {Message} message
 * @param {App} app
 * @param {string} name
 * @param {Date} date
 */
function head(message, app, name, date) {
  const colour = nameColour(app.store.state, message.author.id);
  return h(
    "div",
    { class: "message-head" },
    h(
      "span",
      {
        class: "author",
        data: { userId: message.author.id },
        vars: colour ? { "--name": colour } : {},
        testid: "message-author",
      },
      name,
    ),
    message.author.bot && h("span", { class: "bot-badge" }, "APP"),
    h("time", { datetime: message.timestamp, title: fullDate(date) }, stamp(date)),
  );
}

/**
 * @param {Message} message
 * @param {App} app
 * @returns {Node[]}
 */
function bodyNodes(message, app) {
  if ((message.flags ?? 0) & FLAGS.LOADING) return [thinking(message, app)];
  const problem = h("div", {
    class: "message-problem",
    role: "alert",
    testid: "message-problem",
    hidden: true,
  });
  const report = (/** @type {string | null} */ reason) => {
    problem.hidden = reason === null;
    problem.replaceChildren(icon("alert"), reason ?? "");
  };
  return [
    ...contentNodes(message, app),
    ...componentElements(message, app, report),
    problem,
    ...reactionBar(message, app),
    ...threadLink(message, app),
  ];
}

/**
 * Text, pictures and embeds; those of the original when the message is a forward.
 *
 * @param {Message} message
 * @param {App} app
 * @returns {Node[]}
 */
function contentNodes(message, app) {
  if (message.message_reference?.type === FORWARD) return [forwarded(message, app)];
  const { content, attachments = [], embeds = [], flags = 0 } = message;
  const text = h("div", {
    class: JUMBO.test(content) ? "md jumbo" : "md",
    testid: "message-content",
  });
  if (content) text.append(...markdown(content, app));
  if (message.edited_timestamp && content)
    text.lastElementChild?.append(editedMark(message.edited_timestamp));
  return [
    ...(content ? [text] : []),
    ...attachmentElements(attachments),
    ...(flags & FLAGS.SUPPRESS_EMBEDS ? [] : embeds.map((embed) => embedElement(embed, app))),
  ];
}

/** @param {string} timestamp */
function editedMark(timestamp) {
  return h("span", { class: "edited", title: fullDate(new Date(timestamp)) }, " (edited)");
}

/**
 * @param {Message} message
 * @param {App} app
 */
function forwarded(message, app) {
  const original = message.message_snapshots?.[0]?.message;
  return h(
    "div",
    { class: "forwarded" },
    h("div", { class: "forwarded-label" }, icon("forward"), "Forwarded"),
    original && contentNodes({ ...original, message_reference: undefined }, app),
  );
}

/**
 * @param {Message} message
 * @param {App} app
 */
function thinking(message, app) {
  return h(
    "div",
    { class: "thinking", testid: "thinking" },
    h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
    `${nameOf(app.store.state, message.author)} is thinking…`,
  );
}

/** @param {Message} message */
function isReply({ message_reference: reference, type }) {
  return Boolean(reference && reference.type !== FORWARD && type === REPLY);
}

/**
 * The line above a reply or above the answer to a command.
 *
 * @param {Message} message
 * @param {App} app
 */
function opening(message, app) {
  const used = message.interaction_metadata;
  if (used && COMMAND_ANSWERS.includes(message.type)) {
    const name = nameOf(app.store.state, used.user);
    const slash = message.type === SLASH_ANSWER ? "/" : "";
    return h(
      "div",
      { class: "opening", testid: "used-command" },
      avatar(used.user, name),
      h("strong", {}, name),
      " used ",
      h("span", { class: "mention" }, `${slash}${used.name ?? "a command"}`),
    );
  }
  return isReply(message) ? replyPreview(message, app) : null;
}

/**
 * @param {Message} message
 * @param {App} app
 */
function replyPreview({ referenced_message: original, message_reference: reference }, app) {
  if (!original || !reference) {
    return h("div", { class: "opening" }, h("em", {}, "The message this answers was deleted"));
  }
  const name = nameOf(app.store.state, original.author);
  const jump = () => void app.navigation.jumpTo(reference.channel_id, reference.message_id);
  return h(
    "div",
    { class: "opening", testid: "reply-preview" },
    avatar(original.author, name),
    h("strong", {}, name),
    h("button", { class: "opening-text", type: "button", onClick: jump }, preview(original, app)),
  );
}

/**
 * @param {Message} original
 * @param {App} app
 * @returns {import("./dom.js").Child[]}
 */
function preview(original, app) {
  if (original.content) return markdown(original.content.split("\n")[0], app);
  const what = original.attachments?.length
    ? "Press to see the attachment"
    : "Press to see the message";
  return [h("em", {}, what), original.attachments?.length ? icon("image") : null];
}

/**
 * @param {Message} message
 * @param {App} app
 * @returns {Node[]}
 */
function threadLink({ thread }, app) {
  if (!thread || !app.store.channelById(thread.id)) return [];
  const open = () => void app.navigation.open(thread.id);
  return [
    h(
      "button",
      { class: "thread-link", type: "button", onClick: open },
      icon("thread"),
      thread.name,
      icon("right"),
    ),
  ];
}

/**
 * @param {Message} message
 * @param {App} app
 */
function ephemeralFoot({ channel_id, id }, app) {
  const dismiss = () => void app.api.act("dismiss", { channel_id, message_id: id });
  return h(
    "div",
    { class: "ephemeral-foot" },
    icon("eye"),
    "Only you can see this · ",
    h(
      "button",
      { class: "text-button", type: "button", testid: "ephemeral-dismiss", onClick: dismiss },
      "Dismiss",
    ),
  );
}
