// From the scene: words and pictures are kept on the phone first, then sent; what cannot be sent waits. Each note has a
// key made here, under which the desk takes it in once, so it may be sent until an answer was heard.

import * as vault from "./vault.js";

const one = (selector) => document.querySelector(selector);
const page = one("#scene");
const sentence = (name) => one(`[data-say="${name}"]`).textContent;
const [WIDE, FINE, OFTEN, PATIENCE] = [2560, 0.9, 20_000, 90_000]; // pixels, quality, milliseconds, milliseconds
const OFF = "hue_scene_off=yes"; // this device keeps nothing: a cookie, because signing out clears all else
const WAITING = "hue-scene-waiting"; // how many wait, for the warning at signing out (desk/js/shell/waiting.js)
const note = { key: crypto.randomUUID(), pictures: [] }; // what is being written; pictures: { blob, alt }
let known = null; // { owner, who, accounts, token }
let fresh = false; // heard from the desk since this page was opened
let sending = false;
let queueing = false;
let saving = Promise.resolve(); // what is typed, on its way into the vault

function make(tag, { text, style, ...rest } = {}, ...inside) {
  const element = Object.assign(document.createElement(tag), rest);
  if (text !== undefined) element.textContent = text;
  if (style) element.className = style;
  element.append(...inside);
  return element;
}

function stand(text, link) {
  const place = one("#scene-stand");
  place.replaceChildren(text ?? "");
  if (link) place.append(" ", make("a", { style: "govuk-link", text: link, href: page.dataset.signIn }));
  place.hidden = !text;
}

function problem(text) {
  one("#scene-problem").textContent = text ?? "";
  one("#scene-problem").hidden = !text;
}

const keeps = () => Boolean(page.dataset.kept) && !document.cookie.includes(OFF);

function remember(count) {
  try {
    localStorage.setItem(WAITING, String(count));
  } catch {
    // the browser keeps nothing: then there is nothing to warn of
  }
}

// --- who writes, and on which accounts ---

async function ask() {
  try {
    const answer = await fetch(page.dataset.known, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.type === "opaqueredirect") return stand(sentence("signed-out"), sentence("sign-in"));
    if (answer.status === 403) return stand(sentence("not-you"));
    if (!answer.ok) throw new Error("lost");
    known = await answer.json();
    fresh = true;
    const { token, ...rest } = known;
    await vault.put("known", rest);
    stand();
    if (keeps()) await keepPage();
  } catch {
    known ??= (await vault.get("known").catch(() => null))?.value ?? null;
    stand(sentence(known ? "offline" : "first"));
  }
}

function welcome() {
  if (!known) return;
  one("#scene-write").hidden = false;
  one("#scene-who").hidden = false;
  one("#scene-who").textContent = sentence("who").replace("%s", known.who);
  if (one("#scene-accounts").childElementCount) return;
  for (const { id, label, network, chosen } of known.accounts) {
    const box = make("input", { type: "checkbox", style: "govuk-checkboxes__input", id: `account-${id}`, value: id, checked: chosen });
    const name = make("label", { style: "govuk-label govuk-checkboxes__label", htmlFor: box.id, text: `${label} · ${network}` });
    one("#scene-accounts").append(make("div", { style: "govuk-checkboxes__item" }, box, name));
  }
  where();
}

const chosen = () => Array.from(one("#scene-accounts").querySelectorAll(":checked"), (box) => Number(box.value));

function where() {
  const names = known.accounts.filter(({ id }) => chosen().includes(id)).map(({ label }) => label);
  const said = names.length > 3 ? `${names.slice(0, 3).join(", ")} +${names.length - 3}` : names.join(", ");
  one("#scene-where-said").textContent = names.length ? sentence("where").replace("%s", said) : sentence("where-none");
}

// --- pictures: drawn anew at once, which leaves place, time and camera behind ---

async function plain(file) {
  try {
    const drawn = await createImageBitmap(file);
    const share = Math.min(1, WIDE / Math.max(drawn.width, drawn.height));
    const size = [Math.round(drawn.width * share), Math.round(drawn.height * share)];
    const canvas = make("canvas", { width: size[0], height: size[1] });
    canvas.getContext("2d").drawImage(drawn, 0, 0, ...size);
    drawn.close();
    const blob = await new Promise((found) => canvas.toBlob(found, "image/jpeg", FINE));
    return blob ?? file;
  } catch {
    return file; // this browser cannot draw it; the desk takes place and time out, or says why not
  }
}

async function take({ target }) {
  for (const file of Array.from(target.files)) note.pictures.push({ blob: await plain(file), alt: "" });
  target.value = "";
  await show();
  keepTyping();
  one("#scene-pictures li:last-child textarea")?.focus();
}

async function small(blob) {
  const canvas = make("canvas", { width: 160, height: 120, style: "hc-scene__look" });
  canvas.setAttribute("role", "img");
  try {
    const drawn = await createImageBitmap(blob);
    const share = Math.max(160 / drawn.width, 120 / drawn.height);
    const size = [drawn.width * share, drawn.height * share];
    canvas.getContext("2d").drawImage(drawn, (160 - size[0]) / 2, (120 - size[1]) / 2, ...size);
    drawn.close();
  } catch {
    // shown without its look
  }
  return canvas;
}

