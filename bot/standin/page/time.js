/** Dates as people read them, and Discord's `<t:unix:style>` marks. */

import { h } from "./dom.js";

const CLOCK = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat([], { day: "numeric", month: "long", year: "numeric" });
const SHORT_DAY = new Intl.DateTimeFormat([], { dateStyle: "short" });
const FULL = new Intl.DateTimeFormat([], { dateStyle: "full", timeStyle: "short" });
const RELATIVE = new Intl.RelativeTimeFormat([], { numeric: "auto" });

/** Discord's mark styles: https://discord.com/developers/docs/reference#message-formatting
 * @type {Record<string, Intl.DateTimeFormatOptions>} */
const MARK_STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ["year", 31557600],
  ["month", 2629800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

/** @param {Date} date */
export function clock(date) {
  return CLOCK.format(date);
}

/** @param {Date} date */
export function fullDate(date) {
  return FULL.format(date);
}

/** @param {Date} date */
export function dayName(date) {
  const days = daysAgo(date);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return DAY.format(date);
}

/** @param {Date} date "Today at 14:05", "03/02/2026, 14:05" */
export function stamp(date) {
  const days = daysAgo(date);
  if (days === 0) return `Today at ${clock(date)}`;
  if (days === 1) return `Yesterday at ${clock(date)}`;
  return `${SHORT_DAY.format(date)}, ${clock(date)}`;
}

/** @param {Date} date */
function daysAgo(date) {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  return Math.max(0, Math.ceil((midnight.getTime() - date.getTime()) / 86400000));
}

/** @param {Date} date */
function relative(date) {
  const seconds = Math.round((date.getTime() - Date.now()) / 1000);
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.round(seconds / size), unit);
  }
  return RELATIVE.format(seconds, "second");
}

/**
 * The element for `<t:unix:style>`.
 *
 * @param {number} unix seconds
 * @param {string} style one of t T d D f F R
 */
export function timeMark(unix, style) {
  const date = new Date(unix * 1000);
  const isRelative = style === "R";
  const text = isRelative
    ? relative(date)
    : new Intl.DateTimeFormat([], MARK_STYLES[style] ?? MARK_STYLES.f).format(date);
  return h(
    "time",
    {
      class: "time-mark",
      datetime: date.toISOString(),
      title: fullDate(date),
      data: isRelative ? { relative: String(unix) } : {},
    },
    text,
  );
}

/** Keeps every relative time on the page true. */
export function keepRelativeTimes() {
  setInterval(() => {
    for (const mark of document.querySelectorAll("time[data-relative]")) {
      const unix = Number(/** @type {HTMLElement} */ (mark).dataset.relative);
      mark.textContent = relative(new Date(unix * 1000));
    }
  }, 15000);
}
