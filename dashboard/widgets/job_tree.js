// The workflow around a job as a tree; the job itself is marked.

export default function (component) {
  drawWhereChanged(component, (data) => el("ul", { class: "root tree", "aria-label": t("Workflow") }, buildPart(data.root)));
}

function buildPart(part) {
  const badge = el("span");
  dress(badge, part.state);
  const link = el("a", { href: part.href, onclick: openOver, "aria-current": part.isHere ? "true" : null }, part.label);
  return el("li", {},
    el("div", { class: part.isHere ? "part here" : "part" }, badge, link, el("span", { class: "quiet id" }, part.id), el("span", { class: "quiet" }, part.detail)),
    part.children.length || part.more ? el("ul", {}, ...part.children.map(buildPart), part.more ? el("li", { class: "quiet more" }, part.more) : null) : null);
}
