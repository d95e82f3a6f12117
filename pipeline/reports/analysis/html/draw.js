"use strict";
(async () => {
  const content = JSON.parse(document.getElementById("charts").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  // Paper is light whatever the screen is.
  const paper = matchMedia("print");

  // Shapes name their colours; the theme that the reader sees says what they are.
  const coloured = (value, colours) => {
    if (typeof value === "string" && value.startsWith("@")) return colours[value.slice(1)];
    if (Array.isArray(value)) return value.map((one) => coloured(one, colours));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, coloured(one, colours)]),
    );
  };

  const draw = (box) => {
    const theme = content.themes[dark.matches && !paper.matches ? "dark" : "light"];
    const figure = content.figures[Number(box.dataset.chart)];
    const shapes = coloured(figure.shapes, theme.colours);
    const data = figure.data.map((trace, at) => ({ ...trace, ...shapes[at] }));
    const layout = { ...figure.layout, template: { layout: theme.layout } };
    return Plotly.react(box, data, layout, { displayModeBar: false, responsive: true });
  };

  const unpack = async (id) => {
    const packed = Uint8Array.from(atob(document.getElementById(id).textContent), (letter) =>
      letter.charCodeAt(0),
    );
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  };

  // The policy knows the unpacked script by its hash, and no other.
  const script = document.createElement("script");
  script.textContent = await unpack("plotly");
  document.head.append(script);

  const boxes = [...document.querySelectorAll("[data-chart]")];
  const drawAll = () => Promise.all(boxes.map(draw));
  dark.addEventListener("change", drawAll);
  paper.addEventListener("change", drawAll);
  await drawAll();
  document.documentElement.dataset.drawn = "yes";
})().catch((error) => {
  // The tables say the same; show them where an old browser cannot draw.
  document.documentElement.dataset.drawn = "no";
  document.querySelectorAll("figure details").forEach((one) => (one.open = true));
  console.warn(error);
});
