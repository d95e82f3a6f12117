// Label and value pairs.

export default function (component) {
  drawWhereChanged(component, (data) => el("dl", { class: "root facts" }, ...data.facts.map(buildFact)));
}
