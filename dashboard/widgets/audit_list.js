// Acts as lines: who, what, to which thing, and when.

export default function (component) {
  const { parentElement, data } = component;
  const list = parentElement.list ?? (parentElement.list = startList(parentElement));
  keepRows(list, data.rows, buildRow, fillRow);
}

function startList(parentElement) {
  const list = el("ul", { class: "root acts", "aria-label": t("What was done") });
  parentElement.append(list);
  return list;
}

function buildRow(row) {
  const part = (name) => el("span", { class: name });
  const node = el("li", { class: "deed", "data-id": row.id });
  node.link = el("a", { class: "what", href: row.href, onclick: openOver });
  node.thing = row.thingHref
    ? el("a", { class: "thing", href: row.thingHref, onclick: openOver })
    : part("thing");
  node.parts = { what: node.link, thing: node.thing, note: part("note"), who: part("who"), ago: part("ago") };
  const { note, who, ago } = node.parts;
  node.append(who, el("div", { class: "words" }, el("span", { class: "line" }, node.link, node.thing), note), ago);
  node.addEventListener("click", (event) => {
    // Anywhere on the line, but not where somebody marks a text.
    if (event.target.closest("a") || String(window.getSelection())) return;
    follow(event, row.href);
  });
  return node;
}

function fillRow(node, row) {
  for (const [name, value] of Object.entries(row.texts)) say(node.parts[name], value);
  node.parts.ago.title = row.moment;
}
