// The files of a report, one button each.

export default function (component) {
  drawWhereChanged(component, (data) => el("div", { class: "root files" }, ...data.documents.map((file) => buildDownload(file, data.title, file.detail))));
}
