// The review desk: picture left, what was read right, every edit saved as it is made.
// Works by keyboard alone; see review_keys.js.

const LAST_ACCEPTED = "comptoir-last-accepted";

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const desk = parentElement.desk ?? (parentElement.desk = buildDesk(parentElement, data));
  desk.trigger = (name, value) => setTriggerValue(name, { ...value, at: Date.now() });
  showReceipt(desk, data);
  const onKey = (event) => answerDeskKey(desk, event);
  const onLeave = () => commitAll(desk);
  const onTurn = () => (document.hidden ? onLeave() : refresh(desk, "seen"));
  const onMark = (event) => answerPictureMark(desk, event.detail);
  document.addEventListener("keydown", onKey);
  // The tab is hidden or closed, or the browser goes back: what is typed goes out now.
  window.addEventListener("pagehide", onLeave);
  document.addEventListener("visibilitychange", onTurn);
  window.addEventListener("popstate", onLeave, { capture: true });
  window.addEventListener("comptoir-mark", onMark);
  const disconnect = connectViewer(desk.view);
  return () => {
    disconnect();
    document.removeEventListener("keydown", onKey);
    window.removeEventListener("pagehide", onLeave);
    document.removeEventListener("visibilitychange", onTurn);
    window.removeEventListener("popstate", onLeave, { capture: true });
    window.removeEventListener("comptoir-mark", onMark);
  };
}

function buildDesk(parentElement, data) {
  const desk = { root: parentElement, controls: new Map(), scope: null, active: null };
  desk.outbox = openOutbox(data.api, (news) => hearOfSaving(desk, news));
  desk.post = (path, value, options) => postEdit(desk.outbox, desk.scope, path, value, options);
  desk.change = (path, value, place) => changeValue(desk, path, value, place);
  desk.accept = () => accept(desk);
  desk.onTyping = (control) => { if (["money", "rebate"].includes(control.spec.kind)) showSum(desk); };
  buildHead(desk);
  desk.pictures = el("div", { class: "pictures" });
  desk.view = startViewer(desk.pictures);
  desk.hint = el("p", { class: "hint", "aria-live": "polite" });
  desk.pictures.append(desk.hint);
  desk.form = el("div", { class: "form", role: "region", "aria-label": t("What was read"), tabindex: "-1" });
  desk.factors = buildFactorDialog(desk);
  desk.products = buildProductDialog(desk);
  desk.help = buildHelp();
  desk.toast = el("div", { class: "toast", role: "status" });
  desk.frame = el("div", { class: "root desk", tabindex: "-1" }, desk.head,
    desk.halves = el("div", { class: "halves" }, desk.pictures, desk.form), desk.toast, desk.factors.dialog, desk.products.dialog, desk.help);
  parentElement.append(desk.frame);
  new ResizeObserver(() => fillWindow(desk)).observe(desk.head);
  sendLeftovers(desk.outbox);
  return desk;
}

/** Picture and form reach to the bottom of the window, however many rows the head takes. */
function fillWindow(desk) {
  const scrolled = desk.root.host?.closest("[data-testid=stMain]")?.scrollTop ?? 0;
  const above = desk.halves.getBoundingClientRect().top + scrolled;
  desk.frame.style.setProperty("--above-halves", `${Math.round(above)}px`);
}

