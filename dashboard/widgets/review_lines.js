// The line items: every cell an input, below it what the line is taken for and weighs.

const LINE_KEYS = [
  ["description", t("Description"), "text"], ["quantity", t("Quantity"), "number"], ["unit", t("Unit"), "choice"],
  ["unitPrice", t("Unit price"), "price"], ["amount", t("Amount"), "money"], ["discount", t("Discount"), "rebate"],
];

function buildLinesPart(desk) {
  const part = { list: el("ol", { class: "lines-list" }), rows: new Map(), drafts: [], removed: new Set() };
  part.sum = el("p", { class: "sum", role: "status" });
  part.add = el("button", { type: "button", class: "act", onclick: () => addLine(desk) }, t("Add a line"));
  part.heads = el("div", { class: "line-heads", "aria-hidden": "true" },
    ...[t("Description"), t("Qty"), t("Unit"), t("Unit price"), t("Amount"), t("Discount"), ""].map((name) => el("span", {}, name)));
  part.count = el("span", { class: "quiet" });
  part.node = el("section", { "aria-label": t("Lines") },
    el("div", { class: "section-head" }, el("h3", {}, t("Lines")), part.count, part.add), part.sum, part.heads, part.list);
  return part;
}

function showLines(desk, data) {
  const { lines } = desk;
  adoptDrafts(desk, data.items);
  const unsent = pendingEdits(desk.outbox, desk.scope);
  const kept = data.items.filter((item) => !lines.removed.has(item.id) && unsent[`items/${item.id}`]?.value !== null);
  const shown = [...kept, ...lines.drafts];
  arrange(lines.list, shown.map((item, index) => keepLine(desk, item, index + 1)));
  const ids = new Set(shown.map((item) => item.id));
  for (const id of [...lines.rows.keys()]) if (!ids.has(id)) forgetLine(desk, id);
  lines.heads.hidden = shown.length === 0;
  showSum(desk);
}

function forgetLine(desk, id) {
  desk.lines.rows.delete(id);
  for (const [key] of LINE_KEYS) desk.controls.delete(`items/${id}/${key}`);
}

function keepLine(desk, item, number) {
  let row = desk.lines.rows.get(item.id);
  const controls = LINE_KEYS.map(([key, label, kind]) => keepControl(desk, { ...specOfCell(item, number, key, label, kind), options: desk.data.units }, { bare: true }));
  if (!row) {
    row = { weight: el("div", { class: "weight" }), product: el("div", { class: "weight product" }), node: null };
    const remove = el("button", { type: "button", class: "remove", "aria-label": t("Remove line {number}", { number }), title: t("Remove this line"), onclick: () => removeLine(desk, row.node.dataset.id) }, icon("close"));
    row.node = el("li", { class: "line-item", "data-id": item.id },
      el("div", { class: "cells" }, ...controls.map((control, index) => labelCell(control, LINE_KEYS[index])), remove), row.weight, row.product);
    desk.lines.rows.set(item.id, row);
  }
  row.node.dataset.state = item.state;
  showWeight(desk, row, item, number);
  showProduct(desk, row, item, number);
  return row.node;
}

function labelCell(control, [key, label]) {
  Object.assign(control.node.dataset, { key, label });
  return control.node;
}

function specOfCell(item, number, key, label, kind) {
  return {
    path: `items/${item.id}/${key}`, place: `items/${item.id}`, label: t("{label} of line {number}", { label, number }), kind,
    value: item.values[key] ?? null, readValue: item.read?.[key] ?? null, corrected: false,
    state: item.state === "doubtful" && (key === "description" || key === "amount") ? "doubtful" : "plain",
    sureness: item.sureness, page: item.page, box: item.box,
    needed: key !== "unitPrice" && key !== "discount",
  };
}

function showWeight(desk, row, item, number) {
  const signature = JSON.stringify([item.footprint, item.isDraft, number, item.description]);
  if (row.signature === signature) return;
  row.signature = signature;
  if (item.isDraft) return row.weight.replaceChildren(el("span", { class: "quiet" }, t("Saved once it has a description and an amount.")));
  const { footprint } = item;
  const choose = el("button", { type: "button", class: "factor", "aria-haspopup": "dialog", onclick: () => openFactors(desk, item, number),
    title: footprint ? footprint.source : t("Say what this line is") },
  icon(footprint ? footprint.icon : "help"), el("span", { class: "factor-name" }, footprint ? footprint.name : t("Not matched")),
  footprint ? el("span", { class: "quiet" }, footprint.how) : null);
  const kg = footprint
    ? el("span", { class: "kg number", title: footprint.range }, footprint.kg, el("span", { class: "unseen" }, t(" ({range})", { range: footprint.range })))
    : el("span", { class: "kg quiet" }, t("kg CO2e unknown"));
  return row.weight.replaceChildren(choose, kg, footprint?.grade ? grade(footprint.grade, footprint.scoreSays) : "");
}

function addLine(desk) {
  desk.lines.nextDraft = (desk.lines.nextDraft ?? 0) + 1;
  const id = `new-${desk.lines.nextDraft}`;
  desk.lines.drafts.push({ id, isDraft: true, state: "plain", values: { quantity: 1, unit: "pcs", discount: 0 }, footprint: null });
  showLines(desk, desk.data);
  desk.controls.get(`items/${id}/description`).input.focus();
}

