/** Slash commands as the picker lists them: one entry for each thing that can be run. */

/** @typedef {import("./types.js").Command} Command */
/** @typedef {import("./types.js").CommandOption} CommandOption */
/**
 * @typedef {{command: Command, path: string[], name: string, description: string,
 *   options: CommandOption[]}} Entry `name` is written without the slash: "library watch"
 */

/** Discord's option types. */
export const OptionType = {
  SUB_COMMAND: 1,
  GROUP: 2,
  STRING: 3,
  INTEGER: 4,
  BOOLEAN: 5,
  USER: 6,
  CHANNEL: 7,
  ROLE: 8,
  MENTIONABLE: 9,
  NUMBER: 10,
  ATTACHMENT: 11,
};

const SLASH = 1;

/**
 * @param {Command[]} commands
 * @returns {Entry[]}
 */
export function slashEntries(commands) {
  return commands
    .filter(({ type }) => (type ?? SLASH) === SLASH)
    .flatMap((command) => entriesUnder(command, command, []))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * @param {Command} command
 * @param {{name: string, description: string, options?: CommandOption[]}} node
 * @param {string[]} path
 * @returns {Entry[]}
 */
function entriesUnder(command, node, path) {
  const options = node.options ?? [];
  const below = options.filter(({ type }) => type <= OptionType.GROUP);
  if (below.length) {
    return below.flatMap((option) => entriesUnder(command, option, [...path, option.name]));
  }
  const name = [command.name, ...path].join(" ");
  return [{ command, path, name, description: node.description, options }];
}

/**
 * Entries that fit what was typed after the slash, those that start with it first.
 *
 * @param {Entry[]} entries
 * @param {string} typed
 */
export function matchingEntries(entries, typed) {
  const wanted = typed.trim().toLowerCase();
  const starting = entries.filter(({ name }) => name.startsWith(wanted));
  const others = entries.filter(
    ({ name, description }) =>
      !name.startsWith(wanted) && `${name} ${description.toLowerCase()}`.includes(wanted),
  );
  return [...starting, ...others];
}

/**
 * Reads "/search text:red bike in:#photos"; text before the first option's name goes to the first
 * text option.
 *
 * @param {string} text
 * @param {Entry[]} entries
 * @returns {{entry: Entry, values: Record<string, string>} | null} null when it is no command
 */
export function parseInvocation(text, entries) {
  const line = text.replace(/^\//, "");
  const entry = entries
    .filter(({ name }) => line === name || line.startsWith(`${name} `))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (!entry) return null;
  return { entry, values: parseValues(line.slice(entry.name.length), entry.options) };
}

/**
 * @param {string} text
 * @param {CommandOption[]} options
 */
function parseValues(text, options) {
  /** @type {Record<string, string>} */
  const values = {};
  const names = options.map(({ name }) => name).join("|");
  const marks = names ? [...text.matchAll(new RegExp(`(?<=^|\\s)(${names}):`, "g"))] : [];
  const free = text.slice(0, marks[0]?.index ?? text.length).trim();
  const first = options.find(({ type }) => type === OptionType.STRING);
  if (free && first) values[first.name] = free;
  marks.forEach((mark, index) => {
    const end = marks[index + 1]?.index ?? text.length;
    values[mark[1]] = text.slice(mark.index + mark[0].length, end).trim();
  });
  return values;
}
