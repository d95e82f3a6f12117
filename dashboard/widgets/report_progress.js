// One report in the making, by itself.

export default function (component) {
  const { parentElement, data } = component;
  if (!parentElement.live) {
    parentElement.live = buildLive();
    parentElement.append(el("div", { class: "root" }, parentElement.live.node));
  }
  showLive(parentElement.live, data.live, data.title);
}
