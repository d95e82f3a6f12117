// Edits on their way to the API. Each is kept in the browser until the store has it, so that
// neither a reload nor a server that is away drops one.

const SHELF = "comptoir-unsaved:";
const TRY_AGAIN_MS = 3000;

/** `tell` hears { kind: saving | saved | waiting | refused, scope, answer?, message? }. */
function openOutbox(api, tell) {
  return { api, tell, sending: new Map(), count: 0 };
}

function unsavedEdits(scope) {
  try {
    return JSON.parse(localStorage.getItem(SHELF + scope)) ?? {};
  } catch {
    return {};
  }
}

function shelve(scope, edits) {
  try {
    if (Object.keys(edits).length) localStorage.setItem(SHELF + scope, JSON.stringify(edits));
    else localStorage.removeItem(SHELF + scope);
  } catch {
    // A browser that keeps nothing still sends.
  }
}

/** Send what an earlier visit could not. */
function sendLeftovers(outbox) {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(SHELF));
  for (const name of names) sendEdits(outbox, name.slice(SHELF.length));
}

/** Keep the edit and send it; resolves to whether all edits of this receipt are in the store.
 *  `place` is { box, page } of what was picked on the picture. */
function postEdit(outbox, scope, path, value, { reason = null, place = null } = {}) {
  outbox.count += 1;
  const mark = `${scope}-${Date.now()}-${outbox.count}`;
  outbox.held ??= {};
  outbox.held[scope] = { ...unsavedEdits(scope), ...outbox.held[scope], [path]: { value, reason, place, mark } };
  shelve(scope, outbox.held[scope]);
  return sendEdits(outbox, scope);
}

function pendingEdits(outbox, scope) {
  return outbox.held?.[scope] ?? unsavedEdits(scope);
}

function sendEdits(outbox, scope) {
  const running = outbox.sending.get(scope);
  if (running) return running.then((done) => (done && hasEdits(outbox, scope) ? sendEdits(outbox, scope) : done));
  if (!hasEdits(outbox, scope)) return Promise.resolve(true);
  const sent = sendOnce(outbox, scope).finally(() => outbox.sending.delete(scope));
  outbox.sending.set(scope, sent);
  return sent.then((done) => (done && hasEdits(outbox, scope) ? sendEdits(outbox, scope) : done));
}

function hasEdits(outbox, scope) {
  return Object.keys(pendingEdits(outbox, scope)).length > 0;
}

/** What goes together: a line is added or removed in a request of its own, which has a key, so
 *  that one whose answer was lost does not happen twice. Everything else may be repeated. */
function nextBatch(edits) {
  const entries = Object.entries(edits);
  const changesLines = ([path, edit]) => /^items\/(\+|[^/]+$)/.test(path) && (path.includes("+") || edit.value === null);
  const index = entries.findIndex(changesLines);
  if (index === 0) return { edits: Object.fromEntries(entries.slice(0, 1)), key: entries[0][1].mark };
  return { edits: Object.fromEntries(index < 0 ? entries : entries.slice(0, index)), key: null };
}

async function sendOnce(outbox, scope, { edits, key } = nextBatch(pendingEdits(outbox, scope))) {
  outbox.tell({ kind: "saving", scope });
  let answer;
  try {
    answer = await fetch(`${outbox.api}/${scope}`, {
      method: "PATCH",
      keepalive: true,
      headers: { "Content-Type": "application/json", "Accept-Language": LOCALE, "X-Comptoir-Page": "review", ...(key && { "Idempotency-Key": key }) },
      body: JSON.stringify(composeBody(edits)),
    });
  } catch {
    return putOff(outbox, scope);
  }
  if (answer.status === 429 || answer.status >= 500) return putOff(outbox, scope);
  const body = await answer.json().catch(() => null);
  if (body?.error?.details?.reason === "REQUEST_RUNNING") return putOff(outbox, scope);
  if (!answer.ok && Object.keys(edits).length > 1) return sendApart(outbox, scope, edits);
  settle(outbox, scope, edits);
  if (answer.ok) outbox.tell({ kind: "saved", scope, edits, answer: body?.data });
  else outbox.tell({ kind: "refused", scope, edits, message: body?.error?.message ?? t("This could not be saved.") });
  return answer.ok;
}

/** One that is refused must not take the others with it. */
async function sendApart(outbox, scope, edits) {
  let allDone = true;
  for (const [path, edit] of Object.entries(edits)) {
    allDone = await sendOnce(outbox, scope, { edits: { [path]: edit }, key: null }) && allDone;
  }
  return allDone;
}

function putOff(outbox, scope) {
  outbox.tell({ kind: "waiting", scope });
  clearTimeout(outbox.retry);
  outbox.retry = setTimeout(() => sendEdits(outbox, scope), TRY_AGAIN_MS);
  return false;
}

/** Forget what was answered, unless it was changed again meanwhile. */
function settle(outbox, scope, answered) {
  const left = Object.entries(pendingEdits(outbox, scope))
    .filter(([path, edit]) => answered[path]?.mark !== edit.mark);
  outbox.held = { ...outbox.held, [scope]: Object.fromEntries(left) };
  shelve(scope, outbox.held[scope]);
}

/** The PATCH body for edits by path: "totalAmount", "taxes", "items/r3/amount", "items/r3", "items/+…". */
function composeBody(edits) {
  const body = {};
  const items = new Map();
  for (const [path, { value: bare, reason, place: picked }] of Object.entries(edits)) {
    const [place, id, key] = path.split("/");
    const value = picked && bare !== null ? { value: bare, ...picked } : bare;
    if (reason) body.reason = reason;
    if (place === "review") body[value === "accepted" ? "accept" : "reopen"] = true;
    else if (place === "taxes") body.taxes = value;
    else if (place !== "items") (body.fields ??= {})[place] = value;
    else if (id.startsWith("+")) items.set(id, value);
    else if (key) items.set(id, { ...items.get(id), id, [key]: value });
    else (body.removeItems ??= []).push(id);
  }
  if (items.size) body.items = [...items.values()];
  return body;
}
