// A receipt's pages with a layer of boxes: wheel or pinch zooms, drag pans, R rotates.
// Boxes and values light each other through "comptoir-mark" events on the window.

const ZOOM_STEP = 1.25;
const MAX_ZOOM = 8;
const PAN_STEP_PX = 60;
const CLICK_SLACK_PX = 4;
// A line of print is easy to read at this height.
const READABLE_PX = 26;

/** Listen to keys, to the list beside it and to its own size; returns what ends that. */
function connectViewer(view) {
  const onKey = (event) => answerViewKey(view, event);
  const onMark = (event) => answerMark(view, event.detail);
  const watcher = new ResizeObserver(() => fitView(view, !view.moved));
  watcher.observe(view.stage);
  document.addEventListener("keydown", onKey);
  window.addEventListener("comptoir-mark", onMark);
  return () => {
    watcher.disconnect();
    document.removeEventListener("keydown", onKey);
    window.removeEventListener("comptoir-mark", onMark);
  };
}

/** Build the viewer inside `parent`. */
function startViewer(parent) {
  const view = { page: 1, zoom: 1, x: 0, y: 0, turns: 0, moved: false, pointers: new Map(), lit: null };
  view.image = el("img", { alt: "", draggable: "false" });
  view.layer = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  view.layer.setAttribute("aria-label", t("Places of the values"));
  view.layer.setAttribute("role", "group");
  view.sheet = el("div", { class: "sheet" }, view.image, view.layer);
  view.stage = el("div", {
    class: "stage", tabindex: "0", role: "group",
    "aria-label": t("Picture of the receipt. Plus and minus zoom, arrow keys move, R rotates, 0 fits."),
  }, view.sheet);
  view.counter = el("span", { class: "number" });
  view.pager = el("span", { class: "pager" },
    buildTool(view, "chevron_left", t("Previous page"), () => turnPage(view, -1)), view.counter,
    buildTool(view, "chevron_right", t("Next page"), () => turnPage(view, 1)));
  view.tools = el("div", { class: "tools", role: "toolbar", "aria-label": t("Picture") }, view.pager,
    buildTool(view, "zoom_out", t("Zoom out (−)"), () => zoomBy(view, 1 / ZOOM_STEP)),
    buildTool(view, "zoom_in", t("Zoom in (+)"), () => zoomBy(view, ZOOM_STEP)),
    buildTool(view, "fit_screen", t("Fit (0)"), () => fitView(view, true)),
    buildTool(view, "rotate_right", t("Rotate (R)"), () => rotateView(view)));
  view.frame = el("div", { class: "root viewer" }, view.stage, view.tools);
  parent.append(view.frame);
  listenToPointers(view);
  return view;
}

function buildTool(view, name, label, act) {
  return el("button", { class: "tool", type: "button", title: label, "aria-label": label, onclick: act }, icon(name));
}

function showPages(view, data) {
  view.data = data;
  view.pager.hidden = data.pages.length < 2;
  showPage(view, Math.min(view.page, data.pages.length));
}

function showPage(view, number) {
  const page = view.data.pages[number - 1];
  view.page = number;
  say(view.counter, `${number} / ${view.data.pages.length}`);
  if (view.image.getAttribute("src") !== page.source) {
    Object.assign(view.image, { src: page.source, width: page.width, height: page.height });
    view.image.alt = t("Page {number} of {file}", { number, file: view.data.file });
    view.layer.setAttribute("viewBox", `0 0 ${page.width} ${page.height}`);
    view.moved = false;
  }
  view.size = [page.width, page.height];
  drawMarks(view);
  fitView(view, !view.moved);
}

function drawMarks(view) {
  const words = view.drawWords?.(view) ?? [];
  const marks = view.data.marks.filter((mark) => mark.page === view.page);
  view.layer.replaceChildren(...words, ...marks.map((mark) => drawMark(view, mark)));
}

function drawMark(view, mark) {
  const box = drawBox(mark.box, `mark ${mark.colour}`);
  box.dataset.id = mark.id;
  const labels = { tabindex: "0", role: "button", "aria-label": t("{label}: {value}", { label: mark.label, value: mark.value }) };
  Object.entries(labels).forEach(([name, value]) => box.setAttribute(name, value));
  const tell = (kind) => () => tellMark(view, kind, mark);
  box.addEventListener("pointerenter", tell("hover"));
  box.addEventListener("pointerleave", tell("leave"));
  box.addEventListener("focus", tell("hover"));
  box.addEventListener("blur", tell("leave"));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    tellMark(view, "select", mark);
  });
  return box;
}

