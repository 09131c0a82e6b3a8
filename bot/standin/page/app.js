/**
 * Puts the page together: one store, one socket, and the views that draw them.
 *
 * Hooks for tests are `data-testid` attributes:
 *
 * - around: `server-name`, `channel` (`data-channel-id`, `data-channel-name`), `person-switcher`,
 *   `person` (`data-username`), `acting-name`, `channel-header`, `banner`, `hint-example`,
 *   `bot-status`, `connection-notice`, `toast`, `drop-overlay`, `open-drawer`
 * - messages: `message-list`, `message` (`data-message-id`), `message-author`, `message-content`,
 *   `used-command`, `reply-preview`, `attachment`, `file-chip`, `jump-link`, `reaction` and
 *   `react` (`data-emoji`), `message-action` (`data-action`), `edit-input`, `edit-save`,
 *   `ephemeral-dismiss`, `thinking`, `message-problem`, `notice`, `jump-to-present`, `lightbox`
 * - components: `component-button` and `component-select` (`data-custom-id`), `select-option`
 *   (`data-value`), `select-done`, `gallery-item`, `thumbnail`, `text-display`
 * - composer: `composer`, `composer-input`, `send`, `attach`, `file-input`, `attachment-preview`,
 *   `attachment-remove`, `composer-error`, `reply-bar`, `reply-mention`, `reply-cancel`,
 *   `mention-option`, `status-line`
 * - commands: `command-picker`, `command-option` (`data-command`), `command-form`,
 *   `option-pill`, `option-input`, `option-file`, `option-add` (`data-option`), `option-choice`
 * - menus: `context-menu`, `menu-item` (`data-action`, `data-command`)
 * - modals: `modal`, `modal-field` (`data-custom-id`), `modal-submit`, `modal-cancel`, `modal-error`;
 *   the page's own question: `prompt`, `prompt-input`, `prompt-submit`
 */

import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { byId } from "./dom.js";
import { acceptFiles } from "./drop.js";
import { drawStatus, showHeader } from "./header.js";
import { Interactions } from "./interactions.js";
import { LiveSocket } from "./live.js";
import { MessageList } from "./message_list.js";
import { openModal } from "./modal.js";
import { Navigation } from "./navigation.js";
import { showPeople } from "./people.js";
import { showSidebar } from "./sidebar.js";
import { Store } from "./state.js";
import { keepRelativeTimes } from "./time.js";
import { toast } from "./toast.js";

/** @typedef {import("./types.js").App} App */

/** @returns {App} */
function assemble() {
  const store = new Store();
  const api = new Api();
  const app = /** @type {App} */ ({ store, api });
  const interactions = new Interactions(api, {
    onModal: (request) => openModal(request, app),
    onChange: () => drawStatus(app),
  });
  const socket = new LiveSocket(() => api.liveUrl(), {
    onOpen: () => void refresh(app),
    onDrop: () => store.setOnline(false),
    onEvent: (event) => {
      interactions.apply(event);
      store.apply(event);
    },
  });
  const navigation = new Navigation(store, api, {
    onPerson: () => socket.connect(),
    onPoint: (messageId) => app.list.point(messageId),
  });
  Object.assign(app, { interactions, navigation });
  app.list = new MessageList(app, byId("message-scroller"), byId("jump-button"));
  app.composer = new Composer(app, /** @type {HTMLFormElement} */ (byId("composer")));
  return app;
}

/** @param {App} app */
async function refresh(app) {
  try {
    await app.navigation.refresh();
    app.store.setOnline(true);
  } catch (error) {
    toast(/** @type {Error} */ (error).message);
  }
}

/** Opens and closes the channel list on narrow screens. */
function workDrawer() {
  byId("open-drawer").addEventListener("click", () => document.body.classList.add("drawer-open"));
  byId("drawer-shade").addEventListener("click", () =>
    document.body.classList.remove("drawer-open"),
  );
}

async function start() {
  const app = assemble();
  showSidebar(app);
  showPeople(app);
  showHeader(app);
  acceptFiles(app.composer);
  workDrawer();
  app.store.on("connection", () => document.body.classList.add("ready"));
  keepRelativeTimes();
  const { people } = await app.api.people();
  app.store.people = people;
  const asked = new URLSearchParams(location.search).get("as");
  const person = people.find(({ id, username }) => asked === id || asked === username) ?? people[0];
  app.navigation.actAs(person.username);
}

start().catch((error) => {
  document.body.classList.add("ready");
  toast(error.message);
});
