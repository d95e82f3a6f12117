// A file of a report: taken home, or where it is a web page, opened beside this one.

function buildDownload(file, title, detail) {
  const label = file.opens ? t("Open web page") : file.label;
  const said = { format: file.label, title };
  const name = file.opens ? t("Open {format} of {title}", said) : t("Download {format} of {title}", said);
  const way = file.opens ? { target: "_blank", rel: "noopener" } : { download: file.name };
  return el("a", { class: "act file", href: file.href, title: file.name, "aria-label": detail ? `${name}, ${detail}` : name, ...way },
    icon(file.opens ? "open_in_new" : "download"), el("span", {}, label), detail ? el("span", { class: "detail number" }, detail) : null);
}
