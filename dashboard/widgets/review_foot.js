// Below the form: what the receipt weighs, how it scores, who changed what.

function buildFoot() {
  const foot = { footprint: el("div", { class: "footprint" }), history: el("ol", { class: "changes" }) };
  foot.count = el("span", { class: "quiet" });
  foot.node = el("section", { "aria-label": t("Footprint and history") },
    el("div", { class: "section-head" }, el("h3", {}, t("Footprint"))), foot.footprint,
    el("details", { class: "history" }, el("summary", {}, el("span", {}, t("History")), foot.count), foot.history));
  return foot;
}

function showFoot(foot, data) {
  const { footprint } = data;
  foot.footprint.replaceChildren(
    el("div", { class: "figure" }, el("span", { class: "figure-value number" }, footprint.kg), el("span", { class: "quiet" }, footprint.range)),
    el("div", { class: "figure" }, el("span", { class: "figure-value number" }, footprint.coverage), el("span", { class: "quiet" }, footprint.covers)),
    el("div", { class: "figure", title: footprint.scoreHelp },
      el("span", { class: "figure-value number" }, footprint.score, footprint.grade ? grade(footprint.grade, footprint.scoreHelp) : ""),
      el("span", { class: "quiet" }, t("LCA score (Eco-Score method)"))));
  say(foot.count, data.history.length ? data.history.length.toLocaleString(LOCALE) : t("no changes"));
  foot.history.replaceChildren(...data.history.map(buildChange));
}
