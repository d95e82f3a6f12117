// All receipts as a table that becomes a list of cards on a narrow screen.

const COLUMNS = [
  ["receipt", t("Receipt")], ["status", t("Status")], ["date", t("Date")], ["confidence", t("Confidence")],
  ["total", t("Total")], ["footprint", t("kg CO2e")], ["submitted", t("Submitted")], ["acts", null],
];

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const send = (act, id) => setTriggerValue("act", { act, id, at: Date.now() });
  if (!parentElement.board) parentElement.board = startTable(parentElement);
  const { body, rows } = parentElement.board;
  arrange(body, data.rows.map((row) => keepRow(rows, row, send)));
}

function startTable(parentElement) {
  const body = el("tbody");
  const heads = COLUMNS.map(([name, label]) => el("th", { scope: "col", class: name },
    label ?? el("span", { class: "unseen" }, t("Actions"))));
  parentElement.append(el("div", { class: "root" },
    el("table", {}, el("caption", { class: "unseen" }, t("Receipts")),
      el("thead", {}, el("tr", {}, ...heads)), body)));
  return { body, rows: new Map() };
}

function keepRow(rows, row, send) {
  // A row is small and changes rarely, so it is built anew when anything in it changed.
  const signature = JSON.stringify(row);
  const kept = rows.get(row.id);
  if (kept?.signature === signature) return kept.node;
  const node = buildRow(row, send);
  rows.set(row.id, { signature, node });
  return node;
}

function buildRow(row, send) {
  const open = (event) => {
    if (!event.target.closest("button, .act")) follow(event, row.href);
  };
  const frame = el("span", { class: "frame" });
  thumbnail(frame, row.thumbnail, row.state.name === "failed" ? "broken_image" : "receipt_long");
  const badge = el("span");
  dress(badge, row.state);
  const link = el("a", { class: "name", href: row.href }, row.merchant ?? row.file);
  return el("tr", { onclick: open, "data-id": row.id, "data-state": row.state.name },
    el("td", { class: "receipt" }, el("div", {}, frame,
      el("span", { class: "names" }, link, el("span", { class: "file" }, row.merchant ? row.file : row.shortId),
        row.snippet && snippet(row.snippet)))),
    el("td", { class: "status" }, badge, row.note ? el("span", { class: "note", title: row.note }, row.note) : null),
    cell("date number", row.day),
    cell("confidence", row.confidence && meter(row.confidence)),
    cell("total number", row.total),
    el("td", { class: row.kg ? "footprint" : "footprint none" },
      row.kg ? el("span", { class: "number" }, row.kg) : el("span", { title: t("Not known") }, "–"),
      el("span", { class: "grade-place" }, row.grade ? grade(row.grade, row.gradeSays) : "")),
    el("td", { class: "submitted" }, el("time", { title: row.moment }, row.ago)),
    el("td", { class: "acts" }, ...row.acts.map((one) => actOf(row, one, send))));
}

function snippet(pieces) {
  return el("span", { class: "snippet" }, ...pieces.map(([text, found]) => (found ? el("mark", {}, text) : text)));
}

function cell(name, content) {
  return el("td", { class: content ? name : `${name} none` }, content || "–");
}
