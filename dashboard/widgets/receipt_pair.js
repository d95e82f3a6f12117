// Two receipts next to one another: their pictures, and their values with what differs marked.

export default function (component) {
  drawWhereChanged(component, buildPair);
}

function buildPair({ sides, rows }) {
  return el("div", { class: "root pair" },
    el("table", {},
      el("caption", { class: "unseen" }, t("Both receipts, value by value")),
      el("thead", {}, el("tr", {}, el("th", {}, el("span", { class: "unseen" }, t("Value"))),
        ...sides.map((side) => el("th", { scope: "col" }, el("a", { href: side.href, target: "_blank", title: t("Open it in a new tab") },
          el("span", { class: "side-name" }, side.name), el("span", { class: "quiet" }, side.ago)))))),
      el("tbody", {},
        el("tr", { class: "pictures" }, el("th", { scope: "row" }, el("span", { class: "unseen" }, t("Picture"))),
          ...sides.map((side) => el("td", {}, side.picture ? el("img", { src: side.picture, alt: t("First page of {file}", { file: side.name }) }) : icon("receipt_long")))),
        ...rows.map((row) => el("tr", { class: row.differs ? "differs" : null },
          el("th", { scope: "row" }, row.label),
          ...row.values.map((value) => el("td", {}, row.differs ? icon("difference") : null, value ?? t("Not found"),
            row.differs ? el("span", { class: "unseen" }, t(" (differs)")) : null)))))));
}
