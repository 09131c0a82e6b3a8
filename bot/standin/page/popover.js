/** Floating panels beside an anchor: menus and the lists of selects. One is open at a time. */

const GAP_PX = 6;
const EDGE_PX = 8;

/** @type {(() => void) | null} */
let closeOpen = null;

/** Closes whatever panel is open. */
export function closePopover() {
  closeOpen?.();
}

/**
 * Shows the panel below (or, lacking room, above) an anchor, or at a point, until it is closed by
 * Escape, a press elsewhere or `closePopover()`. Focus returns to where it was.
 *
 * @param {HTMLElement} panel
 * @param {{element: Element} | {x: number, y: number}} anchor
 * @param {() => void} [onClose]
 */
export function openPopover(panel, anchor, onClose) {
  closePopover();
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const home =
    "element" in anchor ? (anchor.element.closest("dialog") ?? document.body) : document.body;
  panel.setAttribute("popover", "manual");
  panel.classList.add("popover");
  home.append(panel);
  panel.showPopover();
  place(panel, "element" in anchor ? anchor.element.getBoundingClientRect() : point(anchor));

  const controller = new AbortController();
  const { signal } = controller;
  closeOpen = () => {
    closeOpen = null;
    controller.abort();
    const hadFocus = panel.contains(document.activeElement);
    panel.remove();
    if (hadFocus) focused?.focus();
    onClose?.();
  };
  const pressedElsewhere = (/** @type {Event} */ event) => {
    const target = /** @type {Node} */ (event.target);
    const onAnchor = "element" in anchor && anchor.element.contains(target);
    if (!panel.contains(target) && !onAnchor) closePopover();
  };
  const escape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    closePopover();
  };
  addEventListener("pointerdown", pressedElsewhere, { capture: true, signal });
  addEventListener("keydown", escape, { capture: true, signal });
  addEventListener("resize", closePopover, { signal });
}

/** @param {{x: number, y: number}} at */
function point({ x, y }) {
  return new DOMRect(x, y - GAP_PX, 0, 2 * GAP_PX);
}

/**
 * @param {HTMLElement} panel
 * @param {DOMRect} anchor
 */
function place(panel, anchor) {
  const { width, height } = panel.getBoundingClientRect();
  const below = anchor.bottom + GAP_PX;
  const above = anchor.top - GAP_PX - height;
  const fits = below + height <= innerHeight - EDGE_PX;
  const top = fits ? below : Math.max(EDGE_PX, Math.min(above, innerHeight - height - EDGE_PX));
  const left = Math.max(EDGE_PX, Math.min(anchor.left, innerWidth - width - EDGE_PX));
  panel.style.setProperty("left", `${left}px`);
  panel.style.setProperty("top", `${top}px`);
}
