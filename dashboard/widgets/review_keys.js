// The keys of the review desk, and the list of them.

const SHORTCUTS = [
  ["A", "Accept and go to the next receipt"], ["E", "Edit: go to the first doubtful value"],
  ["← →", "Previous and next receipt"], ["U", "Take the last accept back"],
  ["Enter", "Save the value and go to the next one"], ["Esc", "Save the value and leave it"],
  ["Ctrl Enter", "Save the value, accept, next receipt"], ["R", "Rotate the picture"],
  ["+ − 0", "Zoom in, out, fit (on the picture)"], ["?", "Show these keys"],
];

function buildHelp() {
  const dialog = el("dialog", { class: "dialog", "aria-labelledby": "keys-title" },
    el("form", { method: "dialog", class: "dialog-form" }, el("h3", { id: "keys-title" }, "Keys"),
      el("dl", { class: "key-list" }, ...SHORTCUTS.map(([keys, what]) =>
        el("div", {}, el("dt", {}, ...keys.split(" ").map((key) => el("kbd", {}, key))), el("dd", {}, what)))),
      el("p", { class: "quiet" }, "With a value in use, click its text on the picture: it is filled in and saved."),
      el("div", { class: "dialog-acts" }, el("button", { class: "act primary" }, "Close"))));
  return dialog;
}

function editFirst(desk) {
  const inputs = [...desk.form.querySelectorAll("[data-path]")].filter((input) => input.offsetParent);
  const doubtful = inputs.find((input) => desk.controls.get(input.dataset.path)?.spec.state === "doubtful");
  (doubtful ?? inputs[0])?.focus();
}

function answerDeskKey(desk, event) {
  const target = event.composedPath()[0];
  if (event.defaultPrevented || !isBare(event) || desk.root.querySelector("dialog[open]")) return;
  if (target.matches?.("input, textarea, select, [contenteditable]")) return;
  const acts = {
    a: () => accept(desk), e: () => editFirst(desk), u: () => takeBack(desk), "?": () => desk.help.showModal(),
    ArrowLeft: () => goTo(desk, desk.place.previous), ArrowRight: () => goTo(desk, desk.place.next),
  };
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!acts[key] || (target === desk.view.stage && key.startsWith("Arrow"))) return;
  event.preventDefault();
  if (desk.moving) (desk.queued ??= []).push(key);
  else acts[key]();
}
