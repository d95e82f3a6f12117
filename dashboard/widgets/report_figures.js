// Key figures, each with how it changed. More is neither good nor bad, so no colour judges it.

export default function (component) {
  drawWhereChanged(component, (data) => el("dl", { class: "root figures" }, ...data.figures.map((figure) =>
    el("div", { title: figure.hover || null },
      el("dt", {}, figure.label),
      el("dd", { class: "number value" }, figure.value),
      figure.change ? el("dd", { class: "number change" }, figure.icon ? icon(figure.icon) : null, figure.change, el("span", { class: "unseen" }, `, ${figure.hover}`)) : null))));
}
