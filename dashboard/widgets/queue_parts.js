// What the lists of the Queues page share: rows that stay where they are, links, and buttons.

/** Rows kept by id and filled anew only where they changed: polls move neither focus nor rows. */
function keepRows(list, rows, build, fill) {
  const known = list.known ?? (list.known = new Map());
  const nodes = rows.map((row) => {
    if (!known.has(row.id)) known.set(row.id, build(row));
    const node = known.get(row.id);
    const signature = JSON.stringify(row);
    if (node.signature !== signature) {
      node.signature = signature;
      fill(node, row);
    }
    return node;
  });
  for (const [id, node] of known) if (!nodes.includes(node)) known.delete(id);
  arrange(list, nodes);
}

/** A link to another view of this page, which takes nothing of this one along. */
function visit(event) {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  goToAddress(new URL(event.currentTarget.href));
}

/** A link that is shown over what stands there, such as a job. */
function openOver(event) {
  follow(event, event.currentTarget.href);
}

/** What a badge says, in a node that may have said something else before. */
function showBadge(node, state) {
  if (state) dress(node, state);
  node.hidden = !state;
}

/** A button with an icon; its words are set later. */
function iconButton(name, onclick) {
  return el("button", { type: "button", class: "act", onclick }, icon(name), el("span"));
}

/** Several times of one distribution under their names. */
function percentiles(label, values) {
  return el("tr", {}, el("th", { scope: "row" }, label), ...values.map((value) => el("td", { class: "number" }, value)));
}
