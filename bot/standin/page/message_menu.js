/** What can be done with a message or a person: the toolbar on hover and the context menus. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { isEphemeral } from "./message.js";
import { ChannelType, Permission, channelName, isThread, may, maySend, nameById } from "./names.js";
import { QUICK, mayReact, openPalette, palette } from "./reactions.js";
import { ask } from "./prompt.js";
import { runCommand } from "./run_command.js";
import { toast } from "./toast.js";

/** @typedef {import("./menu.js").MenuItem} MenuItem */
/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {{element: Element} | {x: number, y: number}} Anchor */

const USER_MENU = 2;
const MESSAGE_MENU = 3;

/**
 * The buttons that appear on a message under the pointer.
 *
 * @param {Message} message
 * @param {App} app
 */
export function toolbar(message, app) {
  const bar = h("div", { class: "toolbar", role: "toolbar", "aria-label": "Message actions" });
  const add = (
    /** @type {string} */ action,
    /** @type {string} */ label,
    /** @type {Node} */ face,
    /** @type {(anchor: Element) => void} */ run,
  ) => {
    const button = h(
      "button",
      {
        type: "button",
        title: label,
        "aria-label": label,
        testid: "message-action",
        data: { action },
      },
      face,
    );
    button.addEventListener("click", () => run(button));
    bar.append(button);
  };
  if (!isEphemeral(message) && mayReact(app)) {
    add("react", "Add reaction", icon("smile"), (anchor) => openPalette(anchor, message, app));
  }
  for (const { action, label, icon: name, run } of primaryItems(message, app)) {
    add(action, label, icon(name ?? "more"), run);
  }
  if (appItems(message, app).length) {
    const face = h("span", { class: "avatar avatar-bot avatar-small", "aria-hidden": "true" });
    add("apps", "Apps", face, (anchor) => openAppsMenu(message, app, { element: anchor }));
  }
  add("more", "More", icon("more"), (anchor) => openMessageMenu(message, app, { element: anchor }));
  return bar;
}

/**
 * @param {Message} message
 * @param {App} app
 * @param {Anchor} anchor
 */
export function openMessageMenu(message, app, anchor) {
  const quick = !isEphemeral(message) && mayReact(app);
  openMenu(
    [
      { items: primaryItems(message, app) },
      { title: "Apps", items: appItems(message, app) },
      { items: [...copyItems(message, app), ...deleteItems(message, app)] },
    ],
    anchor,
    { label: "Message", top: quick ? palette(QUICK, message, app) : undefined },
  );
}

/**
 * @param {Message} message
 * @param {App} app
 * @param {Anchor} anchor
 */
function openAppsMenu(message, app, anchor) {
  openMenu([{ title: "Apps", items: appItems(message, app) }], anchor, { label: "Apps" });
}

/**
 * @param {string} userId
 * @param {App} app
 * @param {Anchor} anchor
 */
export function openUserMenu(userId, app, anchor) {
  const name = nameById(app.store.state, userId);
  const items = commandItems(USER_MENU, { user_id: userId }, app);
  openMenu(
    [
      {
        items: [
          {
            label: "Mention",
            icon: "at",
            action: "mention",
            run: () => app.composer.insert(`@${name} `),
          },
        ],
      },
      { title: "Apps", items },
      { items: [copyItem("Copy user ID", "copy-user-id", userId)] },
    ],
    anchor,
    { label: name },
  );
}

/**
 * @param {Message} message
 * @param {App} app
 * @returns {MenuItem[]}
 */
function primaryItems(message, app) {
  if (isEphemeral(message)) return [];
  const mine = message.author.id === app.store.state.me.id;
  /** @type {MenuItem[]} */
  const items = [];
  if (mine && !message.message_snapshots) {
    items.push({
      label: "Edit",
      icon: "edit",
      action: "edit",
      run: () => app.list.edit(message.id),
    });
  }
  if (maySend(app.store.channel)) {
    items.push({
      label: "Reply",
      icon: "reply",
      action: "reply",
      run: () => app.composer.startReply(message),
    });
  }
  const { channel } = app.store;
  if (
    channel?.type === ChannelType.TEXT &&
    !message.thread &&
    may(channel, Permission.CREATE_PUBLIC_THREADS)
  ) {
    items.push({
      label: "Create thread",
      icon: "thread",
      action: "thread",
      run: () => void createThread(message, app),
    });
  }
  items.push({
    label: "Forward",
    icon: "forward",
    action: "forward",
    run: () => openForwardMenu(message, app),
  });
  return items;
}

