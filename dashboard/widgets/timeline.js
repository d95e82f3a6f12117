// What happened to a receipt, oldest first: attempts, their stages, how each ended.

export default function (component) {
  drawWhereChanged(component, (data) => el("ol", { class: "root timeline" }, ...data.events.map(buildEvent)));
}

function buildEvent(event) {
  return el("li", { class: `event ${event.colour}${event.minor ? " minor" : ""}` },
    el("span", { class: "dot" }, icon(event.icon, event.spins)),
    el("div", { class: "words" },
      el("span", { class: "what" }, event.what),
      event.detail ? el("span", { class: "detail" }, event.detail) : null,
      event.code ? el("code", {}, event.code) : null),
    el("span", { class: "when" },
      event.took ? el("span", { class: "number took" }, event.took) : null,
      el("time", { class: "number", title: event.moment }, event.clock)));
}
