// One box for words, a picture and products. It only changes the address; the page answers it.

const ITEM = "application/x-comptoir-product";
const WEIGHTS = [1, 2, 3, 0.5];

export default function (component) {
  const { parentElement, data } = component;
  const box = parentElement.box ?? (parentElement.box = startBox(parentElement));
  box.data = data;
  showQuestion(box, data);
  return connect(box);
}

function startBox(parentElement) {
  const box = { busy: false };
  box.input = el("input", { type: "search", class: "words", "aria-label": t("Words, a product id, or a pasted picture"), autocomplete: "off", enterkeyhint: "search", maxlength: "1000" });
  box.chips = el("ul", { class: "chips", "aria-label": t("Your search so far") });
  box.file = el("input", { type: "file", class: "unseen", accept: "image/*", tabindex: "-1", "aria-hidden": "true", onchange: () => sendPicture(box, box.file.files[0]) });
  box.pick = el("button", { type: "button", class: "pick", title: t("Search with a picture"), "aria-label": t("Search with a picture"), onclick: () => box.file.click() }, icon("add_photo_alternate"));
  box.go = el("button", { type: "submit", class: "go" }, t("Search"));
  box.note = el("p", { class: "note", role: "status" });
  box.hint = el("p", { class: "hint" }, t("Words, a picture dropped or pasted here, or a product’s id."), " ", buildKeyHint());
  box.form = el("form", { class: "box", role: "search" }, icon("search"), box.chips, box.input, box.pick, box.file, box.go);
  parentElement.append(el("div", { class: "root" }, box.form, box.note, box.hint));
  listen(box);
  return box;
}

/** The sentence about the key, with the key where the language puts it. */
function buildKeyHint() {
  const [before, after] = t("Press {key} to type.", { key: "\n" }).split("\n");
  return el("span", { class: "keys" }, before, el("kbd", {}, "/"), after);
}

function listen(box) {
  box.form.addEventListener("submit", (event) => {
    event.preventDefault();
    askWords(box);
  });
  box.form.addEventListener("click", (event) => { if (event.target === box.form || event.target === box.chips) box.input.focus(); });
  // The cross of the field empties it and leaves the rest of the question.
  box.input.addEventListener("search", () => { if (box.input.value === "" && box.data.words) askWords(box); });
  box.input.addEventListener("keydown", (event) => takeBack(box, event));
  box.form.addEventListener("dragleave", () => box.form.classList.remove("over"));
  box.form.addEventListener("drop", (event) => {
    event.preventDefault();
    box.form.classList.remove("wanted", "over");
    const id = event.dataTransfer.getData(ITEM);
    if (id) setExample(id, "like", 1);
    else sendPicture(box, event.dataTransfer.files[0]);
  });
}

/** Listen on the whole page, until the component is drawn again or taken away. */
function connect(box) {
  const listeners = {
    keydown: (event) => focusOnSlash(box, event),
    paste: (event) => pastePicture(box, event),
    dragover: (event) => dragOver(box, event),
    dragend: () => box.form.classList.remove("wanted", "over"),
  };
  for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of Object.entries(listeners)) document.removeEventListener(name, listener);
  };
}

function askWords(box) {
  const words = box.input.value.trim();
  if (words === box.data.words) return;
  ask((params) => (words ? params.set("q", words) : params.delete("q")));
}

function takeBack(box, event) {
  if (event.key !== "Backspace" || box.input.value !== "") return;
  const last = box.data.examples.at(-1);
  if (last) setExample(last.id, last.side, 0);
  else if (box.data.image) ask((params) => params.delete("image"));
}

function focusOnSlash(box, event) {
  const target = event.composedPath()[0];
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.matches?.("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  box.input.focus();
  box.input.select();
}

function pastePicture(box, event) {
  const target = event.composedPath()[0];
  const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
  if (!file || (target !== box.input && target.matches?.("input, textarea, [contenteditable]"))) return;
  event.preventDefault();
  sendPicture(box, file);
}

function dragOver(box, event) {
  const types = [...(event.dataTransfer?.types ?? [])];
  if (!types.includes(ITEM) && !types.includes("Files")) return;
  box.form.classList.add("wanted");
  const over = event.composedPath().includes(box.form);
  box.form.classList.toggle("over", over);
  if (over) event.preventDefault();
}

async function sendPicture(box, file) {
  if (!file || box.busy) return;
  box.busy = true;
  say(box.note, t("Sending the picture …"));
  const form = new FormData();
  form.append("image", file, file.name || "pasted");
  try {
    const answer = await fetch(box.data.upload, { method: "POST", body: form, headers: { "Accept-Language": LOCALE } });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.error.message);
    say(box.note, "");
    ask((params) => params.set("image", said.data.pictureId));
  } catch (error) {
    say(box.note, error instanceof TypeError ? t("The server does not answer. Try again in a moment.") : error.message);
  } finally {
    box.busy = false;
    box.file.value = "";
  }
}

function showQuestion(box, data) {
  const signature = JSON.stringify(data);
  if (box.signature === signature) return;
  box.signature = signature;
  box.input.value = data.words;
  const asked = data.image || data.examples.length;
  box.input.placeholder = asked ? t("and words") : t("What are you looking for?");
  box.hint.hidden = Boolean(asked || data.words);
  say(box.note, "");
  box.chips.replaceChildren(...(data.image ? [pictureChip(data.image)] : []), ...data.examples.map(exampleChip));
  box.chips.hidden = !asked;
}

function pictureChip(source) {
  return chip("like", source, t("Your picture"), null, () => ask((params) => params.delete("image")));
}

function exampleChip(example) {
  const next = WEIGHTS[(WEIGHTS.indexOf(example.weight) + 1) % WEIGHTS.length];
  const turned = example.side === "like" ? "unlike" : "like";
  const isLike = example.side === "like";
  const sign = isLike ? t("Results are like this; switch to unlike") : t("Results are unlike this; switch to like");
  const parts = [
    el("button", { type: "button", class: "sign", title: sign,
      "aria-label": isLike ? t("Like {name}: switch to unlike", { name: example.name }) : t("Unlike {name}: switch to like", { name: example.name }), onclick: () => setExample(example.id, turned, example.weight) }, isLike ? "+" : "−"),
    el("button", { type: "button", class: "weight number", title: t("How much it counts"), "aria-label": t("{name} counts {weight} times: change", { name: example.name, weight: example.weight.toLocaleString(LOCALE) }),
      onclick: () => setExample(example.id, example.side, next) }, `×${example.weight === 0.5 ? "½" : example.weight}`),
  ];
  return chip(example.side, example.thumbnail, example.name, parts, () => setExample(example.id, example.side, 0), !example.known);
}

function chip(side, source, name, parts, remove, isUnknown = false) {
  const frame = el("span", { class: "frame" });
  thumbnail(frame, source, isUnknown ? "help" : "image");
  return el("li", { class: `chip ${side}${isUnknown ? " unknown" : ""}` }, parts?.[0], frame,
    el("span", { class: "chip-name", title: name }, name), parts?.[1],
    el("button", { type: "button", class: "remove", "aria-label": t("Leave out {name}", { name }), onclick: remove }, icon("close")));
}
