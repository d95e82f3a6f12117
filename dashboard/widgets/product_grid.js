// Products as a grid of pictures or as a dense list. What is selected is known here and, by
// name, to the page when something is to be done with it.

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const board = parentElement.board ?? (parentElement.board = startBoard(parentElement));
  board.send = (act, ids) => setTriggerValue("act", { act, ids, at: Date.now() });
  if (board.round !== data.round) {
    board.round = data.round;
    board.chosen.clear();
  }
  board.rows = data.rows;
  board.bar.remove.hidden = !data.mayDelete;
  board.list.className = data.view === "list" ? "products rows" : "products cards";
  arrange(board.list, data.rows.map((row) => keepProduct(board, row)));
  showChosen(board);
}

function startBoard(parentElement) {
  const board = { chosen: new Set(), items: new Map(), last: null, rows: [] };
  board.list = el("ul", { class: "products cards", "aria-label": t("Products") });
  board.bar = buildBar(board);
  parentElement.append(el("div", { class: "root" }, board.list, board.bar.node));
  return board;
}

function keepProduct(board, row) {
  const signature = JSON.stringify(row);
  const kept = board.items.get(row.id);
  if (kept?.signature === signature) return kept.node;
  const item = buildProduct(board, row);
  board.items.set(row.id, { ...item, signature });
  return item.node;
}

function buildProduct(board, row) {
  const box = el("input", { type: "checkbox", "aria-label": t("Select {name}", { name: row.name }),
    onclick: (event) => choose(board, row.id, event) });
  const frame = el("span", { class: "frame" });
  thumbnail(frame, row.thumbnail, "image");
  const link = el("a", { class: "name", href: row.href, title: row.name, onclick: (event) => follow(event, row.href) }, row.name);
  const node = el("li", { class: "product", "data-id": row.id },
    el("label", { class: "box" }, box),
    frame,
    el("div", { class: "words" },
      link,
      el("span", { class: "code" }, row.productId),
      el("span", { class: "facts" }, ...row.facts.map((fact) => el("span", { class: "fact", title: `${fact.label}: ${fact.value}` }, fact.value))),
      el("span", { class: "foot" },
        el("span", { class: row.category ? "category" : "category none" }, row.category ?? t("No category")),
        row.footprint ? el("span", { class: "footprint", title: row.footprint }, icon("eco"), el("span", { class: "unseen" }, row.footprint)) : null,
        el("span", { class: row.price ? "price number" : "price none" }, row.price ?? "–")),
      el("time", { class: "ago", title: row.moment }, row.ago)));
  return { node, box };
}

function choose(board, id, event) {
  const marks = event.target.checked;
  const ids = board.rows.map((row) => row.id);
  const [from, to] = [ids.indexOf(event.shiftKey ? board.last ?? id : id), ids.indexOf(id)];
  const start = from < 0 ? to : Math.min(from, to);
  for (const one of ids.slice(start, Math.max(from, to) + 1)) {
    if (marks) board.chosen.add(one);
    else board.chosen.delete(one);
  }
  board.last = id;
  showChosen(board);
}

function showChosen(board) {
  for (const row of board.rows) {
    const item = board.items.get(row.id);
    item.box.checked = board.chosen.has(row.id);
    item.node.classList.toggle("chosen", item.box.checked);
  }
  const count = board.chosen.size;
  board.list.classList.toggle("choosing", count > 0);
  board.bar.node.hidden = count === 0;
  say(board.bar.words, tn("{n} selected", "{n} selected", count));
}

function buildBar(board) {
  const act = (label, run, name = "") => el("button", { type: "button", class: `act ${name}`, onclick: run }, label);
  const words = el("span", { class: "count number", role: "status" });
  const ask = (name) => () => board.send(name, [...board.chosen]);
  const remove = act(t("Delete"), ask("delete"), "danger");
  const node = el("div", { class: "bar", role: "toolbar", "aria-label": t("Selected products") }, words,
    act(t("Select all shown"), () => {
      board.rows.forEach((row) => board.chosen.add(row.id));
      showChosen(board);
    }, "all"),
    act(t("Search like these"), ask("like")),
    remove,
    act(t("Clear selection"), () => {
      board.chosen.clear();
      showChosen(board);
    }));
  node.hidden = true;
  node.addEventListener("keydown", (event) => { if (event.key === "Escape") { board.chosen.clear(); showChosen(board); } });
  return { node, words, remove };
}
