// The rail of filters: how many products have which category or attribute, prices, pictures.
// A click asks the page for it; what is set stands in the address.

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const send = (change) => setTriggerValue("change", { ...change, at: Date.now() });
  const signature = JSON.stringify(data);
  if (parentElement.signature === signature) return;
  parentElement.signature = signature;
  const wasOpen = parentElement.drawn?.querySelector("details.rail")?.open ?? false;
  const focused = parentElement.drawn?.querySelector(":focus")?.dataset.key;
  parentElement.drawn?.remove();
  parentElement.drawn = buildRail(data, send, wasOpen);
  parentElement.append(parentElement.drawn);
  if (focused) parentElement.drawn.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function buildRail(data, send, wasOpen) {
  const wide = window.matchMedia("(min-width: 60.01rem)").matches;
  const rail = el("details", { class: "rail", open: wide || wasOpen },
    el("summary", {}, icon("tune"), data.used ? t("Filters ({n})", { n: data.used }) : t("Filters")),
    el("div", { class: "groups" },
      data.used ? el("button", { type: "button", class: "act clear", "data-key": "clear", onclick: () => send({ clear: true }) }, t("Clear filters")) : null,
      ...data.groups.map((group) => buildGroup(group, send)),
      buildPrice(data.price, send)));
  return el("div", { class: "root" }, rail);
}

function buildGroup(group, send) {
  const many = group.values.length > group.shown;
  const list = el("ul", {}, ...group.values.map((value, index) => el("li", { hidden: index >= group.shown && !value.active }, buildValue(group, value, send))));
  const more = many ? el("button", { type: "button", class: "more", onclick: (event) => {
    list.querySelectorAll("[hidden]").forEach((item) => { item.hidden = false; });
    event.target.remove();
  } }, tn("{n} more", "{n} more", group.values.length - group.shown)) : null;
  return el("fieldset", {}, el("legend", {}, group.label), list, more);
}

function buildValue(group, value, send) {
  const box = el("input", { type: "checkbox", checked: value.active, "data-key": `${group.key}:${value.value}`,
    onchange: () => send({ key: group.key, value: value.value, on: box.checked }) });
  return el("label", { class: "value" }, box, el("span", { class: "text", title: value.label }, value.label),
    value.count === null ? null : el("span", { class: "number count" }, value.count));
}

function buildPrice(price, send) {
  const field = (name, label, hint, value) => el("input", { type: "number", min: "0", step: "any", inputmode: "decimal",
    placeholder: hint, "aria-label": label, value, "data-key": name,
    onchange: (event) => send({ key: name, value: event.target.value }) });
  return el("fieldset", {}, el("legend", {}, t("Price")),
    el("div", { class: "range" }, field("min", t("Price from"), t("From"), price.min), el("span", {}, "–"), field("max", t("Price to"), t("To"), price.max)));
}