async function show() {
  const rows = await Promise.all(
    note.pictures.map(async (picture, place) => {
      const look = await small(picture.blob);
      look.setAttribute("aria-label", `${sentence("picture")} ${place + 1}`);
      const words = make("textarea", { style: "govuk-textarea", id: `alt-${place}`, rows: 2, maxLength: 1500, value: picture.alt });
      words.addEventListener("input", () => (picture.alt = words.value));
      const name = make("label", { style: "govuk-label govuk-label--s", htmlFor: words.id, text: `${sentence("alt")} (${place + 1})` });
      const out = make("button", { type: "button", style: "govuk-button govuk-button--secondary hc-small", text: `${sentence("out")} (${place + 1})` });
      out.addEventListener("click", async () => {
        note.pictures.splice(place, 1);
        await show();
        keepTyping();
        one("#scene-text").focus();
      });
      const group = make("div", { style: "govuk-form-group" }, name, words);
      return make("li", { style: "hc-pic" }, look, make("div", { style: "hc-pic__words" }, group, out));
    }),
  );
  one("#scene-pictures").replaceChildren(...rows);
  one("#scene-ours-row").hidden = !rows.length;
}

// --- what is being written outlives the page ---

const written = () => ({
  text: one("#scene-text").value,
  alts: note.pictures.map(({ alt }) => alt),
  ours: one("#scene-ours").checked,
  accounts: chosen(),
  owner: known?.owner,
  key: note.key,
});
const files = () => note.pictures.map(({ blob }) => blob);
let typing = 0;

function keepTyping() {
  clearTimeout(typing);
  typing = setTimeout(() => {
    saving = saving.then(() => vault.put("typing", written(), files())).catch(() => problem(sentence("full")));
  }, 500);
}

async function putInLine(wanted, stopped) {
  clearTimeout(typing);
  await saving;
  await vault.put(`note:${Date.now()}:${note.key}`, { ...written(), wanted, stopped }, files());
}

async function bring(held) {
  const { value, files: blobs } = held;
  note.key = crypto.randomUUID();
  one("#scene-text").value = value.text;
  one("#scene-ours").checked = value.ours;
  note.pictures = blobs.map((blob, place) => ({ blob, alt: value.alts[place] ?? "" }));
  for (const box of one("#scene-accounts").querySelectorAll("input")) box.checked = value.accounts.includes(Number(box.value));
  where();
  await show();
}

// --- put in line ---

function ready(wanted) {
  const { text, accounts } = written();
  if (!text.trim() && !note.pictures.length) return problem(sentence("none"));
  if (wanted === "go" && !accounts.length) {
    one("#scene-where").open = true;
    return problem(sentence("nowhere"));
  }
  problem();
  return true;
}

async function enqueue(wanted) {
  if (queueing) return;
  queueing = true;
  try {
    await putInLine(wanted, "");
    await vault.drop("typing");
  } catch {
    return problem(sentence("full"));
  } finally {
    queueing = false;
  }
  Object.assign(note, { key: crypto.randomUUID(), pictures: [] });
  one("#scene-text").value = "";
  one("#scene-ours").checked = false;
  await show();
  await list();
  sendAll();
}

async function list() {
  const names = await vault.names("note:");
  const rows = [];
  for (const name of names) {
    const held = await vault.get(name);
    if (held) rows.push(row(name, held));
  }
  remember(rows.length);
  one("#scene-notes").replaceChildren(...rows);
  one("#scene-waiting").hidden = !rows.length;
  one("#scene-waiting-title").textContent = sentence("waiting").replace("0", rows.length);
}

function row(name, held) {
  const { value, files: blobs } = held;
  const mine = known && value.owner === known.owner;
  const words = mine ? value.text.trim().slice(0, 120) || sentence("pictures").replace("0", blobs.length) : sentence("others");
  const said = value.stopped ? `${sentence("stopped")}: ${value.stopped}` : sentence("waits");
  const button = (label, work) => {
    const made = make("button", { type: "button", style: "govuk-button govuk-button--secondary hc-small", text: sentence(label) });
    made.addEventListener("click", work);
    return made;
  };
  const throwAway = async () => {
    if (!confirm(sentence("sure"))) return;
    await vault.drop(name);
    await list();
  };
  const change = async () => {
    if (queueing) return;
    queueing = true;
    try {
      if (one("#scene-text").value.trim() || note.pictures.length) await putInLine("draft", sentence("aside"));
      await vault.put("typing", value, blobs); // under its old key: if the page ends here, the note counts, not this
      await vault.drop(name);
    } catch {
      return problem(sentence("full"));
    } finally {
      queueing = false;
    }
    await bring(held);
    await list();
    keepTyping();
    one("#scene-text").focus();
  };
  const again = async () => {
    await vault.put(name, { ...value, stopped: "" }, blobs);
    await list();
    sendAll();
  };
  const buttons = make("div", { style: "hc-buttons" });
  if (mine && value.stopped) buttons.append(button("change", change), button("again", again));
  buttons.append(button("throw", throwAway));
  return make("li", {}, make("p", { text: words }), make("p", { text: said, style: value.stopped ? "hc-late" : "hc-quiet" }), buttons);
}