/** A new line goes to the store as a whole, once it says what and how much. */
function changeDraft(desk, id) {
  const draft = desk.lines.drafts.find((one) => one.id === id);
  if (!draft) return;
  draft.values = readLine(desk, id);
  if (draft.sent || !draft.values.description || draft.values.amount === null) return;
  draft.sent = true;
  desk.post(`items/+${id}`, draft.values);
}

function readLine(desk, id) {
  return Object.fromEntries(LINE_KEYS.map(([key, , kind]) =>
    [key, readValue(kind, desk.controls.get(`items/${id}/${key}`).input.value) ?? null]));
}

/** The store has given sent drafts their ids: the rows stay where they are, under these. */
function adoptDrafts(desk, items) {
  const unsent = pendingEdits(desk.outbox, desk.scope);
  const known = desk.lines.known ?? new Set(items.map((item) => item.id));
  const fresh = items.filter((item) => !known.has(item.id));
  for (const item of fresh) {
    const index = desk.lines.drafts.findIndex((one) => one.sent && !unsent[`items/+${one.id}`]);
    if (index >= 0) adoptDraft(desk, desk.lines.drafts.splice(index, 1)[0].id, item);
  }
  desk.lines.known = new Set(items.map((item) => item.id));
}

function adoptDraft(desk, draftId, item) {
  const row = desk.lines.rows.get(draftId);
  const typed = readLine(desk, draftId);
  desk.lines.rows.delete(draftId);
  desk.lines.rows.set(item.id, row);
  row.node.dataset.id = item.id;
  for (const [key, , kind] of LINE_KEYS) {
    const control = desk.controls.get(`items/${draftId}/${key}`);
    desk.controls.delete(`items/${draftId}/${key}`);
    const path = `items/${item.id}/${key}`;
    desk.controls.set(path, control);
    control.spec = { ...control.spec, path };
    control.input.dataset.path = path;
    if (showValue(kind, typed[key]) !== showValue(kind, item.values[key])) desk.post(path, typed[key]);
  }
}

function removeLine(desk, id) {
  const draft = desk.lines.drafts.findIndex((one) => one.id === id);
  const values = readLine(desk, id);
  if (draft >= 0) desk.lines.drafts.splice(draft, 1);
  else {
    desk.lines.removed.add(id);
    desk.post(`items/${id}`, null);
  }
  showLines(desk, desk.data);
  desk.lines.add.focus();
  if (draft >= 0) return;
  const said = values.description ? t("Removed: {line}", { line: values.description }) : t("The line was removed.");
  showToast(desk, said, t("Put it back"), () => {
    desk.lines.nextDraft = (desk.lines.nextDraft ?? 0) + 1;
    const back = { id: `new-${desk.lines.nextDraft}`, isDraft: true, sent: true, state: "plain", values, footprint: null };
    desk.lines.drafts.push(back);
    showLines(desk, desk.data);
    desk.post(`items/+${back.id}`, values);
  });
}

/** Amounts less discounts against total or subtotal, whichever is nearer. */
function showSum(desk) {
  const { lines } = desk;
  const rows = [...lines.rows.keys()].map((id) => readLine(desk, id));
  say(lines.count, rows.length ? rows.length.toLocaleString(LOCALE) : "");
  lines.sum.hidden = rows.length === 0;
  const sum = rows.reduce((total, line) => total + Math.round(100 * ((line.amount ?? 0) - (line.discount ?? 0))), 0);
  const printed = ["totalAmount", "subtotal"].map((path) => [path, desk.controls.get(path)])
    .filter(([, control]) => control?.input.value)
    .map(([path, control]) => [path, Math.round(100 * (readValue("money", control.input.value) ?? NaN))])
    .filter(([, cents]) => Number.isFinite(cents))
    .sort((one, other) => Math.abs(one[1] - sum) - Math.abs(other[1] - sum));
  const [path, cents] = printed[0] ?? [];
  const closes = cents === sum;
  lines.sum.className = `sum ${!printed.length ? "gray" : closes ? "green" : "orange"}`;
  const words = saySum(sum, path, cents);
  const sign = !printed.length ? "info" : closes ? "check_circle" : "visibility";
  if (lines.sum.dataset.words !== words) {
    lines.sum.dataset.words = words;
    lines.sum.replaceChildren(icon(sign), el("span", { class: "number" }, words));
  }
}

function saySum(sum, path, cents) {
  const money = (amount) => showDecimals(amount / 100, 2);
  const said = { lines: money(sum), printed: money(cents ?? 0), difference: money(Math.abs((cents ?? 0) - sum)) };
  if (cents === undefined) return t("Lines {lines}, no total to compare with", said);
  const isTotal = path === "totalAmount";
  if (cents === sum) return isTotal ? t("Lines {lines} = total {printed}", said) : t("Lines {lines} = subtotal {printed}", said);
  if (sum < cents) {
    return isTotal ? t("Lines {lines}, total {printed}: {difference} missing", said)
      : t("Lines {lines}, subtotal {printed}: {difference} missing", said);
  }
  return isTotal ? t("Lines {lines}, total {printed}: {difference} too much", said)
    : t("Lines {lines}, subtotal {printed}: {difference} too much", said);
}
