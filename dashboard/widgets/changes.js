// One change of a receipt: what, from what to what, why, who and when.

function buildChange(change) {
  return el("li", {},
    el("span", { class: "change-what" }, change.what,
      change.before === null ? null : el("del", {}, change.before), change.after === null ? null : el("ins", {}, change.after)),
    change.reason ? el("span", { class: "quiet" }, `“${change.reason}”`) : null,
    el("span", { class: "quiet change-who" }, change.actor, " · ", el("time", { title: change.moment }, change.ago)));
}
