/** What people, roles and channels are called here, and what the person may do in a channel. */

import { cssColour } from "./dom.js";

/** @typedef {import("./types.js").Channel} Channel */
/** @typedef {import("./types.js").Member} Member */
/** @typedef {import("./types.js").Role} Role */
/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {import("./types.js").User} User */

/** Discord's channel types that the page shows. */
export const ChannelType = { TEXT: 0, DM: 1, CATEGORY: 4, PUBLIC_THREAD: 11, PRIVATE_THREAD: 12 };

/** Discord's permission bits that the page asks about. */
export const Permission = {
  ADD_REACTIONS: 1n << 6n,
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  MANAGE_MESSAGES: 1n << 13n,
  ATTACH_FILES: 1n << 15n,
  CREATE_PUBLIC_THREADS: 1n << 35n,
  SEND_IN_THREADS: 1n << 38n,
};

/** @param {Channel} channel */
export function isThread(channel) {
  return channel.type === ChannelType.PUBLIC_THREAD || channel.type === ChannelType.PRIVATE_THREAD;
}

/**
 * @param {Channel | undefined} channel
 * @param {bigint} bit
 */
export function may(channel, bit) {
  return Boolean(channel && BigInt(channel.permissions ?? "0") & bit);
}

/** @param {Channel | undefined} channel */
export function maySend(channel) {
  if (!channel) return false;
  return may(channel, isThread(channel) ? Permission.SEND_IN_THREADS : Permission.SEND_MESSAGES);
}

/**
 * True when not everyone in the server sees the channel.
 *
 * @param {Channel} channel
 * @param {Snapshot} state
 */
export function isPrivate(channel, state) {
  if (channel.type === ChannelType.PRIVATE_THREAD) return true;
  const everyone = channel.permission_overwrites?.find(({ id }) => id === state.guild.id);
  return Boolean(everyone && BigInt(everyone.deny) & Permission.VIEW_CHANNEL);
}

/**
 * @param {Snapshot} state
 * @param {string} userId
 * @returns {Member | undefined}
 */
export function memberOf(state, userId) {
  return state.guild.members.find(({ user }) => user.id === userId);
}

/**
 * @param {Snapshot} state
 * @param {User} user
 */
export function nameOf(state, user) {
  return memberOf(state, user.id)?.nick ?? user.global_name ?? user.username;
}

/**
 * @param {Snapshot} state
 * @param {string} userId
 */
export function nameById(state, userId) {
  const member = memberOf(state, userId);
  return member ? nameOf(state, member.user) : "unknown person";
}

/**
 * The roles of a person, highest first, without @everyone.
 *
 * @param {Snapshot} state
 * @param {string} userId
 * @returns {Role[]}
 */
export function rolesOf(state, userId) {
  const ids = memberOf(state, userId)?.roles ?? [];
  return state.guild.roles
    .filter(({ id }) => ids.includes(id))
    .sort((a, b) => b.position - a.position);
}

/**
 * The CSS colour a name is written in, or null for the ordinary one.
 *
 * @param {Snapshot} state
 * @param {string} userId
 */
export function nameColour(state, userId) {
  const role = rolesOf(state, userId).find(({ color }) => color);
  return role ? cssColour(role.color) : null;
}

/**
 * @param {Channel} channel
 * @param {Snapshot} state
 */
export function channelName(channel, state) {
  if (channel.type !== ChannelType.DM) return channel.name;
  return nameOf(state, channel.recipients?.[0] ?? state.bot);
}

/**
 * The name with the mark people write before it.
 *
 * @param {Channel} channel
 * @param {Snapshot} state
 */
export function markedName(channel, state) {
  const mark = { [ChannelType.TEXT]: "#", [ChannelType.DM]: "@" }[channel.type] ?? "";
  return mark + channelName(channel, state);
}

/**
 * The icon that marks the kind of channel.
 *
 * @param {Channel} channel
 * @param {Snapshot} state
 */
export function channelIcon(channel, state) {
  if (channel.type === ChannelType.DM) return "chat";
  if (isPrivate(channel, state)) return "lock";
  return isThread(channel) ? "thread" : "hash";
}
