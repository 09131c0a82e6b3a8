/** Discord's markdown inside a line: emphasis, code, links and mentions. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { jumpTarget } from "./links.js";
import { channelIcon, channelName, nameById } from "./names.js";
import { timeMark } from "./time.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {(match: RegExpExecArray, app: App) => Node | string} Build */

/**
 * First match wins, so longer marks stand before shorter ones.
 *
 * @type {[RegExp, Build][]}
 */
const RULES = [
  [/\\([^\sA-Za-z0-9])/y, ([, char]) => char],
  [/(`+)([\s\S]*?[^`])\1(?!`)/y, ([, , code]) => h("code", {}, code.trim())],
  [/<@!?(\d+)>/y, ([, id], app) => userMention(id, app)],
  [/<@&(\d+)>/y, ([, id], app) => mention(`@${roleName(id, app)}`)],
  [/<#(\d+)>/y, ([, id], app) => channelMention(id, app)],
  [/<\/([^:>]+):\d+>/y, ([, name], app) => commandMention(name, app)],
  [/<t:(-?\d{1,12})(?::([tTdDfFR]))?>/y, ([, unix, style]) => timeMark(Number(unix), style ?? "f")],
  [/<a?(:\w+:)\d+>/y, ([, name]) => name],
  [/<(https?:\/\/[^\s>]+)>/y, ([, url], app) => link(url, url, app)],
  [
    /\[((?:\\.|[^\]\\])+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/y,
    ([, label, url], app) => link(url, inline(label, app), app),
  ],
  [/\|\|([\s\S]+?)\|\|/y, ([, text], app) => spoiler(inline(text, app))],
  [/\*\*\*([\s\S]+?)\*\*\*/y, ([, text], app) => h("strong", {}, h("em", {}, inline(text, app)))],
  [/\*\*([\s\S]+?)\*\*(?!\*)/y, ([, text], app) => h("strong", {}, inline(text, app))],
  [/__([\s\S]+?)__(?!_)/y, ([, text], app) => h("u", {}, inline(text, app))],
  [/~~([\s\S]+?)~~/y, ([, text], app) => h("s", {}, inline(text, app))],
  [/\*(?=\S)([^*]*[^*\s])\*(?!\*)/y, ([, text], app) => h("em", {}, inline(text, app))],
  [/(?<!\w)_(?=\S)([^_]*[^_\s])_(?!\w)/y, ([, text], app) => h("em", {}, inline(text, app))],
  [/https?:\/\/[^\s<]*[^\s<.,:;"')\]!?]/y, ([url], app) => link(url, url, app)],
  [/@(?:everyone|here)\b/y, ([text]) => mention(text)],
];

/** Characters a rule can start with; the text between them is passed over quickly. */
const PLAIN = /[^\\`<[|*_~h@]+/y;

/**
 * @param {string} text
 * @param {App} app
 * @returns {(Node | string)[]}
 */
export function inline(text, app) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const found = matchAt(text, at, app);
    if (found.node === null) {
      plain += found.text;
    } else {
      if (plain) nodes.push(plain);
      plain = "";
      nodes.push(found.node);
    }
    at += found.text.length;
  }
  if (plain) nodes.push(plain);
  return nodes;
}

/**
 * @param {string} text
 * @param {number} at
 * @param {App} app
 * @returns {{text: string, node: Node | string | null}}
 */
function matchAt(text, at, app) {
  PLAIN.lastIndex = at;
  const plain = PLAIN.exec(text);
  if (plain) return { text: plain[0], node: null };
  for (const [rule, build] of RULES) {
    rule.lastIndex = at;
    const match = rule.exec(text);
    if (match) return { text: match[0], node: build(match, app) };
  }
  return { text: text[at], node: null };
}

/**
 * @param {string} text
 * @param {(() => void) | null} [onClick]
 */
function mention(text, onClick = null) {
  if (!onClick) return h("span", { class: "mention" }, text);
  return h("button", { class: "mention", type: "button", onClick }, text);
}

/**
 * @param {string} id
 * @param {App} app
 */
function userMention(id, app) {
  return mention(`@${nameById(app.store.state, id)}`);
}

/**
 * @param {string} id
 * @param {App} app
 */
function roleName(id, app) {
  return app.store.state.guild.roles.find((role) => role.id === id)?.name ?? "unknown role";
}

/**
 * @param {string} name
 * @param {App} app
 */
function commandMention(name, app) {
  return mention(`/${name}`, () => app.composer.fill(`/${name} `));
}

/**
 * @param {string} id
 * @param {App} app
 */
function channelMention(id, app) {
  const channel = app.store.channelById(id);
  if (!channel) return mention("#no-access");
  const button = mention("", () => void app.navigation.open(id));
  button.append(icon(channelIcon(channel, app.store.state)), channelName(channel, app.store.state));
  return button;
}

/**
 * A link; one to a message of this server leads there inside the page.
 *
 * @param {string} url
 * @param {string | (Node | string)[]} label
 * @param {App} app
 */
function link(url, label, app) {
  const target = jumpTarget(url);
  if (!target) {
    return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
  }
  const onClick = (/** @type {MouseEvent} */ event) => {
    event.preventDefault();
    app.navigation.follow(url);
  };
  const channel = app.store.channelById(target.channelId);
  const text =
    label === url
      ? `#${channel ? channelName(channel, app.store.state) : "unknown"} › message`
      : label;
  const props = {
    href: url,
    class: label === url ? "mention" : null,
    testid: "jump-link",
    onClick,
  };
  return h("a", props, text);
}

/** @param {(Node | string)[]} children */
function spoiler(children) {
  const element = h(
    "span",
    { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Spoiler, press to show" },
    h("span", {}, children),
  );
  const show = () => {
    element.classList.add("shown");
    element.removeAttribute("aria-label");
  };
  element.addEventListener("click", show);
  element.addEventListener("keydown", ({ key }) => key === "Enter" && show());
  return element;
}
