// The box that takes a table and its pictures, in any mixture of files, ZIPs and folders. Files
// go to the server one by one as they are read; the page hears of each that is kept.

const TABLES = /\.(csv|tsv|txt|xlsx|jsonl|ndjson)$/i;
const ZIPS = /\.zip$/i;
const PICTURES = /\.(jpe?g|png|webp|gif|bmp|tiff?|heic|heif|avif)$/i;

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const box = parentElement.box ?? (parentElement.box = startBox(parentElement));
  box.endpoint = data.endpoint;
  box.maxBytes = data.maxBytes;
  box.limit = data.limit;
  box.send = (change) => setTriggerValue("change", { ...change, at: Date.now() });
  showKept(box, data.files);
  box.node.classList.toggle("small", data.files.length > 0);
}

function startBox(parentElement) {
  const box = { busy: false };
  box.files = picker(t("Choose files"), { multiple: true, accept: ".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson,.zip,image/*" });
  box.folder = picker(t("Choose a folder"), { webkitdirectory: true });
  box.words = el("p", { class: "hint" }, t("CSV, Excel (.xlsx) or JSON Lines · pictures as a ZIP or a folder, or none where a column holds their web addresses"));
  box.zone = el("div", { class: "zone" }, icon("upload_file"),
    el("p", { class: "title" }, t("Drop a table and its pictures here")), box.words,
    el("div", { class: "choose" }, box.files.label, box.folder.label));
  box.kept = el("ul", { class: "kept", "aria-label": t("Files of this import") });
  box.trouble = el("p", { class: "trouble", role: "alert", hidden: true });
  box.node = el("div", { class: "root upload" }, box.zone, box.trouble, box.kept);
  box.files.input.addEventListener("change", () => takeInput(box, box.files.input));
  box.folder.input.addEventListener("change", () => takeInput(box, box.folder.input));
  listenForDrops(box);
  parentElement.append(box.node);
  return box;
}

function picker(words, attributes) {
  const input = el("input", { type: "file", class: "unseen", ...attributes });
  return { input, label: el("label", { class: "act" }, words, input) };
}

function takeInput(box, input) {
  const entries = [...input.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  input.value = "";
  takeAll(box, entries);
}

function listenForDrops(box) {
  const { zone } = box;
  let depth = 0;
  const mark = (change) => { depth = Math.max(0, depth + change); zone.classList.toggle("over", depth > 0); };
  zone.addEventListener("dragenter", (event) => { event.preventDefault(); mark(1); });
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("dragleave", () => mark(-1));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    mark(-depth);
    // The list is empty as soon as this handler gives way.
    const roots = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    takeAll(box, (await Promise.all(roots.map(filesUnder))).flat());
  });
}

async function filesUnder(entry) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => { entry.file(done, failed); });
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    // A folder tells at most a hundred of its entries at once.
    const some = await new Promise((done, failed) => { reader.readEntries(done, failed); });
    if (some.length === 0) break;
    found.push(...(await Promise.all(some.map(filesUnder))).flat());
  }
  return found;
}

async function takeAll(box, entries) {
  if (box.busy || entries.length === 0) return;
  box.busy = true;
  complain(box, "");
  try {
    const shown = entries.filter(({ path }) => !/(^|\/)(\.|__MACOSX)/.test(path));
    const tables = shown.filter(({ path }) => TABLES.test(path));
    const pictures = shown.filter(({ path }) => PICTURES.test(path));
    const zips = shown.filter(({ path }) => ZIPS.test(path));
    if (tables.length + pictures.length + zips.length === 0) throw new Error(t("None of these files is a table, a ZIP or a picture. Choose a CSV, XLSX or JSONL file."));
    if (tables.length > 1) throw new Error(t("These are {n} tables. Import them one by one.", { n: tables.length }));
    const taken = [];
    for (const { path, file } of tables) taken.push({ slot: "table", ...await sendFile(box, path.split("/").pop(), file) });
    for (const { path, file } of zips) taken.push({ slot: "pictures", ...await sendFile(box, path.split("/").pop(), file) });
    if (pictures.length > 0) taken.push(...await sendPictures(box, pictures));
    box.send({ taken });
  } catch (error) {
    complain(box, error.message);
  } finally {
    box.busy = false;
    box.progress?.remove();
    box.progress = null;
  }
}

async function sendPictures(box, pictures) {
  const folder = pictures[0].path.includes("/") ? pictures[0].path.split("/")[0] : "pictures";
  const words = tn("Looking through {n} picture", "Looking through {n} pictures", pictures.length);
  showProgress(box, words, 0);
  const zips = await zipAll(pictures, (count) => showProgress(box, words, count / pictures.length));
  const taken = [];
  for (const [index, zip] of zips.entries()) {
    const name = zips.length > 1 ? `${folder} ${index + 1}.zip` : `${folder}.zip`;
    taken.push({ slot: "pictures", ...await sendFile(box, name, zip) });
  }
  return taken;
}

function sendFile(box, name, content) {
  return new Promise((done, failed) => {
    if (content.size > box.maxBytes) return failed(new Error(t("{name} is larger than {limit}. Split it and import the parts.", { name, limit: box.limit })));
    const request = new XMLHttpRequest();
    request.open("POST", `${box.endpoint}?name=${encodeURIComponent(name.slice(-200))}`);
    request.setRequestHeader("Accept-Language", LOCALE);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => showProgress(box, t("Sending {name}", { name }), event.loaded / event.total));
    request.addEventListener("load", () => {
      const answer = request.response;
      if (request.status === 201) done({ name, sha256: answer.data.sha256, sizeBytes: answer.data.sizeBytes });
      else failed(new Error(answer?.error ? t("{name}: {reason}", { name, reason: answer.error.message }) : t("The server did not take {name}. Try again.", { name })));
    });
    request.addEventListener("error", () => failed(new Error(t("The connection broke off while {name} was sent. Check it and choose the file again.", { name }))));
    request.send(content);
  });
}

function showProgress(box, words, share) {
  if (!box.progress) {
    box.progress = el("div", { class: "sending" }, el("span", { role: "status" }),
      el("div", { class: "bar", role: "progressbar", "aria-label": t("Sending"), "aria-valuemin": "0", "aria-valuemax": "100" }, el("i")));
    box.zone.after(box.progress);
  }
  const percent = Math.round(share * 100);
  say(box.progress.firstChild, words);
  box.progress.lastChild.setAttribute("aria-valuenow", percent);
  box.progress.lastChild.firstChild.style.width = `${percent}%`;
}

function complain(box, words) {
  say(box.trouble, words);
}

function showKept(box, files) {
  const signature = JSON.stringify(files);
  if (box.signature === signature) return;
  box.signature = signature;
  box.kept.replaceChildren(...files.map((file) => el("li", {},
    icon(file.icon), el("span", { class: "what" }, el("b", {}, file.name), el("span", { class: "size" }, file.words)),
    el("button", { type: "button", class: "act", "aria-label": t("Take out {name}", { name: file.name }), onclick: () => box.send({ removed: file.sha256 }) }, t("Take out")))));
  box.kept.hidden = files.length === 0;
}
