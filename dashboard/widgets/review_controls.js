// One input of the review form: its value, its place on the picture, its state, its keys.

/** An input for `spec` { path, label, kind, value, options?, wide? }; kept by the desk under its path. */
function buildControl(desk, spec, { bare = false } = {}) {
  const control = { spec, shown: null };
  control.input = buildInput(spec, bare);
  control.note = el("span", { class: "unseen", id: `note-${spec.path}` });
  control.mark = el("span", { class: "mark-of" });
  control.reset = el("button", { type: "button", class: "reset", tabindex: "-1", onclick: () => resetControl(desk, control) }, icon("undo"));
  control.problem = el("span", { class: "problem", role: "alert", id: `problem-${spec.path}` });
  control.input.setAttribute("aria-describedby", `note-${spec.path} problem-${spec.path}`);
  control.node = bare
    ? el("span", { class: `control bare ${spec.kind}` }, control.input, control.note, control.problem)
    : el("div", { class: `control ${spec.wide ? "wide" : ""}` },
      el("div", { class: "cap" }, el("label", { for: `in-${spec.path}` }, spec.label), control.mark, control.reset),
      control.input, control.note, control.problem);
  listenToControl(desk, control);
  desk.controls.set(spec.path, control);
  updateControl(desk, control, spec);
  return control;
}

function buildInput(spec, bare) {
  const common = { id: `in-${spec.path}`, class: `input ${spec.kind}`, "data-path": spec.path, "aria-label": bare ? spec.label : null };
  if (spec.kind === "choice") {
    const isListed = !spec.value || spec.options.some(([value]) => value === spec.value);
    const options = isListed ? spec.options : [...spec.options, [spec.value, spec.value]];
    return el("select", common, spec.needed ? null : el("option", { value: "" }, t("Not said")),
      ...options.map(([value, label]) => el("option", { value }, label)));
  }
  if (spec.kind === "text" && spec.tall) return el("textarea", { ...common, rows: "2", spellcheck: "false" });
  const keyboard = ["money", "number", "price", "rebate"].includes(spec.kind) ? "decimal" : null;
  return el("input", {
    ...common, type: "text", inputmode: keyboard, autocomplete: "off", spellcheck: "false",
    placeholder: spec.empty ?? { day: t("dd/mm/yyyy"), clock: t("hh:mm") }[spec.kind] ?? null,
  });
}

/** Take what the store says now, unless a person is typing here or has typed what is not sent yet. */
function updateControl(desk, control, spec) {
  control.spec = spec;
  const unsent = pendingEdits(desk.outbox, desk.scope)[spec.path];
  const wanted = showValue(spec.kind, unsent ? unsent.value : spec.value);
  const typing = desk.root.activeElement === control.input && control.input.value !== control.shown;
  if (!typing && !control.invalid && control.shown !== wanted) {
    control.shown = wanted;
    control.input.value = wanted;
  }
  dressControl(control);
}

function dressControl(control) {
  const { spec, invalid } = control;
  const state = invalid ? "wrong" : spec.state;
  control.node.dataset.state = state;
  control.input.setAttribute("aria-invalid", String(Boolean(invalid)));
  control.reset.hidden = !spec.corrected;
  control.reset.title = spec.corrected ? t("Back to what was read: {value}", { value: sayRead(spec) }) : "";
  control.reset.setAttribute("aria-label", t("{label}: back to what was read", { label: spec.label }));
  const found = spec.sureness ?? t("Not found");
  say(control.note, { doubtful: t("Check this. {found}", { found }), corrected: t("Corrected"), sure: spec.sureness }[spec.state] ?? "");
  control.note.hidden = false;
  say(control.problem, invalid || "");
  const words = { doubtful: found, corrected: t("Corrected"), sure: spec.sureness }[spec.state];
  control.mark.className = `mark-of ${{ doubtful: "orange", sure: "gray", corrected: "green" }[spec.state] ?? "gray"}`;
  control.mark.replaceChildren(...(words ? [icon({ doubtful: "visibility", corrected: "edit", sure: "check" }[spec.state]), el("span", { "aria-hidden": "true" }, words)] : []));
}

