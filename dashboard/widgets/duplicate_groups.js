// Groups of products with the same picture, side by side: choose the one to keep, then decide.

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const board = parentElement.board ?? (parentElement.board = startGroups(parentElement));
  board.send = (act, group, kept) => setTriggerValue("act", { act, kept, ids: group.ids, at: Date.now() });
  const keys = new Set(data.groups.map((group) => group.key));
  for (const key of board.cards.keys()) if (!keys.has(key)) board.cards.delete(key);
  arrange(board.list, data.groups.map((group) => keepGroup(board, { ...group, mayDecide: data.mayDecide })));
}

function startGroups(parentElement) {
  const list = el("ul", { class: "groups", "aria-label": t("Groups of duplicates") });
  parentElement.append(el("div", { class: "root" }, list));
  return { list, cards: new Map() };
}

function keepGroup(board, group) {
  const signature = JSON.stringify(group);
  const kept = board.cards.get(group.key);
  if (kept?.signature === signature) return kept.node;
  const node = buildGroup(board, group);
  board.cards.set(group.key, { node, signature });
  return node;
}

function buildGroup(board, group) {
  const choice = { kept: group.members[0].id };
  const members = el("ul", { class: "members" });
  members.append(...group.members.map((member) => buildMember(group, member, choice)));
  if (group.more > 0) members.append(el("li", { class: "more" }, tn("and {n} more", "and {n} more", group.more)));
  const button = (label, act, look) => el("button", { type: "button", class: `act ${look}`,
    "aria-label": t("{act}: {name}", { act: label, name: group.members[0].name }), onclick: () => board.send(act, group, choice.kept) }, label);
  return el("li", { class: "group", "data-exact": group.exact ? "yes" : "no" },
    el("div", { class: "head" },
      el("span", { class: `badge ${group.exact ? "blue" : "gray"}` }, icon(group.exact ? "content_copy" : "compare"), group.count),
      el("span", { class: "says" }, group.says)),
    group.mayDecide ? el("div", { role: "radiogroup", "aria-label": t("Which one stays") }, members) : members,
    group.mayDecide ? el("div", { class: "acts" },
      button(t("Merge into the chosen one"), "merge", "main"),
      button(t("Keep only the chosen one"), "keep", ""),
      button(t("Not the same"), "different", "")) : null);
}

function buildMember(group, member, choice) {
  const radio = el("input", { type: "radio", name: `kept-${group.key}`, checked: member.id === choice.kept,
    "aria-label": t("Keep {name}, {id}", { name: member.name, id: member.productId }), onchange: () => { choice.kept = member.id; } });
  const frame = el("span", { class: "frame" });
  thumbnail(frame, member.thumbnail, "image");
  return el("li", { class: "member", "data-id": member.id },
    group.mayDecide ? el("label", {}, radio, frame, el("span", { class: "tag" }, icon("check"), t("stays"))) : frame,
    el("a", { class: "name", href: member.href, onclick: (event) => follow(event, member.href) }, member.name),
    el("span", { class: "code" }, member.productId),
    el("span", { class: "line" }, member.category ?? t("No category"), member.price ? el("span", { class: "price number" }, member.price) : null),
    el("span", { class: "facts" }, member.facts.map((fact) => fact.value).join(" · ")),
    el("span", { class: "alike" }, member.likeness ?? t("came first")));
}
