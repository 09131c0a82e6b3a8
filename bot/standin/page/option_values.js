/** What a slash option accepts: lists to choose from, conversion and checks. */

import { channelItems, peopleItems, roleItems } from "./choices.js";
import { OptionType } from "./commands.js";

/** @typedef {import("./listbox.js").ListItem} ListItem */
/** @typedef {import("./types.js").CommandOption} CommandOption */
/** @typedef {import("./types.js").Snapshot} Snapshot */

/**
 * The closed list an option is chosen from, or null when it is typed freely.
 *
 * @param {CommandOption} option
 * @param {Snapshot} state
 * @returns {ListItem[] | null}
 */
export function closedList(option, state) {
  if (option.choices?.length) return option.choices.map(choiceItem);
  if (option.type === OptionType.BOOLEAN) {
    return [
      { value: "true", label: "True" },
      { value: "false", label: "False" },
    ];
  }
  if (option.type === OptionType.USER) return peopleItems(state);
  if (option.type === OptionType.ROLE) return roleItems(state);
  if (option.type === OptionType.MENTIONABLE) return [...peopleItems(state), ...roleItems(state)];
  if (option.type === OptionType.CHANNEL) return channelItems(state, option.channel_types);
  return null;
}

/**
 * @param {{name: string, value: string | number}} choice
 * @returns {ListItem}
 */
export function choiceItem({ name, value }) {
  return { value: String(value), label: name };
}

/**
 * The value as it is sent.
 *
 * @param {CommandOption} option
 * @param {string} text
 * @returns {string | number | boolean}
 */
export function converted({ type }, text) {
  if (type === OptionType.BOOLEAN) return text === "true";
  if (type === OptionType.INTEGER || type === OptionType.NUMBER) return Number(text);
  return text;
}

/**
 * What is wrong with a typed text, or null.
 *
 * @param {CommandOption} option
 * @param {string} text not empty
 */
export function problemWith(option, text) {
  const { type, min_value: least, max_value: most } = option;
  const { min_length: shortest = 0, max_length: longest = Infinity } = option;
  if (type === OptionType.STRING) {
    if (text.length < shortest) return `needs at least ${shortest} characters`;
    return text.length > longest ? `takes at most ${longest} characters` : null;
  }
  if (type !== OptionType.INTEGER && type !== OptionType.NUMBER) return null;
  const number = Number(text);
  if (Number.isNaN(number)) return "must be a number";
  if (type === OptionType.INTEGER && !Number.isInteger(number)) return "must be a whole number";
  if (least !== undefined && number < least) return `must be at least ${least}`;
  return most !== undefined && number > most ? `must be at most ${most}` : null;
}
