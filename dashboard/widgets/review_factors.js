// The dialog in which a person says what a line is: a factor of the table, or only a category.

const SEARCH_AFTER_MS = 150;

function buildFactorDialog(desk) {
  const box = { results: el("div", { class: "results", role: "radiogroup", "aria-label": "Factors" }) };
  box.title = el("h3", { id: "factor-title" });
  box.search = el("input", { class: "input", type: "search", id: "factor-search", autocomplete: "off", spellcheck: "false" });
  box.category = el("select", { class: "input", id: "factor-category" });
  box.reason = el("input", { class: "input", type: "text", id: "factor-reason", required: true, maxlength: "200", autocomplete: "off", placeholder: "Seen on the package" });
  box.now = el("p", { class: "quiet" });
  box.problem = el("p", { class: "problem", role: "alert" });
  const row = (id, label, input) => el("div", { class: "dialog-row" }, el("label", { for: id }, label), input);
  const form = el("form", { class: "dialog-form", method: "dialog", novalidate: true }, box.title, box.now,
    row("factor-search", "Search the table", box.search), box.results,
    row("factor-category", "Or only a category", box.category),
    row("factor-reason", "Why", box.reason), box.problem,
    el("p", { class: "quiet" }, "This is remembered for the same line of this merchant."),
    el("div", { class: "dialog-acts" },
      el("button", { type: "button", class: "act", onclick: () => box.dialog.close() }, "Cancel"),
      el("button", { type: "submit", class: "act primary" }, "Use for this line")));
  box.dialog = el("dialog", { class: "dialog", "aria-labelledby": "factor-title" }, form);
  form.addEventListener("submit", (event) => { event.preventDefault(); chooseFactor(desk, box); });
  box.search.addEventListener("input", () => { clearTimeout(box.wait); box.wait = setTimeout(() => searchFactors(desk, box), SEARCH_AFTER_MS); });
  box.search.addEventListener("keydown", (event) => stepIntoResults(box, event));
  box.category.addEventListener("change", () => { for (const radio of box.results.querySelectorAll("input")) radio.checked = false; });
  box.dialog.addEventListener("close", () => box.opener?.focus());
  return box;
}

function openFactors(desk, item, number) {
  const box = desk.factors;
  Object.assign(box, { item, opener: desk.root.activeElement });
  box.title.textContent = `What is “${item.values.description ?? `line ${number}`}”?`;
  box.search.value = item.values.description ?? "";
  say(box.now, item.footprint ? `Now taken for: ${item.footprint.source}` : "Not matched to anything yet.");
  box.reason.value = "";
  say(box.problem, "");
  box.category.replaceChildren(el("option", { value: "" }, "No, a factor of the table"),
    ...desk.data.categories.map((name) => el("option", { value: name }, name)));
  box.dialog.showModal();
  box.search.select();
  searchFactors(desk, box);
}

async function searchFactors(desk, box) {
  const query = box.search.value.trim();
  box.asked = query;
  try {
    const answer = await fetch(`${desk.data.factorsApi}?${new URLSearchParams({ query, limit: 8 })}`);
    const body = await answer.json();
    if (box.asked !== query) return;
    if (!answer.ok) throw new Error(body.error?.message);
    showFactors(box, body.data.items);
  } catch {
    if (box.asked === query) box.results.replaceChildren(el("p", { class: "problem" }, "The table cannot be searched just now. Try again in a minute."));
  }
}

function showFactors(box, factors) {
  if (!factors.length) return box.results.replaceChildren(el("p", { class: "quiet" }, "Nothing in the table matches. Try a more general word."));
  return box.results.replaceChildren(...factors.map((factor) => {
    const radio = el("input", { type: "radio", name: "factor", value: factor.id });
    radio.addEventListener("change", () => { box.category.value = ""; });
    return el("label", { class: "result" }, radio,
      el("span", { class: "result-name" }, factor.nameEn ?? factor.name, el("span", { class: "quiet" }, ` ${factor.nameEn ? factor.name : factor.subcategory}`)),
      el("span", { class: "number" }, `${Number(factor.kgCO2e.toPrecision(3))} kg / ${FACTOR_UNITS[factor.unit] ?? factor.unit}`),
      el("span", { class: "quiet result-source" }, `${factor.source}, ${factor.year}`));
  }));
}