function buildHead(desk) {
  const button = (name, label, act) => el("button", { type: "button", class: "tool", title: label, "aria-label": label, onclick: act }, icon(name));
  desk.previous = button("chevron_left", t("Previous receipt (←)"), () => goTo(desk, desk.place?.previous));
  desk.next = button("chevron_right", t("Next receipt (→)"), () => goTo(desk, desk.place?.next));
  desk.position = el("span", { class: "position number" });
  desk.title = el("h2", { class: "receipt-title" });
  desk.badge = el("span");
  desk.saving = el("span", { class: "saving", role: "status" });
  desk.reasons = el("ul", { class: "reasons", "aria-label": t("Why this needs a look") });
  desk.reopenButton = el("button", { type: "button", class: "act", onclick: () => reopen(desk, desk.scope) }, t("Reopen"));
  desk.acceptButton = el("button", { type: "button", class: "act primary accept", onclick: () => accept(desk) },
    el("span", {}, t("Accept and next")), el("kbd", { "aria-hidden": "true" }, "A"));
  desk.head = el("div", { class: "desk-head" },
    el("div", { class: "walk" }, desk.previous, desk.position, desk.next),
    el("div", { class: "who" }, desk.title, desk.badge), desk.saving,
    el("div", { class: "desk-acts" },
      el("button", { type: "button", class: "tool keys", title: t("Keys (?)"), "aria-label": t("Show the keys"), onclick: () => desk.help.showModal() }, "?"),
      desk.reopenButton, desk.acceptButton),
    desk.reasons);
}

function showReceipt(desk, data) {
  const isNew = desk.scope !== data.scope;
  // Drawn before the last edit was written: what is shown is newer.
  if (!isNew && data.revision < desk.revision) return;
  desk.data = data;
  if (isNew) startReceipt(desk, data);
  // A correction may change the order of the queue; the person's place in it stays.
  const { position, total } = data.place;
  desk.place = isNew || !desk.place ? data.place : { ...desk.place, total, position: position && desk.place.position };
  showHead(desk, data);
  showPages(desk.view, data);
  letWordsBePicked(desk.view, data.words, (words) => fillFrom(desk, words));
  showFields(desk, data);
  showLines(desk, data);
  offerRules(desk, data.offers);
  showFoot(desk.foot, data);
  showHint(desk);
  if (isNew) arrive(desk, data);
}

function startReceipt(desk, data) {
  desk.scope = data.scope;
  desk.revision = data.revision;
  desk.active = null;
  desk.moving = false;
  desk.controls.clear();
  desk.fields = buildFieldsPart(desk);
  desk.lines = buildLinesPart(desk);
  desk.foot = buildFoot();
  desk.offer = el("div", { class: "offer" });
  desk.form.replaceChildren(desk.offer, desk.fields.node, desk.lines.node, desk.foot.node);
  desk.form.scrollTop = 0;
  desk.view.moved = false;
  desk.frame.classList.remove("moving");
  say(desk.saving, "");
}

function arrive(desk, data) {
  for (const page of data.nextPages) new Image().src = page;
  sendEdits(desk.outbox, desk.scope);
  if (!desk.frame.contains(desk.root.activeElement)) desk.frame.focus({ preventScroll: true });
  const last = readLastAccepted();
  if (last && last.id !== desk.scope && Date.now() - last.at < 10_000) {
    showToast(desk, t("Accepted: {receipt}", { receipt: last.title }), t("Undo (U)"), () => takeBack(desk));
  }
  const keys = desk.queued ?? [];
  desk.queued = [];
  if (keys.includes("e")) editFirst(desk);
}

function showHead(desk, data) {
  const { position, total } = desk.place;
  say(desk.position, sayPosition(position, total));
  desk.previous.disabled = !desk.place.previous;
  desk.next.disabled = !desk.place.next;
  say(desk.title, data.title);
  dress(desk.badge, data.state);
  const compare = data.compare ? [el("a", { class: "act", href: data.compare, onclick: (event) => follow(event, data.compare) }, t("Compare both"))] : [];
  desk.reasons.replaceChildren(...data.reasons.map((reason) => el("li", {}, icon("visibility"), reason)),
    ...compare.map((link) => el("li", { class: "bare" }, link)));
  desk.reasons.hidden = data.reasons.length === 0;
  desk.reopenButton.hidden = !data.isAccepted;
  desk.acceptButton.firstChild.textContent = data.isAccepted ? t("Next") : t("Accept and next");
}

function sayPosition(position, total) {
  if (position) return t("{position} of {total}", { position, total: total.toLocaleString(LOCALE) });
  return total ? tn("{n} to look at", "{n} to look at", total) : t("Queue empty");
}