function drawBox([x0, y0, x1, y1], className) {
  const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  // A little air, so that the frame does not cut the letters.
  const air = 4;
  const place = { x: x0 - air, y: y0 - air, width: x1 - x0 + 2 * air, height: y1 - y0 + 2 * air, rx: 4 };
  Object.entries(place).forEach(([name, value]) => box.setAttribute(name, value));
  box.setAttribute("class", className);
  return box;
}

function tellMark(view, kind, mark) {
  const detail = { scope: view.data.scope, from: "picture", kind, id: mark.id, page: mark.page, box: mark.box };
  window.dispatchEvent(new CustomEvent("comptoir-mark", { detail }));
}

function answerMark(view, { scope, from, kind, id, page, box }) {
  if (scope !== view.data.scope) return;
  view.layer.querySelector(".spot")?.remove();
  if (kind !== "leave" && box && from !== "picture" && page !== view.page) showPage(view, page);
  for (const node of view.layer.children) {
    node.classList.toggle("lit", kind !== "leave" && node.dataset.id === id);
    if (kind === "select") node.classList.toggle("selected", node.dataset.id === id);
  }
  const known = view.data.marks.some((mark) => mark.id === id);
  if (kind !== "leave" && box && !known) view.layer.append(drawBox(box, "spot"));
  if (kind === "select" && box && from !== "picture") bringIntoView(view, box);
  if (kind === "focus" && box) enlarge(view, box);
}

/** Zoom so far in on `box` that its print can be read, and put it in the middle. */
function enlarge(view, [x0, y0, x1, y1]) {
  if (!view.fitted) return;
  const { clientWidth, clientHeight } = view.stage;
  const [across, along] = view.turns % 2 ? [y1 - y0, x1 - x0] : [x1 - x0, y1 - y0];
  const wanted = Math.min(READABLE_PX / Math.min(along, across), 0.86 * clientWidth / across, 0.7 * clientHeight / along);
  const zoom = Math.min(Math.max(wanted, view.fitted), view.fitted * MAX_ZOOM);
  glide(view);
  if (zoom === view.fitted) return fitView(view, true);
  Object.assign(view, { zoom, moved: true });
  const point = new DOMPoint((x0 + x1) / 2, (y0 + y1) / 2).matrixTransform(viewMatrix(view));
  return moveView(view, clientWidth / 2 - point.x, clientHeight * 0.42 - point.y);
}

/** The next change of place is drawn as a movement, so that the eye can follow it. */
function glide(view) {
  view.sheet.classList.add("gliding");
  clearTimeout(view.gliding);
  view.gliding = setTimeout(() => view.sheet.classList.remove("gliding"), 260);
}

function bringIntoView(view, [x0, y0, x1, y1]) {
  const stage = view.stage.getBoundingClientRect();
  const point = new DOMPoint((x0 + x1) / 2, (y0 + y1) / 2).matrixTransform(viewMatrix(view));
  if (point.x > 0 && point.x < stage.width && point.y > 0 && point.y < stage.height) return;
  moveView(view, stage.width / 2 - point.x, stage.height / 2 - point.y);
}

function viewMatrix(view) {
  const [width, height] = view.size;
  return new DOMMatrix()
    .translate(view.x, view.y)
    .scale(view.zoom)
    .rotate(view.turns * 90)
    .translate(-width / 2, -height / 2);
}

function applyView(view) {
  const [width, height] = view.size;
  view.sheet.style.width = `${width}px`;
  view.sheet.style.height = `${height}px`;
  view.sheet.style.transform = viewMatrix(view).toString();
  view.sheet.style.setProperty("--zoom", view.zoom);
  // Unzoomed, a finger scrolls the page past the picture.
  view.stage.style.touchAction = view.moved ? "none" : "pan-y";
}

function fitView(view, wanted) {
  if (!view.size || !view.stage.clientWidth) return;
  const [width, height] = view.turns % 2 ? [...view.size].reverse() : view.size;
  const { clientWidth, clientHeight } = view.stage;
  view.fitted = Math.min((clientWidth - 24) / width, (clientHeight - 24) / height);
  if (wanted) {
    Object.assign(view, { zoom: view.fitted, x: clientWidth / 2, y: clientHeight / 2, moved: false });
  }
  applyView(view);
}

