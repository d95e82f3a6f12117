// Which product of the catalog a line is: shown below what it weighs, changed in a dialog.

function showProduct(desk, row, item, number) {
  const signature = JSON.stringify([item.product, item.isDraft, number, desk.data.productsApi]);
  if (row.productSignature === signature) return;
  row.productSignature = signature;
  row.product.hidden = Boolean(item.isDraft) || (!desk.data.productsApi && !item.product);
  if (row.product.hidden) return;
  const { product } = item;
  const open = el("button", { type: "button", class: "factor", "aria-haspopup": "dialog", onclick: () => openProducts(desk, item, number) },
    product ? null : icon("add_link"),
    el("span", { class: "factor-name" }, product ? t("Change…") : t("Link to a product…")),
    el("span", { class: "unseen" }, " ", t("Product of line {number}", { number })));
  row.product.replaceChildren(...(product ? [icon("inventory_2"),
    el("a", { class: "product-name", href: product.href, onclick: (event) => follow(event, product.href) }, product.name),
    el("span", { class: "quiet" }, product.says)] : []), open);
}

function buildProductDialog(desk) {
  const box = { results: el("div", { class: "results", role: "radiogroup", "aria-label": t("Products") }) };
  box.title = el("h3", { id: "product-title" });
  box.search = el("input", { class: "input", type: "search", id: "product-search", autocomplete: "off", spellcheck: "false", placeholder: t("Name, id or words") });
  box.now = el("p", { class: "quiet" });
  box.problem = el("p", { class: "problem", role: "alert" });
  box.none = el("button", { type: "button", class: "act", onclick: () => sayProduct(desk, box, null) }, t("Not in the catalog"));
  box.found = el("button", { type: "button", class: "act", onclick: () => sayProduct(desk, box, "") }, t("Find it again"));
  const form = el("form", { class: "dialog-form", method: "dialog", novalidate: true }, box.title, box.now,
    el("div", { class: "dialog-row" }, el("label", { for: "product-search" }, t("Search the catalog")), box.search), box.results, box.problem,
    el("p", { class: "quiet" }, t("This is remembered for the same line of this merchant.")),
    el("div", { class: "dialog-acts" },
      el("button", { type: "button", class: "act", onclick: () => box.dialog.close() }, t("Cancel")),
      box.found, box.none, el("button", { type: "submit", class: "act primary" }, t("Use for this line"))));
  box.dialog = el("dialog", { class: "dialog", "aria-labelledby": "product-title" }, form);
  form.addEventListener("submit", (event) => { event.preventDefault(); chooseProduct(desk, box); });
  box.search.addEventListener("input", () => { clearTimeout(box.wait); box.wait = setTimeout(() => searchProducts(desk, box), SEARCH_AFTER_MS); });
  box.search.addEventListener("keydown", (event) => stepIntoProducts(box, event));
  box.dialog.addEventListener("close", () => box.opener?.focus());
  return box;
}

function openProducts(desk, item, number) {
  const box = desk.products;
  Object.assign(box, { item, opener: desk.root.activeElement });
  const line = nameLine(item, number);
  box.title.textContent = t("Which product is “{line}”?", { line });
  box.search.value = "";
  say(box.now, item.product ? t("Now linked to: {product}", { product: item.product.name }) : t("Linked to none."));
  say(box.problem, "");
  box.found.hidden = !item.product?.isChosen;
  box.dialog.showModal();
  box.search.focus();
  searchProducts(desk, box);
}

/** Without words of the person's own, what the line itself may be. */
async function searchProducts(desk, box) {
  const query = box.search.value.trim();
  const asked = query ? { query } : { line: box.item.values.description ?? "" };
  box.asked = query;
  try {
    const answer = await fetch(`${desk.data.productsApi}?${new URLSearchParams({ ...asked, pageSize: 8 })}`);
    const body = await answer.json();
    if (box.asked !== query) return;
    if (!answer.ok) throw new Error(body.error?.message);
    showProducts(box, body.data.items, query);
  } catch {
    if (box.asked === query) box.results.replaceChildren(el("p", { class: "problem" }, t("The catalog cannot be searched just now. Try again in a minute.")));
  }
}

function showProducts(box, products, query) {
  const none = query ? t("Nothing in the catalog matches. Try fewer words.") : t("Nothing in the catalog is like this line. Search for it by its name.");
  if (!products.length) return box.results.replaceChildren(el("p", { class: "quiet" }, none));
  return box.results.replaceChildren(...products.map((product) => el("label", { class: "result" },
    el("input", { type: "radio", name: "product", value: product.productId }),
    el("span", { class: "result-name" }, product.name, el("span", { class: "quiet" }, ` ${product.productId}`)),
    el("span", { class: "number" }, product.footprint ? sayFootprint(product.footprint) : ""),
    el("span", { class: "quiet result-source" }, product.category ?? ""))));
}

function sayFootprint({ kgCO2e, basis }) {
  const unit = basis === "kg" ? t("kg") : t("piece");
  return t("{kg} kg/{unit}", { kg: showMeasure(kgCO2e), unit });
}

function stepIntoProducts(box, event) {
  if (event.key !== "ArrowDown") return;
  event.preventDefault();
  const first = box.results.querySelector("input");
  if (!first) return;
  first.checked = true;
  first.focus();
}

function chooseProduct(desk, box) {
  const chosen = box.results.querySelector("input:checked")?.value;
  if (!chosen) return say(box.problem, t("Choose a product, or say that it is not in the catalog."));
  return sayProduct(desk, box, chosen);
}

async function sayProduct(desk, box, value) {
  await desk.post(`items/${box.item.id}/productId`, value);
  box.dialog.close();
}
