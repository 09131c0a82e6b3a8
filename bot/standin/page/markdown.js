/** Discord's markdown, block by block, straight to DOM nodes. */

import { h } from "./dom.js";
import { inline } from "./inline.js";

/** @typedef {import("./types.js").App} App */

const FENCE = /^```(?:([\w+-]+)\n)?\n?([\s\S]*?)\n?```/;
const HEADING = /^(#{1,3}) +(.+)$/;
const SUBTEXT = /^-# +(.+)$/;
const BULLET = /^( *)(?:[-*]|(\d+)\.) +(.+)$/;

/**
 * @param {string} text
 * @param {App} app
 * @returns {Node[]}
 */
export function markdown(text, app) {
  /** @type {Node[]} */
  const nodes = [];
  let rest = text;
  while (rest) {
    const start = rest.indexOf("```");
    const fence = start >= 0 ? FENCE.exec(rest.slice(start)) : null;
    if (!fence) return [...nodes, ...lines(rest, app)];
    nodes.push(...lines(rest.slice(0, start), app), codeBlock(fence[2], fence[1]));
    rest = rest.slice(start + fence[0].length).replace(/^\n/, "");
  }
  return nodes;
}

/**
 * @param {string} code
 * @param {string | undefined} language
 */
function codeBlock(code, language) {
  return h("pre", {}, h("code", { "data-language": language }, code));
}

/**
 * Text outside code blocks. Lines of one kind that follow each other become one block.
 *
 * @param {string} text
 * @param {App} app
 * @returns {Node[]}
 */
function lines(text, app) {
  /** @type {Node[]} */
  const nodes = [];
  const queue = text.replace(/\n$/, "").split("\n");
  if (queue.length === 1 && !queue[0]) return nodes;
  while (queue.length) nodes.push(block(queue, app));
  return nodes;
}

/**
 * Takes the next block off the queue.
 *
 * @param {string[]} queue
 * @param {App} app
 * @returns {Node}
 */
function block(queue, app) {
  const [line] = queue;
  if (line.startsWith(">>> ")) return quote([line.slice(4), ...queue.splice(0).slice(1)], app);
  if (line.startsWith("> "))
    return quote(
      take(queue, (next) => next.startsWith("> ")),
      app,
      2,
    );
  if (BULLET.test(line))
    return list(
      take(queue, (next) => BULLET.test(next)),
      app,
    );
  const heading = HEADING.exec(line);
  if (heading) {
    queue.shift();
    return h("div", headingProps(heading[1].length), inline(heading[2], app));
  }
  const subtext = SUBTEXT.exec(line);
  if (subtext) {
    queue.shift();
    return h("p", { class: "md-subtext" }, inline(subtext[1], app));
  }
  return h("p", {}, inline(take(queue, isPlain).join("\n"), app));
}

/** @param {number} level */
function headingProps(level) {
  return { class: `md-heading md-h${level}`, role: "heading", "aria-level": level + 2 };
}

/** @param {string} line */
function isPlain(line) {
  return ![/^>{1,3} /, BULLET, HEADING, SUBTEXT].some((rule) => rule.test(line));
}

/**
 * Takes lines off the queue, at least one, while the rule holds.
 *
 * @param {string[]} queue
 * @param {(line: string) => boolean} rule
 */
function take(queue, rule) {
  const end = queue.findIndex((line, index) => index > 0 && !rule(line));
  return queue.splice(0, end < 0 ? queue.length : end);
}

/**
 * @param {string[]} quoted
 * @param {App} app
 * @param {number} [markLength] length of the mark each line starts with
 */
function quote(quoted, app, markLength = 0) {
  const text = quoted.map((line) => line.slice(markLength)).join("\n");
  return h("blockquote", {}, markdown(text, app));
}

/**
 * @param {string[]} items
 * @param {App} app
 */
function list(items, app) {
  const parsed = items.map((item) => /** @type {RegExpExecArray} */ (BULLET.exec(item)));
  const numbered = parsed[0][2] !== undefined;
  return h(
    numbered ? "ol" : "ul",
    numbered ? { start: parsed[0][2] } : {},
    parsed.map(([, indent, , text]) =>
      h("li", { vars: { "--depth": Math.floor(indent.length / 2) } }, inline(text, app)),
    ),
  );
}
