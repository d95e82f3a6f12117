// Form and picture together: a box points to its value, a clicked word fills the value in use.

function answerPictureMark(desk, { scope, from, kind, id }) {
  if (scope !== desk.scope || from !== "picture") return;
  const own = [...desk.controls.values()].filter((control) => (control.spec.place ?? control.spec.path) === id);
  for (const control of own) control.node.classList.toggle("lit", kind !== "leave");
  if (kind === "select" && own.length) own[0].input.focus();
}

function fillFrom(desk, words) {
  const control = desk.active;
  if (!control || !words.length) return;
  if (fillControl(desk, control, ...sayWords(words))) return;
  // A date of three words was meant, though only its month was clicked.
  const line = desk.data.words.filter((one) => one.page === words[0].page && one.line === words[0].line);
  if (fillControl(desk, control, ...sayWords(line))) return;
  say(desk.hint, t("This does not fit “{label}”. Click another text.", { label: control.spec.label }));
}

/** The words as one text, and the place that they take together. */
function sayWords(words) {
  const side = (index, choose) => choose(...words.map((word) => word.box[index]));
  const box = [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)];
  return [words.map((word) => word.text).join(" "), { box, page: words[0].page }];
}

function showHint(desk) {
  const { active } = desk;
  showPicking(desk.view, Boolean(active));
  const label = active?.spec.label;
  desk.hint.hidden = !active;
  desk.hint.replaceChildren(t("Click a text to fill “{label}”.", { label }), el("span", { class: "how" }, " ", t("Again: the whole line. Shift: one more.")));
}
