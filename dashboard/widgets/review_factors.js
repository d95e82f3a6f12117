// The dialog in which a person says what a line is: a factor of the table, or only a category.

const SEARCH_AFTER_MS = 150;

function buildFactorDialog(desk) {
  const box = { results: el("div", { class: "results", role: "radiogroup", "aria-label": t("Factors") }) };
  box.title = el("h3", { id: "factor-title" });
  box.search = el("input", { class: "input", type: "search", id: "factor-search", autocomplete: "off", spellcheck: "false" });
  box.category = el("select", { class: "input", id: "factor-category" });
  box.reason = el("input", { class: "input", type: "text", id: "factor-reason", required: true, maxlength: "200", autocomplete: "off", placeholder: t("Seen on the package") });
  box.now = el("p", { class: "quiet" });
  box.problem = el("p", { class: "problem", role: "alert" });
  const row = (id, label, input) => el("div", { class: "dialog-row" }, el("label", { for: id }, label), input);
  const form = el("form", { class: "dialog-form", method: "dialog", novalidate: true }, box.title, box.now,
    row("factor-search", t("Search the table"), box.search), box.results,
    row("factor-category", t("Or only a category"), box.category),
    row("factor-reason", t("Why"), box.reason), box.problem,
    el("p", { class: "quiet" }, t("This is remembered for the same line of this merchant.")),
    el("div", { class: "dialog-acts" },
      el("button", { type: "button", class: "act", onclick: () => box.dialog.close() }, t("Cancel")),
      el("button", { type: "submit", class: "act primary" }, t("Use for this line"))));
  box.dialog = el("dialog", { class: "dialog", "aria-labelledby": "factor-title" }, form);
  form.addEventListener("submit", (event) => { event.preventDefault(); chooseFactor(desk, box); });
  box.search.addEventListener("input", () => { clearTimeout(box.wait); box.wait = setTimeout(() => searchFactors(desk, box), SEARCH_AFTER_MS); });
  box.search.addEventListener("keydown", (event) => stepIntoResults(box, event));
  box.category.addEventListener("change", () => { for (const radio of box.results.querySelectorAll("input")) radio.checked = false; });
  box.dialog.addEventListener("close", () => box.opener?.focus());
  return box;
}

function nameLine(item, number) {
  return item.values.description ?? t("Line {number}", { number });
}

function openFactors(desk, item, number) {
  const box = desk.factors;
  Object.assign(box, { item, opener: desk.root.activeElement });
  const line = nameLine(item, number);
  box.title.textContent = t("What is “{line}”?", { line });
  box.search.value = item.values.description ?? "";
  say(box.now, item.footprint ? t("Now taken for: {factor}", { factor: item.footprint.source }) : t("Not matched to anything yet."));
  box.reason.value = "";
  say(box.problem, "");
  box.category.replaceChildren(el("option", { value: "" }, t("No, a factor of the table")),
    ...desk.data.categories.map(([name, label]) => el("option", { value: name }, label)));
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
    showFactors(desk, box, body.data.items);
  } catch {
    if (box.asked === query) box.results.replaceChildren(el("p", { class: "problem" }, t("The table cannot be searched just now. Try again in a minute.")));
  }
}

function showFactors(desk, box, factors) {
  // French names are always there, English ones nearly always.
  const categories = new Map(desk.data.categories);
  const nameFactor = (factor) => {
    const name = (desk.data.language === "en" && factor.nameEn) || factor.name;
    const category = categories.get(factor.subcategory) ?? factor.subcategory;
    return category === name ? [name] : [name, " ", el("span", { class: "quiet" }, category)];
  };
  if (!factors.length) return box.results.replaceChildren(el("p", { class: "quiet" }, t("Nothing in the table matches. Try a more general word.")));
  return box.results.replaceChildren(...factors.map((factor) => {
    const radio = el("input", { type: "radio", name: "factor", value: factor.id });
    radio.addEventListener("change", () => { box.category.value = ""; });
    return el("label", { class: "result" }, radio,
      el("span", { class: "result-name" }, ...nameFactor(factor)),
      el("span", { class: "number" }, t("{kg} kg/{unit}", { kg: showMeasure(factor.kgCO2e), unit: FACTOR_UNITS[factor.unit] ?? factor.unit })),
      el("span", { class: "quiet result-source" }, `${factor.source}, ${factor.year}`));
  }));
}

const FACTOR_UNITS = { kg: t("kg"), pcs: t("piece"), eur: t("€") };

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
  if (!chosen && !category) return say(box.problem, t("Choose a factor or a category."));
  if (!box.reason.value.trim()) {
    box.reason.focus();
    return say(box.problem, t("Say why, others will read it."));
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
  const line = desk.controls.get(`items/${rule.itemId}/description`)?.input.value ?? t("The same line");
  const said = { line, merchant: desk.data.title };
  return [icon("rule"), el("span", {}, tn(
    "“{line}” of {merchant} stands on {n} other receipt as something else.",
    "“{line}” of {merchant} stands on {n} other receipts as something else.", rule.otherReceipts, said)),
    el("button", { type: "button", class: "act primary", onclick: () => applyRule(desk, rule) }, tn("Apply to {n} other receipt", "Apply to {n} other receipts", rule.otherReceipts)),
    el("button", { type: "button", class: "act", onclick: () => putOffOffer(desk, rule) }, t("Not now"))];
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
  let said = t("This could not be applied just now. Try again in a minute.");
  try {
    const answer = await fetch(`${desk.data.api}/${desk.scope}/items/${rule.itemId}/apply-rule`, { method: "POST" });
    const { data } = await answer.json();
    if (answer.ok) said = sayApplied(data);
    // Many take a while, in which the store still counts them.
    if (answer.ok) sessionStorage.setItem(offerKey(desk, rule), "applied");
  } catch {
    // The sentence above says it.
  }
  offerRules(desk, [rule]);
  showToast(desk, said);
}

function sayApplied({ jobId, affected, changed }) {
  if (jobId) return tn("Being applied to {n} receipt.", "Being applied to {n} receipts.", affected);
  return tn("Applied to {n} receipt.", "Applied to {n} receipts.", changed);
}
