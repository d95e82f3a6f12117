// Schedules as cards: when in words, the next runs, to whom, and how the last run ended.

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  parentElement.send = (act, id) => setTriggerValue("act", { act, id, at: Date.now() });
  drawWhereChanged(component, () => el("div", { class: "root" }, el("ul", { class: "schedules", "aria-label": t("Schedules") },
    ...data.rows.map((row) => buildSchedule(row, (act) => parentElement.send(act, row.id))))));
}

function buildSchedule(row, send) {
  const badge = el("span");
  dress(badge, row.state);
  const link = row.mayEdit ? el("a", { class: "name", href: row.href, onclick: (event) => follow(event, row.href) }, row.name) : el("span", { class: "name" }, row.name);
  return el("li", { class: "schedule", "data-id": row.id, "data-state": row.state.name },
    el("div", { class: "head" },
      el("div", { class: "top" }, badge, link),
      el("p", { class: "when" }, row.when, el("span", { class: "zone" }, row.zone)),
      row.paused ? el("p", { class: "paused orange" }, icon("pause_circle"), el("span", {}, row.paused)) : null),
    el("dl", { class: "what" },
      pair(t("What"), el("span", {}, `${row.kind.label}, ${row.about}`)),
      pair(t("To"), el("span", { title: row.recipients || null }, row.to)),
      pair(t("Next run"), buildRuns(row.runs)),
      pair(t("Last run"), buildLast(row.last))),
    el("div", { class: "acts" },
      ...row.acts.map((one) => el("button", { class: "act", type: "button", "aria-label": `${one.label} ${row.name}`, onclick: () => send(one.act) }, one.label)),
      row.mayEdit ? el("a", { class: "act", href: row.href, "aria-label": t("Edit {name}", { name: row.name }), onclick: (event) => follow(event, row.href) }, t("Edit")) : null));
}

function pair(label, value) {
  return el("div", {}, el("dt", {}, label), el("dd", {}, value));
}

function buildRuns(runs) {
  if (runs.length === 0) return el("span", { class: "none" }, t("None while paused"));
  const [next, ...later] = runs;
  const hover = [next, ...later].map((run) => run.moment).join("\n");
  return el("span", { title: hover }, el("time", { class: "number" }, next.text), el("span", { class: "in" }, next.in));
}

function buildLast(last) {
  if (!last) return el("span", { class: "none" }, t("Not run yet"));
  const badge = el("span");
  dress(badge, last.state);
  const ago = last.href
    ? el("a", { class: "report", href: last.href, title: last.moment, onclick: (event) => { follow(event, last.href); } }, last.ago)
    : el("time", { title: last.moment }, last.ago);
  return el("span", { class: "last" }, badge, ago);
}
