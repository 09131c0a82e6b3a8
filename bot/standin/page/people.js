/** Who the page acts as, and the faces to change that. */

import { avatar } from "./avatar.js";
import { byId, h } from "./dom.js";
import { nameOf, rolesOf } from "./names.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").User} User */

/** @param {App} app */
export function showPeople(app) {
  app.store.on("snapshot", () => drawPeople(app));
  byId("people").addEventListener("keydown", walk);
}

/** @param {App} app */
function drawPeople(app) {
  const { people, state } = app.store;
  const { me } = state;
  const roles = rolesOf(state, me.id).map(({ name }) => name);
  byId("acting-name").textContent = nameOf(state, me);
  byId("acting-roles").textContent =
    state.guild.owner_id === me.id
      ? ["Owner", ...roles].join(" · ")
      : roles.join(" · ") || "Member";
  const list = byId("people");
  const hadFocus = list.contains(document.activeElement);
  list.replaceChildren(...people.map((person) => personButton(person, app)));
  if (hadFocus)
    /** @type {HTMLElement | null} */ (list.querySelector("[aria-checked=true]"))?.focus();
}

/**
 * @param {User} person
 * @param {App} app
 */
function personButton(person, app) {
  const chosen = person.id === app.store.state.me.id;
  const name = nameOf(app.store.state, person);
  return h(
    "button",
    {
      class: "person",
      type: "button",
      role: "radio",
      title: `Act as ${name}`,
      "aria-label": name,
      "aria-checked": String(chosen),
      tabindex: chosen ? "0" : "-1",
      testid: "person",
      data: { userId: person.id, username: person.username },
      onClick: () => chosen || app.navigation.actAs(person.username),
    },
    avatar(person, name),
  );
}

/** @param {KeyboardEvent} event the arrow keys walk along the faces */
function walk(event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = /** @type {HTMLElement[]} */ ([...byId("people").children]);
  const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  buttons.at((at + step) % buttons.length)?.focus();
}
