// What was bought: each line with its amount, what it is taken for and what that weighs.

export default function (component) {
  drawWhereChanged(component, buildItems);
}

function buildItems(data) {
  const head = (name, css) => el("th", { scope: "col", class: css }, name);
  return el("div", { class: "root items" },
    el("div", { class: "figures" }, ...data.figures.map(buildFigure)),
    data.items.length ? el("table", {},
      el("caption", { class: "unseen" }, t("Lines")),
      el("thead", {}, el("tr", {}, head(t("Line")), head(t("Amount"), "right"), head(t("kg CO2e"), "right"), head(t("Grade"), "right"))),
      el("tbody", {}, ...data.items.map((item) => buildItem(data.scope, item)))) : el("p", { class: "quiet" }, t("No line was found.")),
    data.taxes.length ? el("table", { class: "taxes" },
      el("caption", {}, t("Taxes")),
      el("thead", {}, el("tr", {}, head(t("Rate"), "right"), head(t("Base"), "right"), head(t("Tax"), "right"))),
      el("tbody", {}, ...data.taxes.map((tax) => el("tr", {}, ...tax.map((value) => el("td", { class: "right number" }, value)))))) : null);
}

function buildFigure(figure) {
  return el("div", { class: "figure", title: figure.help },
    el("span", { class: "figure-value number" }, figure.value, figure.grade ? grade(figure.grade, figure.label) : ""),
    el("span", { class: "quiet" }, figure.label));
}

function buildItem(scope, item) {
  const tell = (kind) => () => window.dispatchEvent(new CustomEvent("comptoir-mark", {
    detail: { scope, from: "list", kind, id: item.id, page: item.page, box: item.box },
  }));
  return el("tr", { onpointerenter: tell("hover"), onpointerleave: tell("leave"), onclick: tell("select") },
    el("td", {}, el("span", { class: "name" }, item.description), el("span", { class: "quiet" }, item.detail),
      item.product ? el("a", { class: "product", href: item.product.href, title: item.product.says, onclick: (event) => { event.stopPropagation(); follow(event, item.product.href); } }, icon("inventory_2"), item.product.name) : null),
    el("td", { class: "right number" }, item.amount),
    el("td", { class: "right number", title: item.range }, item.kg ?? el("span", { class: "quiet" }, t("Unknown")),
      item.factor ? el("span", { class: "quiet", title: item.source }, item.factor) : null),
    el("td", { class: "right" }, item.grade ? grade(item.grade, item.scoreSays) : ""));
}
