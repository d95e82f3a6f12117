// Jobs as lines: state, what it is, on which queue, for whom, when and how long.

export default function (component) {
  const { parentElement, data } = component;
  const list = parentElement.list ?? (parentElement.list = startList(parentElement));
  keepRows(list, data.rows, buildRow, fillRow);
}

function startList(parentElement) {
  const list = el("ul", { class: "root jobs", "aria-label": t("Jobs") });
  parentElement.append(list);
  return list;
}

function buildRow(row) {
  const part = (name) => el("span", { class: name });
  const node = el("li", { class: "job", "data-id": row.id });
  node.badge = el("span", { class: "badge" });
  node.link = el("a", { class: "kind", href: row.href, onclick: openOver });
  node.parts = Object.fromEntries(["standing", "id", "file", "queue", "client", "took", "ago"].map((name) => [name, part(name)]));
  const { standing, id, file, queue, client, took, ago } = node.parts;
  node.append(
    el("div", { class: "state" }, node.badge),
    el("div", { class: "what" }, el("span", { class: "line" }, node.link, id, file), standing),
    el("div", { class: "where" }, queue, client),
    el("div", { class: "when" }, ago, took));
  node.addEventListener("click", (event) => {
    // Anywhere on the line, but not where somebody marks a text.
    if (event.target.closest("a") || String(window.getSelection())) return;
    follow(event, row.href);
  });
  return node;
}

function fillRow(node, row) {
  showBadge(node.badge, row.state);
  say(node.link, row.kind);
  node.parts.standing.className = `standing ${row.isWrong ? "red" : ""}`;
  for (const [name, value] of Object.entries(row.texts)) say(node.parts[name], value);
  node.parts.ago.title = row.moment;
  node.parts.id.title = row.id;
}
