// Lines that a job logged, by attempt; tracebacks below the line they belong to.

export default function (component) {
  drawWhereChanged(component, (data) => {
    const text = data.attempts.flatMap((one) => [one.label, ...one.lines.map(sayLine)]).join("\n");
    const copy = el("button", { type: "button", class: "act copy", onclick: async () => {
      await copyText(text);
      say(copy, t("Copied"));
      setTimeout(() => say(copy, t("Copy")), 1500);
    } }, t("Copy"));
    return el("div", { class: "root log" }, copy,
      el("div", { class: "lines", tabindex: "0", role: "region", "aria-label": data.label }, ...data.attempts.flatMap((one) => [el("div", { class: "attempt" }, one.label), ...one.lines.map(buildLine)])));
  });
}

function buildLine(line) {
  return el("div", { class: `line ${line.colour}` },
    el("time", { title: line.moment }, line.clock), " ",
    el("span", { class: "level" }, line.level), " ",
    el("strong", {}, line.event), " ", line.values,
    line.exception ? el("pre", {}, line.exception) : null);
}

function sayLine(line) {
  return [`${line.clock} ${line.level} ${line.event} ${line.values}`, line.exception].filter(Boolean).join("\n");
}
