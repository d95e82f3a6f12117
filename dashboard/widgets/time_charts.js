// Small diagrams over time: counts as stacked bars, durations as lines on a logarithmic scale.
// Drawn by ourselves: a diagram library alone would take the browser longer than all of the page.

const HEIGHT = 200;
const EDGE = { top: 8, right: 8, bottom: 22, left: 46 };
const SVG = "http://www.w3.org/2000/svg";

export default function (component) {
  const { parentElement } = component;
  drawWhereChanged(component, ({ charts }) => el("div", { class: "root charts" }, ...charts.map(buildChart)));
  // Points and labels keep their size, whatever the width: it is drawn anew for another one.
  parentElement.watch ??= new ResizeObserver(() => {
    parentElement.drawn?.querySelectorAll(".plot").forEach((plot) => plot.redraw());
  });
  parentElement.watch.disconnect();
  parentElement.watch.observe(parentElement.drawn);
  return () => parentElement.watch.disconnect();
}

function buildChart(chart) {
  const plot = el("div", { class: "plot", tabindex: "0", role: "img", "aria-label": `${chart.title}: ${chart.says}` });
  const tip = el("div", { class: "tip", hidden: true });
  plot.redraw = () => {
    if (plot.clientWidth) plot.replaceChildren(drawPlot(chart, plot.clientWidth), tip);
  };
  plot.addEventListener("pointermove", (event) => point(plot, tip, chart, placeOf(plot, chart, event.clientX)));
  plot.addEventListener("pointerleave", () => unpoint(plot, tip));
  plot.addEventListener("keydown", (event) => stepBy(plot, tip, chart, event));
  plot.addEventListener("blur", () => unpoint(plot, tip));
  return el("figure", {}, el("figcaption", {}, el("strong", {}, chart.title), buildLegend(chart)), plot);
}

function buildLegend(chart) {
  return el("span", { class: "legend" }, ...chart.series.map((one) =>
    el("span", { class: `key ${one.tone}` }, el("span", { class: "mark", "aria-hidden": "true" }), one.name)));
}

function drawPlot(chart, width) {
  const svg = svgNode("svg", { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, "aria-hidden": "true" });
  const x = acrossOf(chart, width);
  const y = (share) => HEIGHT - EDGE.bottom - share * (HEIGHT - EDGE.top - EDGE.bottom);
  for (const line of chart.lines) {
    svg.append(svgNode("line", { class: "grid", x1: EDGE.left, x2: width - EDGE.right, y1: y(line.share), y2: y(line.share) }),
      svgText(line.label, { class: "down", x: EDGE.left - 6, y: y(line.share) + 4, "text-anchor": "end" }));
  }
  for (const [label, anchor, at] of ticksOf(chart, width, x)) {
    svg.append(svgText(label, { class: "across", x: at, y: HEIGHT - 5, "text-anchor": anchor }));
  }
  svg.append(svgNode("line", { class: "here", y1: EDGE.top, y2: HEIGHT - EDGE.bottom, x1: -9, x2: -9 }));
  if (chart.kind === "bars") drawBars(svg, chart, width, x, y);
  else chart.series.forEach((one) => drawLine(svg, one, x, y));
  return svg;
}

function drawBars(svg, chart, width, x, y) {
  const bar = Math.max(1, 0.85 * (width - EDGE.left - EDGE.right) / chart.labels.length);
  chart.labels.forEach((_label, at) => {
    let below = 0;
    for (const one of chart.series) {
      const share = one.shares[at];
      if (share) svg.append(svgNode("rect", { class: `bar ${one.tone}`, x: x(at) - bar / 2, y: y(below + share), width: bar, height: y(below) - y(below + share) }));
      below += share ?? 0;
    }
  });
}

function drawLine(svg, one, x, y) {
  let path = "";
  one.shares.forEach((share, at) => {
    if (share === null) return;
    path += `${at && one.shares[at - 1] !== null ? "L" : "M"}${x(at).toFixed(1)} ${y(share).toFixed(1)}`;
    svg.append(svgNode("circle", { class: `dot ${one.tone}`, cx: x(at), cy: y(share), r: 2 }));
  });
  svg.append(svgNode("path", { class: `line ${one.tone}`, d: path }));
}

/** As many labels below as have room; those at the edges stay inside. */
function ticksOf(chart, width, x) {
  const last = chart.labels.length - 1;
  const wanted = Math.max(2, Math.min(5, Math.floor(width / 80)));
  const places = [...new Set([...Array(wanted).keys()].map((one) => Math.round((one * last) / (wanted - 1))))];
  return places.map((at) => [chart.ticks[at], at === 0 ? "start" : at === last ? "end" : "middle",
    at === 0 ? EDGE.left : at === last ? width - EDGE.right : x(at)]);
}

function acrossOf(chart, width) {
  const step = (width - EDGE.left - EDGE.right) / chart.labels.length;
  return (at) => EDGE.left + step * (at + 0.5);
}

function placeOf(plot, chart, clientX) {
  const box = plot.getBoundingClientRect();
  const share = (clientX - box.left - EDGE.left) / (box.width - EDGE.left - EDGE.right);
  return Math.max(0, Math.min(chart.labels.length - 1, Math.floor(share * chart.labels.length)));
}

function stepBy(plot, tip, chart, event) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const last = chart.labels.length - 1;
  point(plot, tip, chart, Math.max(0, Math.min(last, (plot.at ?? (by > 0 ? -1 : last + 1)) + by)));
}

function point(plot, tip, chart, at) {
  plot.at = at;
  const x = acrossOf(chart, plot.clientWidth)(at);
  const here = plot.querySelector(".here");
  here.setAttribute("x1", x);
  here.setAttribute("x2", x);
  tip.replaceChildren(el("strong", {}, chart.labels[at]), ...chart.series.map((one) =>
    el("span", { class: `key ${one.tone}` }, el("span", { class: "mark" }), `${one.name}: ${one.said[at] ?? "–"}`)));
  tip.hidden = false;
  tip.style.left = `${Math.max(0, Math.min(plot.clientWidth - tip.offsetWidth, x - tip.offsetWidth / 2))}px`;
}

function unpoint(plot, tip) {
  plot.at = undefined;
  tip.hidden = true;
  plot.querySelector(".here")?.setAttribute("x1", -9);
  plot.querySelector(".here")?.setAttribute("x2", -9);
}

function svgNode(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

function svgText(text, attributes) {
  const node = svgNode("text", attributes);
  node.textContent = text;
  return node;
}
