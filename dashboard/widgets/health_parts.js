// How every part is. What did not change stays as it is, so that nothing moves under a reader.

export default function (component) {
  const { parentElement, data } = component;
  const view = (parentElement.view ??= buildView(parentElement));
  view.ticket = data.ticket;
  view.overall.className = `overall ${data.mark.colour}`;
  say(view.title, data.overall);
  say(view.said, data.said);
  if (view.mark.dataset.icon !== data.mark.icon) view.mark.dataset.icon = data.mark.icon;
  data.parts.forEach((part) => refreshPart(view, part));
  arrange(view.list, data.parts.map((part) => view.parts.get(part.name)));
}

function buildView(parentElement) {
  const view = { parts: new Map(), ticket: "" };
  view.mark = icon("check_circle");
  view.title = el("h2", {});
  view.said = el("p", {});
  const copied = el("span", { class: "unseen", role: "status" });
  const copy = el("button", { class: "act", type: "button" }, icon("content_copy"), el("span", {}, t("Copy for a ticket")), copied);
  copy.addEventListener("click", async () => {
    await copyText(view.ticket);
    copy.firstChild.dataset.icon = "check";
    say(copied, t("Copied"));
    setTimeout(() => { copy.firstChild.dataset.icon = "content_copy"; say(copied, ""); }, 1500);
  });
  view.overall = el("div", {}, view.mark, el("div", { class: "words" }, view.title, view.said), copy);
  view.list = el("ul", {});
  parentElement.append(el("div", { class: "root" }, view.overall, view.list));
  return view;
}

function refreshPart(view, part) {
  const signature = JSON.stringify(part);
  const known = view.parts.get(part.name);
  if (known?.signature === signature) return;
  const row = buildPart(part);
  row.signature = signature;
  view.parts.set(part.name, row);
}

function buildPart(part) {
  const badge = el("span", {});
  dress(badge, part.mark);
  const more = part.href ? el("a", { class: "act", href: part.href, "aria-label": t("Open {what}", { what: part.title }), onclick: (event) => follow(event, part.href) }, t("Open")) : null;
  return el(
    "li",
    { "data-name": part.name },
    el("h3", {}, part.title),
    el("div", { class: "state" }, badge, part.since ? el("span", { class: "since", title: part.moment }, part.since) : null),
    el("div", { class: "words" }, el("p", {}, part.said), part.remedy ? el("p", { class: "remedy" }, icon("build"), el("span", {}, part.remedy)) : null),
    more,
  );
}