/** What was read, as the input would show it. */
function sayRead(spec) {
  const shown = showValue(spec.kind, spec.readValue);
  return (spec.options?.find(([value]) => value === shown)?.[1] ?? shown) || t("nothing");
}

function listenToControl(desk, control) {
  const { input } = control;
  input.addEventListener("focus", () => enterControl(desk, control));
  input.addEventListener("blur", () => leaveControl(desk, control));
  input.addEventListener("input", () => desk.onTyping(control));
  if (input.tagName === "SELECT") input.addEventListener("change", () => commitControl(desk, control));
  input.addEventListener("keydown", (event) => answerControlKey(desk, control, event));
  control.node.addEventListener("pointerenter", () => tellPlace(desk, control, "hover"));
  control.node.addEventListener("pointerleave", () => tellPlace(desk, control, "leave"));
}

function enterControl(desk, control) {
  desk.active = control;
  if (control.input.select) control.input.select();
  tellPlace(desk, control, "focus");
  showHint(desk);
}

function leaveControl(desk, control) {
  commitControl(desk, control);
  tellPlace(desk, control, "leave");
}

function tellPlace(desk, control, kind) {
  const { spec } = control;
  const detail = { scope: desk.scope, from: "list", kind, id: spec.place ?? spec.path, page: spec.page, box: spec.box };
  window.dispatchEvent(new CustomEvent("comptoir-mark", { detail }));
}

function answerControlKey(desk, control, event) {
  if (event.isComposing) return;
  const accepts = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (accepts) {
    event.preventDefault();
    if (commitControl(desk, control)) desk.accept();
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (commitControl(desk, control)) focusNext(desk, control);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    if (!commitControl(desk, control)) revertControl(control);
    desk.active = null;
    glide(desk.view);
    fitView(desk.view, true);
    desk.frame.focus({ preventScroll: true });
    showHint(desk);
  }
}

/** Send what stands in the input if it is another value; false where it cannot be understood. */
function commitControl(desk, control, place = null) {
  const { input, spec } = control;
  if (input.value === control.shown && !control.invalid) return true;
  const value = readValue(spec.kind, input.value);
  if (value === undefined || (value === null && spec.needed)) {
    control.invalid = value === null ? t("This cannot be empty.") : KINDS[spec.kind].example;
    dressControl(control);
    return false;
  }
  control.invalid = null;
  const before = control.shown;
  control.shown = showValue(spec.kind, value);
  if (input.value !== control.shown) input.value = control.shown;
  dressControl(control);
  if (before !== control.shown) desk.change(spec.path, value, place);
  desk.onTyping(control);
  return true;
}

function revertControl(control) {
  control.invalid = null;
  control.input.value = control.shown;
  dressControl(control);
}

/** The store did not take it: what was typed stays, so that it can be put right. */
function refuseControl(control, message) {
  control.invalid = message;
  control.shown = showValue(control.spec.kind, control.spec.value);
  dressControl(control);
}

function resetControl(desk, control) {
  control.input.value = showValue(control.spec.kind, control.spec.readValue);
  commitControl(desk, control);
  control.input.focus();
}

function focusNext(desk, control) {
  const inputs = [...desk.form.querySelectorAll("[data-path]")].filter((input) => input.offsetParent);
  const next = inputs[inputs.indexOf(control.input) + 1];
  if (next) next.focus();
  else desk.acceptButton.focus();
}

/** Put a text of the picture into the control that was in use last; false where it has no such value. */
function fillControl(desk, control, text, place) {
  const value = readValue(control.spec.kind === "choice" ? "text" : control.spec.kind, text);
  if (value === undefined || value === null) return false;
  control.input.value = showValue(control.spec.kind, value);
  const done = commitControl(desk, control, place);
  if (desk.root.activeElement !== control.input) control.input.focus();
  return done;
}
