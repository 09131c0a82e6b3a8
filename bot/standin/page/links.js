/** Which addresses the page follows, and how. */

const JUMP =
  /^https:\/\/(?:\w+\.)?discord(?:app)?\.com\/channels\/(\d+|@me)\/(\d+)(?:\/(\d+))?\/?$/;

/**
 * The place a Discord message link points to, or null for any other address.
 *
 * @param {string} url
 * @returns {{channelId: string, messageId: string | null} | null}
 */
export function jumpTarget(url) {
  const match = JUMP.exec(url);
  return match && { channelId: match[2], messageId: match[3] ?? null };
}

/**
 * The address of a picture or file if it lies on this origin, else null: the page loads nothing
 * from elsewhere.
 *
 * @param {string | undefined | null} url
 */
export function localMedia(url) {
  if (!url) return null;
  const absolute = new URL(url, location.href);
  return absolute.origin === location.origin ? absolute.pathname + absolute.search : null;
}

/**
 * True for addresses that may be opened in a new tab.
 *
 * @param {string} url
 */
export function isWebLink(url) {
  return /^https?:\/\//i.test(url);
}