// --- send ---

async function sendAll() {
  if (sending) return;
  sending = true;
  try {
    if (!fresh || !known?.token) await ask();
    welcome();
    if (!fresh) return;
    const work = async (lock) => {
      if (!lock) return;
      for (const name of await vault.names("note:")) if (!(await sendOne(name))) break;
    };
    await (navigator.locks ? navigator.locks.request("hue-scene-send", { ifAvailable: true }, work) : work(true));
  } finally {
    sending = false;
    await list();
  }
}

function lost(why, link) {
  fresh = false;
  stand(sentence(why), link);
  return false;
}

// True if the next one may be tried. again: with a new token, for the one of before the last sign-in is refused.
async function sendOne(name, again = false) {
  const held = await vault.get(name);
  if (!held || held.value.stopped || held.value.owner !== known.owner) return true;
  const { value, files: blobs } = held;
  const body = new FormData();
  for (const [field, said] of Object.entries({ csrfmiddlewaretoken: known.token, owner: value.owner, key: value.key, wanted: value.wanted, text: value.text })) body.set(field, said);
  for (const account of value.accounts) body.append("accounts", account);
  blobs.forEach((blob, place) => {
    body.append("picture", blob, `scene-${place + 1}.jpg`);
    body.append("alt", value.alts[place] ?? "");
  });
  if (value.ours) body.set("ours", "on");
  let answer;
  try {
    answer = await fetch(page.dataset.send, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status >= 500) throw new Error("lost");
  } catch {
    return lost("offline");
  }
  if (answer.type === "opaqueredirect") return lost("signed-out", sentence("sign-in"));
  const told = await answer.json().catch(() => null);
  if (answer.status === 403 && !told && !again) {
    fresh = false;
    await ask();
    return fresh && sendOne(name, true);
  }
  if ((answer.ok && !told) || [408, 425, 429].includes(answer.status)) return lost("offline"); // the same key again
  if (!answer.ok) {
    await vault.put(name, { ...value, stopped: told?.sentence ?? sentence("refused") }, blobs);
    return true;
  }
  await vault.drop(name);
  const words = `${value.text.trim().slice(0, 60)} — ${told.said}. ${told.sentence}`;
  one("#scene-sent").prepend(make("li", {}, make("p", { text: words }), make("a", { style: "govuk-link", text: sentence("open"), href: told.address })));
  return true;
}

// --- this device ---

const policy = globalThis.trustedTypes?.createPolicy("hue-scene", { createScriptURL: () => page.dataset.worker });

async function keepPage() {
  try {
    const address = policy ? policy.createScriptURL("") : page.dataset.worker;
    await navigator.serviceWorker.register(address, { scope: location.pathname, updateViaCache: "none" });
    one("#scene-device").hidden = false;
  } catch {
    // this browser keeps no pages: the page works while there is a network
  }
}

async function keepNothing() {
  await vault.empty();
  for (const kept of (await navigator.serviceWorker?.getRegistrations()) ?? []) await kept.unregister();
  for (const name of await caches.keys()) if (name.startsWith("hue-scene-")) await caches.delete(name);
}

one("#scene-off").addEventListener("click", async () => {
  if ((await vault.names("note:")).length && !confirm(sentence("off-sure"))) return;
  document.cookie = `${OFF}; path=${location.pathname}; max-age=31536000; samesite=strict`;
  await keepNothing();
  one("#scene-device").hidden = true;
  one("#scene-again").hidden = false;
  await list();
});
one("#scene-on").addEventListener("click", () => {
  document.cookie = `${OFF}; path=${location.pathname}; max-age=0; samesite=strict`;
  location.reload();
});

const safe = one("#scene-safe");
one("#scene-go").addEventListener("click", () => ready("go") && safe.showModal());
one("#scene-yes").addEventListener("click", () => {
  safe.close();
  enqueue("go");
});
one("#scene-no").addEventListener("click", () => safe.close());
one("#scene-keep").addEventListener("click", () => ready("draft") && enqueue("draft"));
for (const field of ["#scene-camera", "#scene-choose"]) one(field).addEventListener("change", take);
one("#scene-write").addEventListener("input", keepTyping);
one("#scene-accounts").addEventListener("change", where);
addEventListener("online", () => sendAll());
addEventListener("offline", () => lost(known ? "offline" : "first"));
setInterval(async () => !document.hidden && (await vault.names("note:")).length && sendAll(), OFTEN);

if (!keeps() && !(await vault.names("note:")).length) await keepNothing().catch(() => null); // what waits is sent first
one("#scene-again").hidden = !page.dataset.kept || keeps();
await ask();
welcome();
const before = await vault.get("typing").catch(() => null);
const queued = before && (await vault.names("note:")).some((name) => name.endsWith(before.value.key));
if (queued) await vault.drop("typing"); // the page ended between the two
else if (before && known && before.value.owner === known.owner) await bring(before);
page.dataset.ready = "yes";
await sendAll();
