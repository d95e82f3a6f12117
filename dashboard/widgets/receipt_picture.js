// The picture of a receipt on its own page; everything it can do is in viewer.js.

export default function (component) {
  const { parentElement, data } = component;
  const view = parentElement.view ?? (parentElement.view = startViewer(parentElement));
  showPages(view, data);
  return connectViewer(view);
}
