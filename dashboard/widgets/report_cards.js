// Reports as cards: those being made with their parts, the others with their first page. Cards are
// kept by id and changed in place, so nothing jumps or flickers between two polls.

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const board = parentElement.board ?? (parentElement.board = startBoard(parentElement));
  board.send = (act, id) => setTriggerValue("act", { act, id, at: Date.now() });
  const ids = new Set(data.rows.map((row) => row.id));
  for (const id of board.cards.keys()) if (!ids.has(id)) board.cards.delete(id);
  arrange(board.list, data.rows.map((row) => {
    if (!board.cards.has(row.id)) board.cards.set(row.id, buildCard(row.id));
    const card = board.cards.get(row.id);
    showReport(board, card, row);
    return card.node;
  }));
}

function startBoard(parentElement) {
  const list = el("ul", { class: "reports", "aria-label": t("Reports") });
  parentElement.append(el("div", { class: "root" }, list));
  return { list, cards: new Map() };
}

function buildCard(id) {
  const part = (name, tag = "span") => el(tag, { class: name });
  const card = {
    frame: part("frame", "div"), kind: part("kind"), badge: part("badge"), ago: part("ago", "time"), title: part("title-text"),
    days: part("days"), who: part("who"), figures: part("figures", "ul"), note: part("note", "p"), live: buildLive(),
    facts: part("facts"), keeps: part("keeps"), acts: part("acts"),
  };
  card.link = el("a", { class: "title", onclick: (event) => follow(event, card.link.getAttribute("href")) }, card.title);
  card.node = el("li", { class: "report", "data-id": id }, card.frame,
    el("div", { class: "body" },
      el("div", { class: "top" }, card.badge, card.ago),
      card.link,
      el("div", { class: "sub" }, card.kind, card.days, card.who),
      card.figures, card.note, card.live.node,
      el("div", { class: "foot" }, card.facts, card.keeps, card.acts)));
  return card;
}

function showReport(board, card, row) {
  card.node.dataset.state = row.state.name;
  card.node.classList.toggle("live", row.live !== null);
  thumbnail(card.frame, row.picture, row.kind.icon);
  dress(card.badge, row.state);
  say(card.ago, row.ago);
  card.ago.title = row.moment;
  card.link.setAttribute("href", row.href);
  say(card.title, row.title);
  say(card.kind, row.kind.label);
  say(card.days, row.days);
  say(card.who, row.who);
  showList(card.figures, row.figures);
  showNote(card.note, row.note);
  showLive(card.live, row.live, row.title);
  say(card.facts, row.facts.join(" · "));
  say(card.keeps, row.keeps);
  showActs(board, card, row);
}

function showList(list, texts) {
  if (list.dataset.signature === texts.join("|")) return;
  list.dataset.signature = texts.join("|");
  list.hidden = texts.length === 0;
  list.replaceChildren(...texts.map((text) => el("li", { class: "number" }, text)));
}

function showNote(place, note) {
  place.hidden = !note;
  if (!note || place.dataset.signature === note.text) return;
  place.dataset.signature = note.text;
  place.className = `note ${note.colour}`;
  place.replaceChildren(icon(note.icon), el("span", {}, note.text));
}

function showActs(board, card, row) {
  const signature = JSON.stringify([row.documents, row.acts]);
  if (card.acts.dataset.signature === signature) return;
  card.acts.dataset.signature = signature;
  const documents = row.documents.map((file) => buildDownload(file, row.title));
  const acts = row.acts.map((one) => el("button", { class: "act", type: "button", "aria-label": `${one.label} ${row.title}`, onclick: () => board.send(one.act, row.id) }, one.label));
  card.acts.replaceChildren(...documents, ...acts);
}
