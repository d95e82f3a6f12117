// Results as a grid of pictures. The cut-off hides what is below it while it is moved: everything
// near is there already, so nothing is asked again.

const PRODUCT = "application/x-comptoir-product";
const BASIC = t("The starter model comes with Comptoir and needs no download. It knows everyday things and reads English best; in other languages it finds the very words of your products. A trained CLIP tells finer things apart. An administrator chooses one with COMPTOIR_ENCODER.");

export default function (component) {
  const { parentElement, data } = component;
  const board = parentElement.board ?? (parentElement.board = startBoard(parentElement));
  const signature = JSON.stringify(data);
  if (board.signature === signature) return;
  board.signature = signature;
  board.data = data;
  if (data.isBrowsing) {
    board.browse(data.rows);
    return;
  }
  if (!board.slider.matches(":focus")) board.slider.value = data.cutOff;
  showOrders(board);
  board.notice.hidden = !data.noGoodMatch || data.isLoading || !data.rows.length;
  board.cards = data.rows.map((row) => ({ row, node: keepCard(board, row) }));
  const waiting = data.isLoading ? Array.from({ length: data.rows.length ? 4 : 12 }, () => el("li", { class: "card waiting", "aria-hidden": "true" }, el("span", { class: "frame" }), el("span", { class: "line" }))) : [];
  arrange(board.grid, [...board.cards.map((card) => card.node), ...waiting]);
  showFoot(board);
  applyCutOff(board);
}

function startBoard(parentElement) {
  const board = { kept: new Map(), cards: [] };
  board.count = el("p", { class: "count", role: "status" });
  board.slider = el("input", { type: "range", min: "0", max: "100", step: "1", id: "cut-off", oninput: () => applyCutOff(board), onchange: () => keepCutOff(board) });
  board.cut = el("output", { class: "number cut", for: "cut-off" });
  board.own = el("button", { type: "button", class: "own", onclick: () => ask((params) => params.delete("cut")) }, t("Reset"));
  board.order = el("select", { "aria-label": t("Order"), onchange: () => ask((params) => (board.order.value === "score" ? params.delete("sort") : params.set("sort", board.order.value))) });
  board.notice = el("div", { class: "notice orange", role: "note" }, icon("search_off"), el("div", {}, el("strong", {}, t("No good match.")), " ", t("Nothing in the catalog reaches the cut-off. These come nearest.")));
  board.grid = el("ul", { class: "grid", "aria-label": t("Results") });
  board.foot = el("p", { class: "foot-line" });
  board.pages = el("nav", { class: "pages", "aria-label": t("Pages") });
  const bar = el("div", { class: "bar" }, board.count,
    el("div", { class: "cutter" }, el("label", { for: "cut-off", title: t("Hides what scores less") }, t("Cut-off")), board.slider, board.cut, board.own), board.order);
  board.browse = (rows) => {
    [bar, board.notice, board.pages, board.foot].forEach((part) => { part.hidden = true; });
    arrange(board.grid, rows.map((row) => keepCard(board, row)));
  };
  parentElement.append(el("div", { class: "root" }, bar, board.foot, board.notice, board.grid, board.pages));
  return board;
}

function showOrders(board) {
  if (!board.order.options.length) board.order.append(...board.data.orders.map(([value, label]) => el("option", { value }, label)));
  board.order.value = board.data.sort;
}

/** Hide or dim what is below; where nothing is good, the nearest stay to be looked at. */
function applyCutOff(board) {
  const cut = Number(board.slider.value);
  const { data } = board;
  say(board.cut, (cut / 100).toLocaleString(LOCALE, { style: "percent" }));
  board.own.hidden = data.isOwnCutOff && cut === data.cutOff;
  let good = 0;
  for (const card of board.cards) {
    const isGood = card.row.score >= cut || card.row.isNamed;
    good += isGood;
    card.node.classList.toggle("below", !isGood);
  }
  const none = good === 0;
  board.back.hidden = data.sheet === 1;
  // What comes further down is no better than the last one here.
  board.on.hidden = data.rows.length < data.perSheet || !(good === board.cards.length || data.total > data.sheet * data.perSheet);
  board.pages.hidden = board.back.hidden && board.on.hidden;
  board.grid.classList.toggle("nearest", none);
  board.notice.hidden = !none || data.sheet > 1 || data.isLoading || !data.rows.length;
  say(board.count, describeCount(data, good, cut));
}

