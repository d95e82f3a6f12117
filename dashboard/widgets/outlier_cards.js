// Products that look misplaced: where each is, what it looks like, and the two answers.

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const board = parentElement.board ?? (parentElement.board = startOutliers(parentElement));
  board.send = (act, row) => setTriggerValue("act", { act, id: row.id, category: row.looksLike, at: Date.now() });
  arrange(board.list, data.rows.map((row) => keepOutlier(board, { ...row, mayDecide: data.mayDecide })));
}

function startOutliers(parentElement) {
  const list = el("ul", { class: "outliers", "aria-label": t("Products that look misplaced") });
  parentElement.append(el("div", { class: "root" }, list));
  return { list, cards: new Map() };
}

function keepOutlier(board, row) {
  const signature = JSON.stringify(row);
  const kept = board.cards.get(row.id);
  if (kept?.signature === signature) return kept.node;
  const node = buildOutlier(board, row);
  board.cards.set(row.id, { node, signature });
  return node;
}

function buildOutlier(board, row) {
  const frame = el("span", { class: "frame" });
  thumbnail(frame, row.thumbnail, "image");
  const badge = el("span");
  dress(badge, row.state);
  const button = (label, act, look) => el("button", { type: "button", class: `act ${look}`,
    "aria-label": t("{act}: {name}", { act: label, name: row.name }), onclick: () => board.send(act, row) }, label);
  return el("li", { class: "outlier", "data-id": row.id },
    frame,
    el("div", { class: "words" },
      badge,
      el("a", { class: "name", href: row.href, onclick: (event) => follow(event, row.href) }, row.name),
      el("span", { class: "code" }, row.productId),
      el("span", { class: "move" },
        el("span", { class: "from" }, el("span", { class: "unseen" }, t("Now in:"), " "), row.category), icon("arrow_forward"),
        el("span", { class: "unseen" }, " ", t("looks like:"), " "), el("span", { class: "to" }, row.looksLike)),
      row.mayDecide ? el("div", { class: "acts" },
        button(t("Move to {category}", { category: row.looksLike }), "move", "main"),
        button(t("It belongs here"), "right", "")) : null));
}
