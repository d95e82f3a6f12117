// The batch as cards. Cards are kept by id and changed in place, so nothing jumps or flickers.

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const board = parentElement.board ?? (parentElement.board = startBoard(parentElement));
  board.send = (act, id) => setTriggerValue("act", { act, id, at: Date.now() });
  showCards(board, data.rows);
}

function startBoard(parentElement) {
  const list = el("ul", { class: "cards root" });
  parentElement.append(list);
  return { list, cards: new Map() };
}

function showCards(board, rows) {
  const nodes = rows.map((row) => {
    if (!board.cards.has(row.id)) board.cards.set(row.id, buildCard(row.id));
    const card = board.cards.get(row.id);
    showRow(board, card, row);
    return card.node;
  });
  arrange(board.list, nodes);
}

function buildCard(id) {
  const part = (tag, name) => el(tag, { class: name });
  const card = {
    frame: part("div", "frame"),
    badge: part("span", "badge"),
    ago: part("time", "ago"),
    title: part("span", "title-text"),
    total: part("span", "total number"),
    day: part("span", "day"),
    file: part("span", "file"),
    confidence: part("span", "confidence"),
    note: part("p", "note"),
    bar: el("div", { class: "bar", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100" }, el("i")),
    wait: part("span", "wait number"),
    acts: part("span", "acts"),
  };
  card.link = el("a", { class: "title", onclick: (event) => follow(event, card.link.href) }, card.title);
  card.node = el("li", { class: "card", "data-id": id },
    card.frame,
    el("div", { class: "body" },
      el("div", { class: "top" }, card.badge, card.ago),
      card.link,
      el("div", { class: "sub" }, card.day, card.file),
      card.note,
      card.bar,
      el("div", { class: "foot" }, card.confidence, card.wait, card.acts, card.total)));
  return card;
}

function showRow(board, card, row) {
  card.node.dataset.state = row.state.name;
  thumbnail(card.frame, row.thumbnail, row.state.name === "failed" ? "broken_image" : "receipt_long");
  dress(card.badge, row.state);
  say(card.ago, row.ago);
  card.ago.title = row.moment;
  card.link.href = row.href;
  say(card.title, row.finished ? row.merchant ?? t("Merchant not found") : row.file);
  card.title.classList.toggle("missing", row.finished && !row.merchant);
  say(card.total, row.finished ? row.total ?? t("No total") : "");
  card.total.classList.toggle("missing", !row.total);
  say(card.day, row.finished ? row.day ?? t("No date") : "");
  say(card.file, row.finished ? row.file : "");
  say(card.note, row.note);
  showProgress(card, row);
  showConfidence(card, row.confidence);
  showActs(board, card, row);
}

function showProgress(card, row) {
  card.bar.hidden = row.progress === null;
  card.bar.firstChild.style.width = `${row.progress ?? 0}%`;
  card.bar.setAttribute("aria-valuenow", row.progress ?? 0);
  card.bar.setAttribute("aria-label", t("{file}: {state}", { file: row.file, state: row.state.label }));
  say(card.wait, row.wait);
}

function showConfidence(card, confidence) {
  card.confidence.hidden = !confidence;
  if (!confidence || card.confidence.dataset.text === confidence.text) return;
  card.confidence.dataset.text = confidence.text;
  card.confidence.replaceChildren(meter(confidence));
}

function showActs(board, card, row) {
  const signature = row.acts.map((one) => `${one.act} ${one.href ?? ""}`).join(" ");
  if (card.acts.dataset.signature === signature) return;
  card.acts.dataset.signature = signature;
  card.acts.replaceChildren(...row.acts.map((one) => actOf(row, one, board.send)));
}