function zoomBy(view, factor, at = null) {
  const { clientWidth, clientHeight } = view.stage;
  const [px, py] = at ?? [clientWidth / 2, clientHeight / 2];
  const zoom = Math.min(Math.max(view.zoom * factor, view.fitted), view.fitted * MAX_ZOOM);
  if (zoom === view.fitted) return fitView(view, true);
  const ratio = zoom / view.zoom;
  Object.assign(view, { zoom, x: px - (px - view.x) * ratio, y: py - (py - view.y) * ratio, moved: true });
  return applyView(view);
}

function moveView(view, dx, dy) {
  Object.assign(view, { x: view.x + dx, y: view.y + dy, moved: true });
  applyView(view);
}

function rotateView(view) {
  view.turns = (view.turns + 1) % 4;
  fitView(view, true);
}

function turnPage(view, step) {
  showPage(view, Math.min(Math.max(view.page + step, 1), view.data.pages.length));
}

function answerViewKey(view, event) {
  const target = event.composedPath()[0];
  if (target.matches?.("input, textarea, select, [contenteditable]") || !isBare(event)) return;
  if (event.key.toLowerCase() === "r") return rotateView(view);
  if (target !== view.stage) return;
  const moves = { ArrowLeft: [PAN_STEP_PX, 0], ArrowRight: [-PAN_STEP_PX, 0], ArrowUp: [0, PAN_STEP_PX], ArrowDown: [0, -PAN_STEP_PX] };
  const acts = {
    "+": () => zoomBy(view, ZOOM_STEP), "=": () => zoomBy(view, ZOOM_STEP),
    "-": () => zoomBy(view, 1 / ZOOM_STEP), "0": () => fitView(view, true),
    PageUp: () => turnPage(view, -1), PageDown: () => turnPage(view, 1),
  };
  const act = acts[event.key] ?? (moves[event.key] && (() => moveView(view, ...moves[event.key])));
  if (!act) return;
  event.preventDefault();
  act();
}

function isBare(event) {
  return !(event.metaKey || event.ctrlKey || event.altKey);
}

function listenToPointers(view) {
  const { stage } = view;
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomBy(view, Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), pointOf(view, event));
  }, { passive: false });
  stage.addEventListener("pointerdown", (event) => {
    if (view.startPick?.(view, event)) return;
    view.pointers.set(event.pointerId, pointOf(view, event));
    view.pressed = { at: pointOf(view, event), box: event.composedPath()[0].dataset?.id };
  });
  stage.addEventListener("pointermove", (event) => dragView(view, event));
  for (const name of ["pointerup", "pointercancel"]) {
    stage.addEventListener(name, (event) => releasePointer(view, event));
  }
  stage.addEventListener("dblclick", (event) => zoomBy(view, view.moved ? 0 : 2.5, pointOf(view, event)));
}

function pointOf(view, event) {
  const frame = view.stage.getBoundingClientRect();
  return [event.clientX - frame.left, event.clientY - frame.top];
}

function dragView(view, event) {
  const before = view.pointers.get(event.pointerId);
  if (!before) return;
  const now = pointOf(view, event);
  const others = [...view.pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
  if (others.length) {
    zoomBy(view, Math.hypot(now[0] - others[0][0], now[1] - others[0][1])
      / Math.max(Math.hypot(before[0] - others[0][0], before[1] - others[0][1]), 1), others[0]);
  } else if (view.moved || event.pointerType === "mouse") {
    if (isClick(view, now) && !stageCaptures(view, event)) return;
    view.stage.setPointerCapture(event.pointerId);
    moveView(view, now[0] - before[0], now[1] - before[1]);
  }
  view.pointers.set(event.pointerId, now);
}

function stageCaptures(view, event) {
  return view.stage.hasPointerCapture(event.pointerId);
}

function isClick(view, [x, y]) {
  return Math.hypot(x - view.pressed.at[0], y - view.pressed.at[1]) < CLICK_SLACK_PX;
}

function releasePointer(view, event) {
  const known = view.pointers.delete(event.pointerId);
  if (!known || event.type === "pointercancel" || !isClick(view, pointOf(view, event))) return;
  const mark = view.data.marks.find((one) => one.id === view.pressed.box);
  if (mark) tellMark(view, "select", mark);
}
