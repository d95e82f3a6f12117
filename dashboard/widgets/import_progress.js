// How an import is getting on: a bar with its pace, and what became of the rows so far.

export default function (component) {
  const { parentElement, data } = component;
  const board = parentElement.board ?? (parentElement.board = startBoard(parentElement));
  board.bar.hidden = data.share === null;
  board.fill.style.width = `${(data.share ?? 0) * 100}%`;
  board.bar.setAttribute("aria-valuenow", Math.round((data.share ?? 0) * 100));
  board.line.hidden = data.share === null;
  say(board.stage, data.stage);
  say(board.rows, data.rows);
  say(board.pace, data.pace);
  say(board.left, data.left);
  for (const figure of data.figures) showFigure(board, figure);
}

function startBoard(parentElement) {
  const part = (name) => el("span", { class: name });
  const board = { figures: new Map(), stage: part("stage"), rows: part("number"), pace: part("number pace"), left: part("number left") };
  board.fill = el("i");
  board.bar = el("div", { class: "bar", role: "progressbar", "aria-label": t("Rows done"), "aria-valuemin": "0", "aria-valuemax": "100" }, board.fill);
  board.line = el("p", { class: "line" }, board.stage, board.rows, board.pace, board.left);
  board.list = el("dl", { class: "figures" });
  parentElement.append(el("div", { class: "root" }, board.line, board.bar, board.list));
  return board;
}

function showFigure(board, figure) {
  if (!board.figures.has(figure.key)) {
    const [label, value] = [el("span"), el("dd", { class: "number" })];
    const node = el("div", { class: figure.colour, "data-key": figure.key }, el("dt", {}, icon(figure.icon), label), value);
    board.figures.set(figure.key, { node, label, value });
    board.list.append(node);
  }
  const shown = board.figures.get(figure.key);
  say(shown.label, figure.label);
  shown.node.classList.toggle("zero", figure.value === "0");
  say(shown.value, figure.value);
}