/**
 * @param {Message} message
 * @param {App} app
 */
async function createThread({ id, channel_id }, app) {
  const name = await ask({ title: "Create a thread", label: "Name", action: "Create" });
  if (!name) return;
  const thread = await attempt(app.api.act("thread", { channel_id, message_id: id, name }));
  if (thread) await app.navigation.open(thread.id);
}

/**
 * @param {Message} message
 * @param {App} app
 */
function openForwardMenu({ id, channel_id }, app) {
  const { guild } = app.store.state;
  const places = [...guild.channels, ...guild.threads].filter(
    (channel) => (channel.type === ChannelType.TEXT || isThread(channel)) && maySend(channel),
  );
  const forward = (/** @type {string} */ to_channel_id) =>
    attempt(app.api.act("forward", { channel_id, message_id: id, to_channel_id }), "Forwarded.");
  openMenu(
    [
      {
        title: "Forward to",
        items: places.map((channel) => ({
          label: channelName(channel, app.store.state),
          icon: isThread(channel) ? "thread" : "hash",
          action: "forward-to",
          data: { channelId: channel.id },
          run: () => void forward(channel.id),
        })),
      },
    ],
    { element: app.list.elementOf(id) ?? document.body },
    { label: "Forward to" },
  );
}

/**
 * @param {Message} message
 * @param {App} app
 */
function appItems(message, app) {
  return commandItems(MESSAGE_MENU, { message_id: message.id }, app);
}

/**
 * The bot's menu commands for a message or a person.
 *
 * @param {number} type
 * @param {{message_id: string} | {user_id: string}} target
 * @param {App} app
 * @returns {MenuItem[]}
 */
function commandItems(type, target, app) {
  const { commands } = app.store.state;
  return commands
    .filter((command) => command.type === type)
    .map(({ id, name }) => ({
      label: name,
      icon: "bot",
      action: "command",
      data: { command: name },
      run: () => void runMenu(name, { command_id: id, ...target }, app),
    }));
}

/**
 * @param {string} name
 * @param {Record<string, string>} body
 * @param {App} app
 */
async function runMenu(name, body, app) {
  const refusal = await runCommand(app, "menu", { name, body });
  if (refusal) toast(refusal);
}

/**
 * @param {Message} message
 * @param {App} app
 * @returns {MenuItem[]}
 */
function copyItems({ id, channel_id, content }, app) {
  const link = `https://discord.com/channels/${app.store.state.guild.id}/${channel_id}/${id}`;
  return [
    ...(content ? [copyItem("Copy text", "copy-text", content)] : []),
    { ...copyItem("Copy message link", "copy-link", link), icon: "link" },
    copyItem("Copy message ID", "copy-id", id),
  ];
}

/**
 * @param {string} label
 * @param {string} action
 * @param {string} text
 * @returns {MenuItem}
 */
function copyItem(label, action, text) {
  const run = () => void attempt(navigator.clipboard.writeText(text), "Copied.");
  return { label, icon: "copy", action, run };
}

/**
 * @param {Message} message
 * @param {App} app
 * @returns {MenuItem[]}
 */
function deleteItems(message, app) {
  const mine = message.author.id === app.store.state.me.id;
  const mayDelete = mine || may(app.store.channel, Permission.MANAGE_MESSAGES);
  if (isEphemeral(message) || !mayDelete) return [];
  const { channel_id, id } = message;
  const run = () => void attempt(app.api.act("delete", { channel_id, message_id: id }));
  return [{ label: "Delete", icon: "trash", action: "delete", danger: true, run }];
}

/**
 * @param {Promise<any>} work
 * @param {string} [done]
 */
async function attempt(work, done) {
  try {
    const result = await work;
    if (done) toast(done);
    return result;
  } catch (error) {
    toast(/** @type {Error} */ (error).message);
    return null;
  }
}
