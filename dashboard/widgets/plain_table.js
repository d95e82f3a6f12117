// A table of texts: rows may carry a tone and a note below, cells a link or a title of their own.

export default function (component) {
  drawWhereChanged(component, (data) => el("div", { class: "root scroller", tabindex: "0", role: "region", "aria-label": data.caption },
    el("table", {}, el("caption", { class: "unseen" }, data.caption),
      el("thead", {}, el("tr", {}, ...data.columns.map((column) => el("th", { scope: "col", class: column.align }, column.label)))),
      el("tbody", {}, ...data.rows.map((row) => buildRow(data.columns, row))))));
}

function buildRow(columns, row) {
  return el("tr", { class: row.tone, "data-id": row.id }, ...row.cells.map((cell, index) => buildCell(columns[index], cell)));
}

function buildCell(column, cell) {
  const given = typeof cell === "string" || cell === null ? { text: cell } : cell;
  const node = el("td", { class: `${column.align ?? ""} ${given.text ? "" : "none"}`, title: given.title });
  if (given.badge) {
    const badge = el("span");
    dress(badge, given.badge);
    node.append(badge);
  }
  const words = given.text || (given.badge ? "" : "–");
  if (given.href) node.append(el("a", { href: given.href, onclick: (event) => follow(event, given.href) }, words));
  else if (words) node.append(el("span", {}, words));
  for (const note of given.notes ?? []) node.append(el("span", { class: "note" }, icon("error"), note));
  return node;
}
