// Where one is on the way from a file to products.

export default function (component) {
  drawWhereChanged(component, (data) => el("ol", { class: "root steps", "aria-label": t("Steps of the import") }, ...data.steps.map((step, index) =>
    el("li", { class: step.state, "aria-current": step.state === "now" ? "step" : null },
      el("span", { class: "mark" }, step.state === "done" ? icon("check") : `${index + 1}`),
      step.href ? el("a", { href: step.href, onclick: (event) => follow(event, step.href) }, step.label) : el("span", {}, step.label)))));
}
