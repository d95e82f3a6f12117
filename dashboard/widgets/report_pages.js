// The first pages of a report as pictures: turn them with the arrows, here or on the keyboard.

export default function (component) {
  drawWhereChanged(component, buildViewer);
}

function buildViewer(data) {
  const view = { at: 0, data, image: el("img", { decoding: "async" }), count: el("span", { class: "count number", role: "status" }) };
  const tool = (name, label, by) => el("button", { type: "button", class: "tool", "aria-label": label, title: label, onclick: () => turn(view, view.at + by) }, icon(name));
  view.back = tool("chevron_left", t("Page before"), -1);
  view.on = tool("chevron_right", t("Next page"), 1);
  const paper = el("div", { class: "paper", tabindex: "0", role: "group", "aria-label": t("First pages of {title}", { title: data.title }), onkeydown: (event) => answerKey(view, event) }, view.image);
  view.thumbs = el("div", { class: "thumbs" }, ...data.pages.map((page, index) =>
    el("button", { type: "button", class: "thumb", "aria-label": t("Page {number}", { number: index + 1 }), onclick: () => turn(view, index) }, el("img", { src: page, alt: "", decoding: "async" }))));
  const several = data.pages.length > 1;
  view.node = el("div", { class: "root viewer" }, paper,
    el("div", { class: "tools" }, several ? view.back : null, view.count, several ? view.on : null), several ? view.thumbs : null);
  turn(view, 0);
  return view.node;
}

function answerKey(view, event) {
  const to = { ArrowLeft: view.at - 1, ArrowRight: view.at + 1, Home: 0, End: view.data.pages.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  turn(view, to);
}

function turn(view, to) {
  view.at = Math.max(0, Math.min(to, view.data.pages.length - 1));
  view.image.src = view.data.pages[view.at];
  view.image.alt = t("Page {number} of {title}", { number: view.at + 1, title: view.data.title });
  say(view.count, t("Page {number} of {count}", { number: view.at + 1, count: view.data.total }));
  view.back.disabled = view.at === 0;
  view.on.disabled = view.at === view.data.pages.length - 1;
  [...view.thumbs.children].forEach((thumb, index) => {
    if (index === view.at) thumb.setAttribute("aria-current", "true");
    else thumb.removeAttribute("aria-current");
  });
}