function changeValue(desk, path, value, picked) {
  const [place, id] = path.split("/");
  if (place === "taxes") saveTaxes(desk, readTaxes(desk));
  else if (id?.startsWith("new-")) changeDraft(desk, id);
  else desk.post(path, value, { place: picked });
  showSum(desk);
}

function hearOfSaving(desk, { kind, scope, edits, answer, message }) {
  const words = { saving: t("Saving"), saved: t("Saved"), waiting: t("Not saved yet, trying again"), refused: message }[kind];
  const look = { saving: ["gray", "progress_activity"], saved: ["green", "check"], waiting: ["orange", "cloud_off"], refused: ["red", "cancel"] }[kind];
  desk.saving.className = `saving ${look[0]}`;
  desk.saving.dataset.kind = kind;
  desk.saving.replaceChildren(icon(look[1], kind === "saving"), el("span", {}, words));
  desk.saving.hidden = false;
  if (kind === "saved" && scope === desk.scope) {
    desk.revision = answer?.data?.revision ?? desk.revision;
    if (answer?.rules?.length) offerRules(desk, answer.rules, { isNew: true });
  }
  if (kind === "refused" && scope === desk.scope) {
    for (const path of Object.keys(edits)) if (desk.controls.has(path)) refuseControl(desk.controls.get(path), message);
  }
  if ((kind === "saved" || kind === "refused") && scope === desk.scope) {
    refresh(desk, kind);
  }
}

/** Ask for what the store says now: after an edit, and where another tab may have changed it. */
function refresh(desk, kind) {
  clearTimeout(desk.refresh);
  desk.refresh = setTimeout(() => { if (!desk.moving) desk.trigger("saved", { scope: desk.scope, kind }); }, 120);
}

/** Save what is typed; with it everything else that waits. False where something cannot be saved. */
async function saveAll(desk) {
  const wrong = commitAll(desk);
  if (wrong) wrong.input.focus();
  return !wrong && sendEdits(desk.outbox, desk.scope);
}

/** Send whatever is typed; returns the first control whose text cannot be understood. */
function commitAll(desk) {
  return [...desk.controls.values()].filter((control) => !commitControl(desk, control))[0];
}

async function accept(desk) {
  if (desk.moving) return;
  desk.moving = true;
  const saved = await saveAll(desk);
  const done = saved && (desk.data.isAccepted || await desk.post("review", "accepted"));
  if (!done) {
    desk.moving = false;
    return;
  }
  if (!desk.data.isAccepted) rememberAccepted({ id: desk.scope, title: desk.data.title, at: Date.now() });
  travel(desk, desk.place.next ?? desk.place.previous);
}

async function goTo(desk, id) {
  if (!id || desk.moving) return;
  desk.moving = true;
  if (await saveAll(desk)) travel(desk, id);
  else desk.moving = false;
}

function travel(desk, id) {
  desk.frame.classList.add("moving");
  goToAddress(new URL(id ? `review?receipt=${id}` : "review", window.location.href));
}

async function reopen(desk, id) {
  await postEdit(desk.outbox, id, "review", "reopened");
}

async function takeBack(desk) {
  const last = readLastAccepted();
  if (!last || desk.moving) return;
  desk.moving = true;
  rememberAccepted(null);
  if (await saveAll(desk)) await reopen(desk, last.id);
  travel(desk, last.id);
}

function readLastAccepted() {
  return JSON.parse(sessionStorage.getItem(LAST_ACCEPTED));
}

function rememberAccepted(last) {
  sessionStorage.setItem(LAST_ACCEPTED, JSON.stringify(last));
}

function showToast(desk, words, act, run) {
  const button = act ? el("button", { type: "button", class: "act", onclick: () => { desk.toast.replaceChildren(); run(); } }, act) : "";
  desk.toast.replaceChildren(el("span", {}, words), button);
  clearTimeout(desk.toastEnds);
  desk.toastEnds = setTimeout(() => desk.toast.replaceChildren(), 8000);
}
