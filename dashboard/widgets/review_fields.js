// The single values of a receipt and its tax table, as inputs that save themselves.

const TAX_KEYS = [["rate", t("Rate %"), "number"], ["base", t("Base"), "money"], ["amount", t("Tax"), "money"]];

function buildFieldsPart(desk) {
  const part = { grid: el("div", { class: "grid" }), more: el("div", { class: "more" }), opened: new Set() };
  part.taxes = el("tbody");
  part.taxTable = el("table", { class: "taxes" },
    el("caption", { class: "unseen" }, t("Taxes")),
    el("thead", {}, el("tr", {}, ...TAX_KEYS.map(([, label]) => el("th", { scope: "col" }, label)), el("th", {}, el("span", { class: "unseen" }, t("Remove"))))),
    part.taxes);
  part.addTax = el("button", { type: "button", class: "act", onclick: () => addTax(desk) }, t("Add a tax"));
  part.node = el("section", { "aria-label": t("Values") }, part.grid, part.more,
    el("div", { class: "section-head" }, el("h3", {}, t("Taxes")), part.addTax), part.taxTable);
  return part;
}

function showFields(desk, data) {
  const part = desk.fields;
  const isShown = (spec) => spec.shown || part.opened.has(spec.path) || spec.path in pendingEdits(desk.outbox, desk.scope);
  const nodes = data.fields.filter(isShown).map((spec) => keepControl(desk, spec).node);
  arrange(part.grid, nodes);
  const hidden = data.fields.filter((spec) => !isShown(spec));
  part.more.hidden = hidden.length === 0;
  const signature = hidden.map((spec) => spec.path).join();
  if (part.more.dataset.signature !== signature) {
    part.more.dataset.signature = signature;
    part.more.replaceChildren(el("span", { class: "quiet" }, t("Not on the receipt:")),
      ...hidden.map((spec) => el("button", { type: "button", class: "chip", onclick: () => openField(desk, spec) }, icon("add"), spec.label)));
  }
  const taxes = pendingEdits(desk.outbox, desk.scope).taxes?.value ?? data.taxes;
  // A row that was added and is still empty is known here alone.
  showTaxes(desk, part.isAdding && part.rows.length > taxes.length ? readTaxes(desk) : taxes);
}

function keepControl(desk, spec, options) {
  const kept = desk.controls.get(spec.path);
  if (!kept) return buildControl(desk, spec, options);
  updateControl(desk, kept, spec);
  return kept;
}

function openField(desk, spec) {
  desk.fields.opened.add(spec.path);
  showFields(desk, desk.data);
  desk.controls.get(spec.path).input.focus();
}

function showTaxes(desk, taxes) {
  const { fields } = desk;
  fields.rows = taxes.map((tax, index) => keepTaxRow(desk, tax, index));
  for (const path of [...desk.controls.keys()]) {
    if (path.startsWith("taxes/") && Number(path.split("/")[1]) >= taxes.length) desk.controls.delete(path);
  }
  arrange(fields.taxes, fields.rows);
  fields.taxTable.hidden = taxes.length === 0;
}

function keepTaxRow(desk, tax, index) {
  const controls = TAX_KEYS.map(([key, label, kind]) => keepControl(desk, {
    path: `taxes/${index}/${key}`, place: `taxes/${index}`, label: t("{label} of tax {number}", { label, number: index + 1 }), kind,
    value: tax[key] ?? null, state: "plain", page: tax.page, box: tax.box,
  }, { bare: true }));
  const row = desk.fields.rows?.[index];
  if (row && row.contains(controls[0].node)) return row;
  return el("tr", {}, ...controls.map((control) => el("td", {}, control.node)),
    el("td", {}, el("button", { type: "button", class: "remove", "aria-label": t("Remove tax {number}", { number: index + 1 }), title: t("Remove"),
      onclick: () => saveTaxes(desk, readTaxes(desk).filter((_, other) => other !== index)) }, icon("close"))));
}

function readTaxes(desk) {
  return desk.fields.rows.map((_, index) => Object.fromEntries(TAX_KEYS.map(([key, , kind]) => {
    const control = desk.controls.get(`taxes/${index}/${key}`);
    return [key, readValue(kind, control.input.value) ?? null];
  })));
}

function addTax(desk) {
  const taxes = [...readTaxes(desk), { rate: null, base: null, amount: null }];
  desk.fields.isAdding = true;
  showTaxes(desk, taxes);
  desk.controls.get(`taxes/${taxes.length - 1}/rate`).input.focus();
}

function saveTaxes(desk, taxes) {
  const said = taxes.filter((tax) => TAX_KEYS.some(([key]) => tax[key] !== null));
  desk.fields.isAdding = false;
  showTaxes(desk, taxes);
  desk.post("taxes", said);
}
