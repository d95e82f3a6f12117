// Keyboard in dialogs: Streamlit's trap for Tab sees no shadow root, and gives no focus back to one.

// As long as a page may still be drawn after a dialog was closed, which may replace what has focus.
const GIVE_BACK_MS = 2000;
const LOOK_EVERY_MS = 50;
// An opener may be gone, such as the item of a menu: then what had the focus before it.
const MOST_REMEMBERED = 4;

export default function ({ parentElement }) {
  // Streamlit calls this again with every run of the page, such as the one that closes a dialog.
  const kept = (parentElement.kept ??= { trail: [], giving: null });
  const onKey = () => clearInterval(kept.giving);
  const onFocus = (event) => remind(kept.trail, event);
  const onPointer = (event) => { clearInterval(kept.giving); remind(kept.trail, event); };
  const observer = new MutationObserver((changes) => {
    if (!openDialog() && changes.some(closesDialog)) giveBack(kept);
  });
  observer.observe(document.body, { childList: true });
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("focusin", onFocus, true);
  document.addEventListener("pointerdown", onPointer, true);
  // On the body: after who watches keys, before Streamlit's trap, which listens on the document.
  document.body.addEventListener("keydown", moveOn);
  return () => {
    observer.disconnect();
    document.removeEventListener("keydown", onKey, true);
    document.removeEventListener("focusin", onFocus, true);
    document.removeEventListener("pointerdown", onPointer, true);
    document.body.removeEventListener("keydown", moveOn);
  };
}

function openDialog() {
  return document.querySelector('[data-testid="stDialog"]');
}

function closesDialog({ removedNodes }) {
  return [...removedNodes].some((node) => node instanceof Element && node.matches('[data-testid="stDialog"]'));
}

/** Move the focus where Tab leads, if that is into, in or out of a shadow root. */
function moveOn(event) {
  if (event.key !== "Tab" || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  const dialog = openDialog() && document.activeElement.closest('[role="dialog"]');
  if (!dialog) return;
  const here = focused();
  const next = nextOf(dialog, here, event.shiftKey);
  if (!next || (isInLight(here) && isInLight(next))) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
  if (next.localName === "input") next.select();
}

function nextOf(dialog, here, backwards) {
  const stops = [...walk(dialog)].filter((node) => node === here || (isStop(node) && !isPassed(node, here)));
  if (backwards) stops.reverse();
  // The dialog itself, which has the focus at first, is none of them: the first follows it.
  return stops[(stops.indexOf(here) + 1) % stops.length];
}

function focused() {
  let node = document.activeElement;
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node;
}

function isInLight(node) {
  return node.getRootNode() === document;
}

/** What is below, in the order in which it is read, also in shadow roots. */
function* walk(root) {
  for (const node of root.children) {
    yield node;
    yield* walk(node.shadowRoot ?? node);
  }
}

function isStop(node) {
  return node.tabIndex >= 0 && !node.matches(":disabled, [inert] *, a:not([href])") && node.checkVisibility({ visibilityProperty: true });
}

/** Of a group of radio buttons Tab stops at the chosen one alone. */
function isPassed(node, here) {
  if (node.type !== "radio" || !node.name || node.checked) return false;
  const group = [...node.getRootNode().querySelectorAll(`input[name="${CSS.escape(node.name)}"]`)];
  return group.includes(here) || group.some((one) => one.checked) || node !== group[0];
}

/** Keep what has the focus, the latest first, for as long as no dialog is open. */
function remind(trail, event) {
  if (openDialog()) return;
  const node = event.composedPath().find((one) => one instanceof Element && isStop(one));
  if (!node) return;
  trail.unshift(describe(node));
  trail.length = Math.min(trail.length, MOST_REMEMBERED);
}

function describe(node) {
  return { node, place: placeOf(node), mark: markOf(node), pathname: window.location.pathname };
}

/** The class that Streamlit makes of the key around a node. */
function placeOf(node) {
  const keyed = node.closest('[class*="st-key-"]');
  if (keyed) return [...keyed.classList].find((name) => name.startsWith("st-key-"));
  const { host } = node.getRootNode();
  return host ? placeOf(host) : null;
}

/** By what a node is known again after it was drawn anew. */
function markOf(node) {
  return `${node.localName} ${node.getAttribute("href") ?? node.getAttribute("aria-label") ?? node.textContent.trim()}`;
}

/** Give the focus back, and again where drawing takes it away, until anybody acts. */
function giveBack(kept) {
  const until = performance.now() + GIVE_BACK_MS;
  clearInterval(kept.giving);
  kept.giving = setInterval(() => {
    if (openDialog() || performance.now() > until) clearInterval(kept.giving);
    else if (focused() === document.body) findAgain(kept.trail)?.focus();
  }, LOOK_EVERY_MS);
}

function findAgain(trail) {
  const here = trail.filter(({ pathname }) => pathname === window.location.pathname);
  for (const one of here) {
    const node = one.node.isConnected && isStop(one.node) ? one.node : findLike(one);
    if (node) return node;
  }
  return null;
}

function findLike({ place, mark }) {
  const root = place ? document.querySelector(`.${CSS.escape(place)}`) : document.body;
  const stops = root ? [...walk(root)].filter(isStop) : [];
  return stops.find((node) => markOf(node) === mark);
}
