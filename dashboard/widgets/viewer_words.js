// The words of the picture as places to click: they fill the field that is in use.
// A second click takes the whole line; shift or ctrl adds; a drag takes what it covers.

/** Let the words of `view` be picked: `pick(words)` is called with them in reading order. */
function letWordsBePicked(view, words, pick) {
  view.words = words;
  view.picked = new Set();
  view.drawWords = (one) => one.words.filter((word) => word.page === one.page).map((word) => drawWord(one, word));
  if (!view.startPick) view.stage.addEventListener("mousedown", (event) => keepFocus(view, event));
  view.startPick = (one, event) => startPick(one, event, pick);
  if (view.size) drawMarks(view);
}

/** A pressed word must not take the focus from the field that it fills. */
function keepFocus(view, event) {
  if (view.frame.classList.contains("picking") && event.composedPath()[0].dataset?.word) event.preventDefault();
}

function drawWord(view, word) {
  const rect = drawBox(word.box, "word");
  rect.dataset.word = word.id;
  rect.classList.toggle("picked", view.picked.has(word.id));
  return rect;
}

function showPicking(view, isOn) {
  view.frame.classList.toggle("picking", isOn);
  if (!isOn) setPicked(view, []);
}

function setPicked(view, ids) {
  view.picked = new Set(ids);
  for (const node of view.layer.querySelectorAll(".word")) {
    node.classList.toggle("picked", view.picked.has(Number(node.dataset.word)));
  }
}

function startPick(view, event, pick) {
  const id = event.composedPath()[0].dataset?.word;
  if (id === undefined || event.button !== 0 || !view.frame.classList.contains("picking")) return false;
  const word = view.words[Number(id)];
  const from = pictureOf(view, event);
  const kept = event.shiftKey || event.ctrlKey || event.metaKey ? [...view.picked] : [];
  const before = [...view.picked];
  let covered = null;
  view.stage.setPointerCapture(event.pointerId);
  const onMove = (moved) => {
    const to = pictureOf(view, moved);
    if (!covered && Math.hypot(to.x - from.x, to.y - from.y) * view.zoom < CLICK_SLACK_PX) return;
    covered = wordsBetween(view, from, to);
    setPicked(view, [...kept, ...covered]);
  };
  const onEnd = (ended) => {
    view.stage.removeEventListener("pointermove", onMove);
    view.stage.removeEventListener("pointerup", onEnd);
    view.stage.removeEventListener("pointercancel", onEnd);
    if (ended.type === "pointercancel") return setPicked(view, before);
    const chosen = covered ?? clickedWords(view, word, before, kept.length > 0);
    setPicked(view, [...kept, ...chosen]);
    return pick(view.words.filter((one) => view.picked.has(one.id)));
  };
  view.stage.addEventListener("pointermove", onMove);
  view.stage.addEventListener("pointerup", onEnd);
  view.stage.addEventListener("pointercancel", onEnd);
  return true;
}

function clickedWords(view, word, before, adds) {
  const again = !adds && before.length === 1 && before[0] === word.id;
  if (!again) return [word.id];
  return view.words.filter((one) => one.page === word.page && one.line === word.line).map((one) => one.id);
}

function pictureOf(view, event) {
  const [x, y] = pointOf(view, event);
  return new DOMPoint(x, y).matrixTransform(viewMatrix(view).inverse());
}

function wordsBetween(view, from, to) {
  const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
  const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
  return view.words
    .filter(({ page, box: [x0, y0, x1, y1] }) => page === view.page && x0 < right && x1 > left && y0 < bottom && y1 > top)
    .map((word) => word.id);
}
