// A card for each queue: how it is at this moment, and how it did over the window.

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const list = parentElement.list ?? (parentElement.list = startList(parentElement));
  list.ask = (act, id) => setTriggerValue("act", { act, id, at: Date.now() });
  keepRows(list, data.queues, (row) => buildCard(list, row), fillCard);
}

function startList(parentElement) {
  const list = el("ul", { class: "root cards", "aria-label": t("Queues") });
  parentElement.append(list);
  return list;
}

function buildCard(list, row) {
  const link = el("a", { class: "name", href: row.href, onclick: visit }, row.label);
  const card = el("li", { class: "card", "data-id": row.id });
  card.badge = el("span", { class: "badge" });
  card.pause = el("p", { class: "pause orange" });
  card.body = el("div", { class: "body" });
  card.button = iconButton("pause", () => list.ask(card.dataset.act, row.id));
  card.append(el("div", { class: "top" }, link, card.badge), card.pause, card.body, el("div", { class: "foot" }, card.button));
  return card;
}

function fillCard(card, row) {
  showBadge(card.badge, row.state);
  card.dataset.state = row.state.name;
  card.pause.replaceChildren(...(row.pause ? [el("strong", {}, row.pause.reason), el("span", { title: row.pause.moment }, row.pause.who)] : []));
  card.pause.hidden = !row.pause;
  card.body.replaceChildren(buildNow(row), buildSpark(row.spark), buildFigures(row));
  card.dataset.act = row.pause ? "resume" : "pause";
  card.button.firstChild.dataset.icon = row.pause ? "play_arrow" : "pause";
  say(card.button.lastChild, row.pause ? t("Resume") : t("Pause"));
  card.button.setAttribute("aria-label", row.pause ? t("Resume {queue}", { queue: row.label }) : t("Pause {queue}", { queue: row.label }));
}

function buildNow(row) {
  return el("dl", { class: "now" },
    buildCount(t("Waiting"), row.waiting, row.waitingHref, row.waitingMore),
    buildCount(t("Running"), row.running, row.runningHref, row.workers),
    buildCount(t("Oldest"), row.oldest, null, null));
}

function buildCount(label, value, href, more) {
  const shown = href ? el("a", { class: "number", href, onclick: visit }, value) : el("span", { class: "number" }, value);
  return el("div", {}, el("dt", {}, label), el("dd", {}, shown, more ? el("span", { class: "quiet" }, more) : null));
}

function buildSpark(spark) {
  const height = 32;
  const most = Math.max(1, ...spark.bars.map(([done, failed]) => done + failed));
  const bars = spark.bars.map(([done, failed], at) => {
    const part = (count) => (count ? Math.max((count / most) * height, 1) : 0);
    const [green, red] = [part(done), part(failed)];
    return [box("done", at, height - green - red, green), box("failed", at, height - red, red)];
  });
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", `0 0 ${Math.max(spark.bars.length, 1)} ${height}`);
  picture.setAttribute("preserveAspectRatio", "none");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", spark.says);
  picture.append(...bars.flat().filter(Boolean));
  return picture;
}

function box(name, at, y, height) {
  if (!height) return null;
  const node = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [key, value] of Object.entries({ class: name, x: at + 0.12, y, width: 0.76, height })) node.setAttribute(key, value);
  return node;
}

function buildFigures(row) {
  return el("div", { class: "figures" },
    el("div", { class: "rates" },
      el("span", { class: "number", title: row.ended }, row.throughput),
      row.success ? el("span", { class: `number rate ${row.success.colour}` }, icon(row.success.icon), row.success.label) : null),
    el("table", {}, el("caption", { class: "unseen" }, t("How long jobs waited and ran")),
      el("thead", {}, el("tr", {}, el("td", {}), ...["p50", "p95", "p99"].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, percentiles(t("Wait"), row.wait), percentiles(t("Run"), row.run))));
}
