// The counter at a glance. Each part is drawn anew only where it changed, and the lines of what
// happened move instead of being replaced, so that a refresh takes no focus and moves nothing.

export default function (component) {
  const { parentElement, data } = component;
  const home = (parentElement.home ??= buildHome(parentElement));
  home.root.classList.toggle("alone", data.needs === null);
  refresh(home.needs, data.needs, buildNeeds);
  refresh(home.today, data.today, buildToday);
  refresh(home.days, data.days, buildDays);
  showLive(home, data.live);
}

function buildHome(parentElement) {
  const [needs, today, days] = ["needs", "today", "days"].map((name) => el("section", { class: name }));
  const lines = el("ol", { class: "lines" });
  const quiet = el("p", { class: "quiet" }, t("Nothing has happened yet."));
  const live = el("section", { class: "live" }, el("h2", {}, t("Just now")), lines, quiet);
  const root = el("div", { class: "root home" }, needs, today, days, live);
  parentElement.append(root);
  return { root, needs, today, days, lines, quiet, known: new Map() };
}

function refresh(section, data, build) {
  const signature = JSON.stringify(data);
  if (section.signature === signature) return;
  section.signature = signature;
  section.hidden = data === null;
  if (data !== null) section.replaceChildren(...build(data));
}

function buildNeeds(rows) {
  if (rows.length === 0) {
    const calm = el("div", { class: "calm green" }, icon("check_circle"), el("div", {}, el("h2", {}, t("Nothing needs you")), el("p", {}, t("What was handed over is read, and nothing stands still."))));
    return [calm];
  }
  return [el("h2", {}, t("Needs you")), el("ul", {}, ...rows.map(buildNeed))];
}

function buildNeed(row) {
  const words = el("span", { class: "words" }, el("span", { class: "title" }, row.title), el("span", { class: "said" }, row.said));
  const mark = el("span", { class: `mark ${row.colour}` }, icon(row.icon));
  return el("li", {}, el("a", { class: "need", href: row.href, onclick: (event) => follow(event, row.href) }, mark, words, icon("chevron_right")));
}

function buildToday(today) {
  const figures = today.figures.map((one) => el("div", { class: "figure" }, el("dt", {}, one.label), el("dd", { class: "value" }, one.value), el("dd", { class: "before" }, one.trend ? icon(`trending_${one.trend}`) : null, one.before)));
  return [el("header", {}, el("h2", {}, t("Today")), el("p", {}, today.beside)), el("dl", {}, ...figures)];
}

function buildDays(data) {
  const top = Math.max(1, ...data.days.map((day) => day.completed + day.failed));
  const bars = data.days.map((day) => buildBar(day, top));
  const failed = data.failed ? el("span", { class: "red key" }, icon("cancel"), data.failed) : null;
  return [el("header", {}, el("h2", {}, t("Last 14 days")), el("p", {}, data.said, failed)), el("ol", { class: "chart" }, ...bars)];
}

function buildBar(day, top) {
  const share = (count) => `--share:${count / top}`;
  const bar = el("span", { class: "bar", "aria-hidden": "true" }, el("span", { class: "failed", style: share(day.failed) }), el("span", { class: "done", style: share(day.completed) }));
  const below = el("span", { class: "below", "aria-hidden": "true" }, el("span", {}, day.initial), day.short);
  return el("li", { title: day.whole }, bar, below, el("span", { class: "unseen" }, day.whole));
}

function showLive(home, rows) {
  const known = new Map(rows.map((row) => [row.key, home.known.get(row.key) ?? buildLine(row)]));
  rows.forEach((row) => refreshLine(known.get(row.key), row));
  arrange(home.lines, rows.map((row) => known.get(row.key)));
  home.known = known;
  home.quiet.hidden = rows.length > 0;
}

function buildLine(row) {
  const link = el("a", { href: row.href, onclick: (event) => follow(event, row.href) }, el("span", { class: `mark ${row.colour}` }, icon(row.icon)), el("span", { class: "words" }, el("span", { class: "title" }), el("span", { class: "said" })), el("time", {}));
  return el("li", {}, link);
}

function refreshLine(line, row) {
  say(line.querySelector(".title"), row.subject);
  say(line.querySelector(".said"), row.said);
  const time = line.querySelector("time");
  say(time, row.ago);
  if (time.title !== row.moment) time.title = row.moment;
}
