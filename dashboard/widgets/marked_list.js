// Values or lines of text that belong to places on the picture; each lights the other.

export default function (component) {
  const { parentElement, data } = component;
  const signature = JSON.stringify(data);
  if (parentElement.signature !== signature) {
    parentElement.signature = signature;
    parentElement.list?.remove();
    parentElement.list = data.layout === "lines" ? buildText(data) : buildFields(data);
    parentElement.append(parentElement.list);
  }
  const onMark = (event) => answerMark(parentElement.list, data.scope, event.detail);
  window.addEventListener("comptoir-mark", onMark);
  return () => window.removeEventListener("comptoir-mark", onMark);
}

function buildFields(data) {
  return el("ul", { class: "root fields", "aria-label": t("Values") }, ...data.items.map((item) => el("li", {},
    attach(el("button", { type: "button", class: `item ${item.state.colour}`, "data-id": item.id,
      title: item.box ? null : t("Not marked on the picture") },
      el("span", { class: "label" }, item.label),
      el("span", { class: item.value ? "value" : "value missing" }, item.value ?? t("Not found")),
      item.confidence ? meter(item.confidence) : el("span", { class: "meter" }, icon(item.state.icon),
        el("span", {}, item.state.label)),
    ), data.scope, item))));
}

function buildText(data) {
  const copy = el("button", { type: "button", class: "act copy", onclick: async () => {
    await copyText(data.items.map((item) => item.value).join("\n"));
    say(copy, t("Copied"));
    setTimeout(() => say(copy, t("Copy text")), 1500);
  } }, t("Copy text"));
  const lines = data.items.map((item) => attach(
    el("div", { class: "line", "data-id": item.id, title: item.confidence.says }, item.value),
    data.scope, item));
  return el("div", { class: "root text" }, copy, el("div", { class: "lines", tabindex: "0", role: "region", "aria-label": t("Text as it was read") }, ...lines));
}

function attach(node, scope, item) {
  const tell = (kind) => () => window.dispatchEvent(new CustomEvent("comptoir-mark", {
    detail: { scope, from: "list", kind, id: item.id, page: item.page, box: item.box },
  }));
  node.addEventListener("pointerenter", tell("hover"));
  node.addEventListener("pointerleave", tell("leave"));
  node.addEventListener("focus", tell("hover"));
  node.addEventListener("blur", tell("leave"));
  node.addEventListener("click", tell("select"));
  return node;
}

function answerMark(list, scope, mark) {
  if (mark.scope !== scope) return;
  for (const node of list.querySelectorAll("[data-id]")) {
    const meant = node.dataset.id === mark.id;
    node.classList.toggle("lit", meant && mark.kind !== "leave");
    if (mark.kind !== "select") continue;
    node.classList.toggle("selected", meant);
    if (meant && mark.from === "picture") {
      node.scrollIntoView({ block: "nearest", behavior: "smooth" });
      node.focus({ preventScroll: true });
    }
  }
}
