// What fails, alike failures as one, and running all of a kind again.

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const list = parentElement.list ?? (parentElement.list = startList(parentElement));
  list.ask = (id) => setTriggerValue("act", { id, at: Date.now() });
  keepRows(list, data.groups, (row) => buildGroup(list, row), fillGroup);
}

function startList(parentElement) {
  const list = el("ul", { class: "root groups", "aria-label": t("Failures") });
  parentElement.append(list);
  return list;
}

function buildGroup(list, row) {
  const node = el("li", { class: "group red", "data-id": row.id });
  node.words = el("div", { class: "words" });
  node.button = iconButton("refresh", () => list.ask(row.id));
  node.append(
    el("span", { class: "count number", title: t("Jobs that are failed so now") }),
    node.words,
    el("div", { class: "acts" }, node.button,
      el("a", { class: "act", href: row.jobsHref, onclick: visit }, t("Show jobs")),
      el("a", { class: "act", href: row.exampleHref, onclick: openOver }, t("Example"))));
  return node;
}

function fillGroup(node, row) {
  say(node.firstChild, row.failed);
  node.words.replaceChildren(
    el("span", { class: "what" }, row.what),
    el("span", { class: "quiet" }, row.kind, " · ", el("code", {}, row.code)),
    el("span", { class: "quiet", title: row.moments }, row.when),
    ...(row.message ? [el("span", { class: "quiet message" }, row.message)] : []));
  say(node.button.lastChild, row.label);
}