/** The server counted for its own cut-off; for another one, only this sheet is known. */
function describeCount(data, good, cut) {
  if (data.isLoading) return t("Loading the model …");
  const seen = good && (data.sheet - 1) * data.perSheet + good;
  const known = cut === data.cutOff && data.total > seen ? data.total : seen;
  if (known === 0) return data.sheet > 1 ? t("No good match on this page") : t("No good match");
  if (cut !== data.cutOff && good === data.perSheet) return tn("{n} match or more", "{n} matches or more", known);
  return tn("{n} match", "{n} matches", known);
}

/** The cut-off goes into the address, so that a reload shows the same; it is no step of the way back. */
function keepCutOff(board) {
  const target = new URL(window.location.href);
  target.searchParams.set("cut", board.slider.value);
  window.history.replaceState(window.history.state, "", target);
  // The page has to hear of it too: it writes the whole address when a filter is set.
  window.dispatchEvent(new PopStateEvent("popstate"));
}

function keepCard(board, row) {
  const signature = JSON.stringify(row);
  const kept = board.kept.get(row.id);
  if (kept?.signature === signature) return kept.node;
  const node = buildCard(row);
  board.kept.set(row.id, { node, signature });
  return node;
}

function buildCard(row) {
  const frame = el("span", { class: "frame" });
  thumbnail(frame, row.thumbnail, "image");
  const link = el("a", { class: "name", href: row.href, title: row.name, onclick: (event) => follow(event, row.href) }, row.name);
  const pull = (side, sign, label) => el("button", { type: "button", class: `pull ${side}`, title: label, "aria-label": t("{act}: {name}", { act: label, name: row.name }), onclick: () => setExample(row.id, side, 1) }, el("span", { "aria-hidden": "true" }, sign), el("span", { class: "pull-text", "aria-hidden": "true" }, side === "like" ? t("More") : t("Less")));
  return el("li", { class: "card", draggable: "true", "data-id": row.id, ondragstart: (event) => event.dataTransfer.setData(PRODUCT, row.id) },
    el("div", { class: "picture" }, frame,
      el("div", { class: "pulls" }, pull("like", "+", t("More like this")), pull("unlike", "−", t("Less like this")))),
    el("div", { class: "words" }, link,
      el("span", { class: "facts" }, row.category ? el("span", {}, row.category) : null, row.price ? el("span", { class: "price number" }, row.price) : null),
      row.percent ? el("span", { class: "found" },
        el("span", { class: "score-bar", "aria-hidden": "true", style: `--share:${row.score / 100}` }),
        el("span", { class: "number score" }, el("span", { class: "unseen" }, t("Score"), " "), row.percent),
        ...row.reasons.map((reason) => el("span", { class: "reason", title: reason.says }, icon(reason.icon), el("span", { class: "unseen" }, reason.says)))) : null));
}

function showFoot(board) {
  const { data } = board;
  const turn = (sheet, label, name) => el("button", { type: "button", class: "act", onclick: () => turnTo(sheet) }, icon(name), label);
  board.back = turn(data.sheet - 1, data.isSorted ? t("Back") : t("Better matches"), "chevron_left");
  board.on = turn(data.sheet + 1, t("Further matches"), "chevron_right");
  board.pages.replaceChildren(board.back, board.on);
  const basic = data.isBasic ? el("details", { class: "basic" }, el("summary", { class: "badge gray" }, t("basic")), el("span", { class: "explained" }, BASIC)) : null;
  board.foot.replaceChildren(icon("neurology"), el("span", {}, data.isLoading ? t("{model} is loaded once after a start", { model: data.model }) : t("Found by {model}", { model: data.model })), ...(basic ? [basic] : []), ...(data.isLoading ? [] : [el("span", { class: "took number" }, t("in {time}", { time: data.took }))]));
}

function turnTo(sheet) {
  const target = new URL(window.location.href);
  if (sheet > 1) target.searchParams.set("sheet", sheet);
  else target.searchParams.delete("sheet");
  goToAddress(target);
}
