// The picture of the product whose dot is under the pointer, beside Plotly's own label.

export default function (component) {
  const { parentElement } = component;
  if (!parentElement.card) {
    parentElement.card = el("img", { class: "glance", alt: "" });
    parentElement.card.hidden = true;
    parentElement.card.addEventListener("error", () => { parentElement.card.hidden = true; });
    parentElement.append(parentElement.card);
  }
  watch(parentElement.card, 0);
  return () => window.clearTimeout(parentElement.waiting);
}

function watch(card, tries) {
  const plot = document.querySelector(".st-key-map-plot .js-plotly-plot");
  if (!plot?.on) {
    // Plotly's script is fetched when a page first needs it.
    if (tries < 100) window.setTimeout(() => watch(card, tries + 1), 100);
    return;
  }
  if (plot.glance === card) return;
  plot.glance = card;
  plot.on("plotly_hover", (event) => show(card, plot, event));
  plot.on("plotly_unhover", () => { card.hidden = true; });
}

function show(card, plot, { points, event }) {
  const id = points?.[0]?.customdata?.[0];
  if (!id) return;
  const source = `/api/v1/products/${encodeURIComponent(id)}/thumbnail`;
  if (card.getAttribute("src") !== source) card.src = source;
  const left = event.clientX > window.innerWidth - 200 ? event.clientX - 152 : event.clientX + 16;
  const top = event.clientY > window.innerHeight - 200 ? event.clientY - 170 : event.clientY + 28;
  card.style.left = `${left}px`;
  card.style.top = `${top}px`;
  card.hidden = false;
}
