// Who changed what on a receipt.

export default function (component) {
  drawWhereChanged(component, (data) => el("ol", { class: "root changes" }, ...data.changes.map(buildChange)));
}
