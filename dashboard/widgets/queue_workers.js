// Who works, how each is, and what it does at this moment.

export default function (component) {
  const { parentElement, data } = component;
  const list = parentElement.list ?? (parentElement.list = startList(parentElement));
  keepRows(list, data.workers, buildWorker, fillWorker);
}

function startList(parentElement) {
  const list = el("ul", { class: "root workers", "aria-label": t("Workers") });
  parentElement.append(list);
  return list;
}

function buildWorker(row) {
  const node = el("li", { class: "worker", "data-id": row.id });
  node.badge = el("span", { class: "badge" });
  node.facts = el("dl", { class: "facts" });
  node.jobs = el("ul", { class: "jobs" });
  node.idle = el("span", { class: "quiet" }, t("Runs nothing at the moment"));
  node.append(
    el("div", { class: "who" }, el("div", { class: "line" }, el("strong", { title: row.id }, row.name), node.badge),
      el("span", { class: "queues quiet" })),
    node.facts,
    el("div", { class: "does" }, node.jobs, node.idle));
  return node;
}

function fillWorker(node, row) {
  showBadge(node.badge, row.state);
  say(node.querySelector(".queues"), row.queues);
  node.facts.replaceChildren(...row.facts.map(([label, value, hover]) =>
    el("div", { title: hover || null }, el("dt", {}, label), el("dd", { class: "number" }, value))));
  keepRows(node.jobs, row.jobs, buildJob, fillJob);
  node.idle.hidden = row.jobs.length > 0;
}

function buildJob(row) {
  const bar = el("i");
  const node = el("li", { class: "job" }, el("a", { href: row.href, onclick: openOver }), el("span", { class: "quiet" }), el("span", { class: "bar", "aria-hidden": "true" }, bar));
  node.bar = bar;
  return node;
}

function fillJob(node, row) {
  say(node.children[0], row.label);
  say(node.children[1], row.detail);
  node.bar.style.width = `${row.progress}%`;
}