const FACTOR_UNITS = { kg: "kg", pcs: "piece", eur: "€" };

function stepIntoResults(box, event) {
  if (event.key !== "ArrowDown" && event.key !== "Enter") return;
  event.preventDefault();
  const first = box.results.querySelector("input");
  if (!first) return;
  first.checked = true;
  box.category.value = "";
  if (event.key === "Enter") box.reason.focus();
  else first.focus();
}

async function chooseFactor(desk, box) {
  const chosen = box.results.querySelector("input:checked")?.value;
  const category = box.category.value;
  if (!chosen && !category) return say(box.problem, "Choose a factor or a category.");
  if (!box.reason.value.trim()) {
    box.reason.focus();
    return say(box.problem, "Say why, others will read it.");
  }
  const { item } = box;
  const key = chosen ? "factorId" : "category";
  // A reason belongs to this choice alone, so that what was typed before goes first.
  await sendEdits(desk.outbox, desk.scope);
  await desk.post(`items/${item.id}/${key}`, chosen || category, { reason: box.reason.value.trim() });
  box.dialog.close();
}

/** What was said of a line holds for the merchant; others of its receipts may say otherwise. */
function offerRules(desk, rules, { isNew = false } = {}) {
  if (isNew) for (const one of rules) sessionStorage.removeItem(offerKey(desk, one));
  const rule = rules.find((one) => one.otherReceipts > 0 && !isAnswered(desk, one));
  const signature = rule ? `${rule.itemId} ${rule.otherReceipts}` : "";
  if (desk.offer.dataset.signature === signature) return;
  desk.offer.dataset.signature = signature;
  desk.offer.replaceChildren(...(rule ? buildOffer(desk, rule) : []));
  if (!rule || !isNew) return;
  const apply = desk.offer.querySelector(".primary");
  apply.scrollIntoView({ block: "nearest" });
  apply.focus({ preventScroll: true });
}

function buildOffer(desk, rule) {
  const count = rule.otherReceipts === 1 ? "1 other receipt" : `${rule.otherReceipts} other receipts`;
  const line = desk.controls.get(`items/${rule.itemId}/description`)?.input.value ?? "The same line";
  return [icon("rule"), el("span", {}, `“${line}” of ${desk.data.title} stands on ${count} as something else.`),
    el("button", { type: "button", class: "act primary", onclick: () => applyRule(desk, rule) }, `Apply to ${count}`),
    el("button", { type: "button", class: "act", onclick: () => putOffOffer(desk, rule) }, "Not now")];
}

function offerKey(desk, rule) {
  return `comptoir-offer:${desk.scope}/${rule.itemId}`;
}

function isAnswered(desk, rule) {
  return sessionStorage.getItem(offerKey(desk, rule)) !== null;
}

function putOffOffer(desk, rule) {
  sessionStorage.setItem(offerKey(desk, rule), "not now");
  offerRules(desk, desk.data.offers);
  desk.frame.focus({ preventScroll: true });
}

async function applyRule(desk, rule) {
  offerRules(desk, []);
  let said = "This could not be applied just now. Try again in a minute.";
  try {
    const answer = await fetch(`${desk.data.api}/${desk.scope}/items/${rule.itemId}/apply-rule`, { method: "POST" });
    const { data } = await answer.json();
    if (answer.ok) said = data.jobId ? `Being applied to ${data.affected} receipts.` : `Applied to ${data.changed === 1 ? "1 receipt" : `${data.changed} receipts`}.`;
    // Many take a while, in which the store still counts them.
    if (answer.ok) sessionStorage.setItem(offerKey(desk, rule), "applied");
  } catch {
    // The sentence above says it.
  }
  offerRules(desk, [rule]);
  showToast(desk, said);
}
