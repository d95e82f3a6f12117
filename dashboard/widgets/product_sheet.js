// One product: its picture large, and everything that is said of it.

export default function (component) {
  drawWhereChanged(component, (data) => el("div", { class: "root sheet" },
    buildPicture(data),
    el("div", { class: "line" },
      el("span", { class: data.category ? "category" : "category none" }, data.category ?? t("No category")),
      el("span", { class: data.price ? "price number" : "price none" }, data.price ?? t("No price"))),
    data.description ? el("p", { class: "description" }, data.description) : null,
    el("dl", { class: "facts" }, ...data.facts.map(buildFact))));
}

function buildPicture(data) {
  if (!data.picture) return el("div", { class: "frame empty" }, icon("image_not_supported"), el("span", {}, t("No picture")));
  const image = el("img", { src: data.picture, alt: data.name, decoding: "async" });
  return el("a", { class: "frame", href: data.picture, target: "_blank", rel: "noopener", title: t("Open the whole picture") }, image);
}
