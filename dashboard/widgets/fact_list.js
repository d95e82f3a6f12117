// One label and its value; what can be copied has a button that copies the full text.

function buildFact(fact) {
  const value = el("dd", { title: fact.hover }, el("span", {}, fact.value));
  if (fact.copy) value.append(buildCopy(fact));
  return el("div", {}, el("dt", {}, fact.label), value);
}

function buildCopy(fact) {
  const words = el("span", { class: "unseen", role: "status" });
  const button = el("button", { type: "button", class: "copy", title: t("Copy {value}", { value: fact.copy }), "aria-label": t("Copy: {label}", { label: fact.label }) }, icon("content_copy"), words);
  button.addEventListener("click", async () => {
    await copyText(fact.copy);
    button.firstChild.dataset.icon = "check";
    say(words, t("Copied"));
    setTimeout(() => { button.firstChild.dataset.icon = "content_copy"; say(words, ""); }, 1500);
  });
  return button;
}
