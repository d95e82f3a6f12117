// The keys of the review desk, and the list of them.

const SHORTCUTS = [
  ["A", t("Accept and go to the next receipt")], ["E", t("Edit: go to the first doubtful value")],
  ["← →", t("Previous and next receipt")], ["U", t("Take the last accept back")],
  [t("Enter"), t("Save the value and go to the next one")], [t("Esc"), t("Save the value and leave it")],
  [t("Ctrl Enter"), t("Save the value, accept, next receipt")], ["R", t("Rotate the picture")],
  ["+ − 0", t("Zoom in, out, fit (on the picture)")], ["?", t("Show these keys")],
];

function buildHelp() {
  const dialog = el("dialog", { class: "dialog", "aria-labelledby": "keys-title" },
    el("form", { method: "dialog", class: "dialog-form" }, el("h3", { id: "keys-title" }, t("Keys")),
      el("dl", { class: "key-list" }, ...SHORTCUTS.map(([keys, what]) =>
        el("div", {}, el("dt", {}, ...keys.split(" ").map((key) => el("kbd", {}, key))), el("dd", {}, what)))),
      el("p", { class: "quiet" }, t("With a value in use, click its text on the picture: it is filled in and saved.")),
      el("div", { class: "dialog-acts" }, el("button", { class: "act primary" }, t("Close")))));
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
