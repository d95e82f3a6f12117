// How a report is getting on: one bar for the whole, and each part with its own state.

function buildLive() {
  const part = (name, tag = "span") => el(tag, { class: name });
  const live = { fill: el("i"), stage: part("stage"), elapsed: part("elapsed number"), left: part("left number"), parts: part("parts", "ol"), steps: new Map() };
  live.bar = el("div", { class: "bar", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100" }, live.fill);
  live.node = el("div", { class: "progress" }, el("div", { class: "doing" }, live.stage, live.elapsed, live.left), live.bar, live.parts);
  return live;
}

function showLive(live, data, title) {
  live.node.hidden = data === null;
  if (data === null) return;
  say(live.stage, data.stage);
  say(live.elapsed, data.elapsed);
  say(live.left, data.left);
  live.fill.style.width = `${data.progress}%`;
  live.bar.setAttribute("aria-valuenow", data.progress);
  live.bar.setAttribute("aria-label", `${title}: ${data.stage}`);
  arrange(live.parts, data.parts.map((one) => keepStep(live, one)));
}

function keepStep(live, one) {
  const known = live.steps.get(one.name) ?? { node: el("li", { "data-part": one.name }) };
  live.steps.set(one.name, known);
  const signature = JSON.stringify(one);
  if (known.signature === signature) return known.node;
  known.signature = signature;
  known.node.className = `step ${one.state.colour}`;
  known.node.dataset.state = one.state.name;
  known.node.title = one.why ?? one.state.label;
  const share = one.progress ? el("span", { class: "share number" }, `${one.progress}%`) : null;
  known.node.replaceChildren(...[icon(one.state.icon, one.state.spins), el("span", {}, one.label), share, el("span", { class: "unseen" }, `: ${one.why ?? one.state.label}`)].filter(Boolean));
  return known.node;
}
