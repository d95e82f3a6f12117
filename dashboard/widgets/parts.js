// Small builders that all our components share; loaded in front of each component's own script.
// `TEXTS` and `LOCALE` stand in front of it, in the language of the page (components.py).

// Streamlit says English of every page; a screen reader would read French by its rules.
document.documentElement.lang = LOCALE.slice(0, 2);

/** A text in the language of the page, its parameters in braces filled in. */
function t(text, params = {}) {
  return fillIn(TEXTS[text] ?? text, params);
}

/** One of two texts, as the language counts; the number is the parameter {n}. */
function tn(one, many, number, params = {}) {
  const [single, plural] = TEXTS[one] ?? [one, many];
  const isOne = new Intl.PluralRules(LOCALE).select(number) === "one";
  return fillIn(isOne ? single : plural, { ...params, n: number.toLocaleString(LOCALE) });
}

function fillIn(text, params) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole);
}

/** An element with attributes, listeners (on…) and children; text is always set as text. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** A Material Symbol; always beside words, so it is hidden from screen readers. */
function icon(name, spins = false) {
  return el("span", { class: spins ? "icon spins" : "icon", "data-icon": name, "aria-hidden": "true" });
}

/** Draw the whole component anew, but only where its data changed: polls must not move focus. */
function drawWhereChanged({ parentElement, data }, build) {
  const signature = JSON.stringify(data);
  if (parentElement.signature === signature) return;
  parentElement.signature = signature;
  parentElement.drawn?.remove();
  parentElement.drawn = build(data);
  parentElement.append(parentElement.drawn);
}

/** Set text only where it changed, so that selections and live regions stay quiet. */
function say(node, text) {
  const wanted = text ?? "";
  if (node.textContent !== wanted) node.textContent = wanted;
  node.hidden = wanted === "";
}

/** Show a state in a badge: colour, icon and words. */
function dress(badge, state) {
  badge.className = `badge ${state.colour}`;
  const signature = `${state.icon} ${state.spins}`;
  if (badge.dataset.signature !== signature) {
    badge.dataset.signature = signature;
    badge.replaceChildren(icon(state.icon, state.spins), el("span"));
  }
  say(badge.lastChild, state.label);
}

/** A number as the language writes it, with so many decimals. */
function showDecimals(value, decimals) {
  return value.toLocaleString(LOCALE, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A measured number with as many digits as say something. */
function showMeasure(value) {
  return value.toLocaleString(LOCALE, { maximumSignificantDigits: 3 });
}

/** A confidence: a small meter and the percentage. */
function meter(confidence) {
  const mark = el("span", { class: `meter ${confidence.colour}`, title: confidence.says });
  mark.append(
    el("span", { class: "meter-bar", "aria-hidden": "true", style: `--share:${confidence.share}` }),
    icon(confidence.icon),
    el("span", { class: "number", "aria-hidden": "true" }, confidence.text),
    el("span", { class: "unseen" }, confidence.says),
  );
  return mark;
}

/** What can be done to a row: a link where it has a place of its own, else a button that asks for it. */
function actOf(row, one, send) {
  if (one.href) return el("a", { class: "act", href: one.href, "aria-label": one.says, onclick: (event) => follow(event, one.href) }, one.label);
  return el("button", { class: "act", type: "button", "aria-label": one.says, onclick: () => send(one.act, row.id) }, one.label);
}

/** A grade from A+ to F with what it means on hover. */
function grade(letter, says) {
  return el("span", { class: `grade grade-${letter[0].toLowerCase()}`, title: says }, letter, el("span", { class: "unseen" }, ` ${says}`));
}

/** The picture of a receipt, or a quiet place for it. */
function thumbnail(frame, source, fallbackIcon) {
  if (frame.dataset.source === (source ?? fallbackIcon)) return;
  frame.dataset.source = source ?? fallbackIcon;
  frame.replaceChildren(
    source ? el("img", { src: source, alt: "", loading: "lazy", decoding: "async" }) : icon(fallbackIcon),
  );
}

/** Follow a link inside the page: a plain click goes there without loading anything anew. */
function follow(event, address) {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const target = new URL(address, window.location.href);
  if (target.pathname === window.location.pathname) {
    // On the same page the filters stay in the address, so the way back finds them.
    new URLSearchParams(window.location.search).forEach((value, name) => {
      if (!target.searchParams.has(name)) target.searchParams.set(name, value);
    });
  }
  goToAddress(target);
}

/** Show another address of these pages, as if it had been typed, without loading anything anew. */
function goToAddress(target) {
  // Streamlit answers the browser's back and forward; this is a forward. Its own switch_page
  // leaves two entries in the history, and the back button would need two presses.
  window.history.pushState(null, "", target);
  window.dispatchEvent(new PopStateEvent("popstate"));
}

/** Make the children of `parent` be `nodes`, in order, moving as few as possible. */
function arrange(parent, nodes) {
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
  while (parent.children.length > nodes.length) parent.lastElementChild.remove();
}

/** Copy to the clipboard, also where the page came over plain HTTP from another machine. */
async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = el("textarea", { style: "position:fixed;opacity:0" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  return area.remove();
}
