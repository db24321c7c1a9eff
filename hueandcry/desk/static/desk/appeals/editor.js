// The editor of an appeal: keeps words while they are typed, shows the page as it will look, says when somebody
// else saved, and takes pictures in by drop, paste or choice. Without this file the form works as any form does.

const one = (selector, within = document) => within.querySelector(selector);
const sentence = (name) => one(`[data-say="${name}"]`).textContent;

const form = one("#editor");
const frame = one("#page-preview");
const EVERY = 3000; // milliseconds between keeping
const PAUSE = 300; // after the last keystroke, before looking
const PATIENCE = 20_000; // with a server that takes words and says nothing

let dirty = false; // typed since it was last kept
let keeping = false;
let typedHere = false; // since the page was opened
let leaving = false; // saving: nothing to warn of

// --- keep ---

function said(text, late = false) {
  const place = one("#kept-said");
  place.textContent = text;
  place.classList.toggle("hc-late", late);
}

async function keep() {
  if (!dirty || keeping || leaving) return;
  dirty = false;
  keeping = true;
  try {
    const answer = await fetch(form.dataset.words, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.type === "opaqueredirect") throw new Error("refused");
    if (!answer.ok) throw new Error(answer.status < 500 ? "stopped" : "lost");
    const told = await answer.json();
    said(`${sentence("kept")} ${told.kept}`);
    changed(told);
  } catch (error) {
    dirty = true;
    said(sentence(["refused", "stopped"].includes(error.message) ? error.message : "lost"), true);
  } finally {
    keeping = false;
  }
}

// An act of one's own on the pictures counts the revision on. If nobody came in between, what is typed here goes along.
function carry(before) {
  const field = form.elements.revision;
  if (!before || !field || Number(before) !== Number(field.value)) return;
  field.value = Number(before) + 1;
  if (!typedHere) return;
  dirty = true;
  keep();
}

function changed(told) {
  const place = one("#changed");
  place.hidden = !told.changed;
  if (!told.changed) return;
  const text = one("#changed-said");
  if (text.textContent !== told.changed) text.textContent = told.changed;
  place.dataset.revision = told.revision;
}

one("#keep-mine").addEventListener("click", () => {
  const place = one("#changed");
  form.elements.revision.value = place.dataset.revision;
  place.hidden = true;
  dirty = true;
  keep();
  one("button", one(".hc-stick", form)).focus();
});

// --- look ---

let pause = 0;
let asked = null;

function look() {
  asked?.abort();
  asked = new XMLHttpRequest();
  asked.open("POST", form.dataset.look);
  asked.responseType = "document"; // the browser parses; nothing passes through text here
  asked.addEventListener("load", ({ target }) => {
    if (target.status === 200 && target.responseURL.endsWith(form.dataset.look)) show(target.response); // not the page of signing in
  });
  asked.send(new FormData(form));
}

function show(page) {
  const inside = frame.contentDocument;
  if (!page?.body || !inside?.body || !one("main", page)) return;
  inside.body.replaceChildren(...Array.from(page.body.childNodes)); // adopts them
}

function typed() {
  dirty = true;
  typedHere = true;
  clearTimeout(pause);
  pause = setTimeout(look, PAUSE);
}

form.addEventListener("input", typed);
form.addEventListener("change", typed);
form.addEventListener("focusout", keep);
form.addEventListener("submit", async (event) => {
  const { submitter } = event;
  leaving = submitter?.formTarget !== "_blank";
  if (!leaving || (!unsaved().length && !underWay)) return;
  event.preventDefault();
  leaving = false;
  for (const box of unsaved()) saveWords(box);
  if (await underWay) form.requestSubmit(submitter);
});
setInterval(keep, EVERY);
addEventListener("beforeunload", (event) => {
  if ((dirty || unsaved().length || underWay) && !leaving) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") keep();
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit();
  }
});

// --- the words of pictures: each picture has a form of its own, which is saved when one goes on to something else ---

const fields = (box) => Array.from(box.querySelectorAll("textarea, input[type=text]"));
const differs = (field) => field.value !== field.defaultValue;
let underWay = null; // of words being saved: a promise of true if all arrived

function unsaved() {
  return Array.from(document.querySelectorAll("#pictures .hc-pic__words > form")).filter((box) => fields(box).some(differs));
}

function saveWords(box) {
  const before = underWay;
  const mine = (async () => (await before) !== false && (await sendWords(box)))();
  underWay = mine;
  mine.then(() => {
    if (underWay === mine) underWay = null;
  });
  return mine;
}

// An act on the pictures, sent without leaving. It is done only if the answer is the editor with the revision before it.
async function act(address, body) {
  const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) });
  const before = new URL(answer.url).searchParams.get("before");
  if (before === null) throw new Error("not done");
  carry(before);
}

async function sendWords(box) {
  const typed = fields(box).map((field) => field.value);
  try {
    await act(box.action, new FormData(box));
    fields(box).forEach((field, n) => (field.defaultValue = typed[n]));
    said(sentence("words-saved"));
    return true;
  } catch {
    said(sentence("words-lost"), true);
    return false;
  }
}

const sent = new WeakSet(); // by their own button: the answer brings the list anew
document.addEventListener("submit", (event) => sent.add(event.target));
document.addEventListener("focusout", (event) => {
  const box = event.target.closest?.("#pictures .hc-pic__words > form");
  if (!box || sent.has(box) || box.contains(event.relatedTarget)) return;
  if (fields(box).some(differs)) saveWords(box);
});

// --- pictures ---

function bind() {
  const box = one("#add-pictures");
  if (!box || box.dataset.bound) return;
  box.dataset.bound = "yes";
  const files = one("[type=file]", box);
  const hint = document.createElement("p");
  hint.className = "hc-drop__hint";
  hint.textContent = sentence("many");
  box.prepend(hint);
  for (const name of ["alt", "caption"]) {
    const field = one(`[name=${name}]`, box)?.closest(".govuk-form-group");
    if (field) field.hidden = true; // each picture has its own words once it is here
  }
  one("button", box).hidden = true;
  files.addEventListener("change", () => sendAll(box, files.files));
  box.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    box.classList.add("hc-drop--over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("hc-drop--over"));
  box.addEventListener("drop", (event) => {
    box.classList.remove("hc-drop--over");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    sendAll(box, event.dataTransfer.files);
  });
  const row = one("[data-order]");
  if (row) drag(row);
}

document.addEventListener("paste", (event) => {
  const box = one("#add-pictures");
  const found = Array.from(event.clipboardData?.files ?? []).filter((file) => file.type.startsWith("image/"));
  if (box && found.length) {
    event.preventDefault();
    sendAll(box, found);
  }
});

async function sendAll(box, files) {
  let refused = false;
  for (const file of Array.from(files)) refused = !(await send(box, file)) || refused;
  one("[type=file]", box).value = "";
  await reload(refused ? one(".hc-sending", box) : null);
}

function send(box, file) {
  const line = document.createElement("li");
  const text = document.createElement("span");
  const bar = document.createElement("progress");
  text.textContent = `${file.name} ${sentence("sending")}`;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  line.append(text, bar);
  one(".hc-sending", box).append(line);
  const body = new FormData();
  body.set("csrfmiddlewaretoken", one("[name=csrfmiddlewaretoken]", box).value);
  body.set("picture", file, file.name);
  return new Promise((done) => {
    const ask = new XMLHttpRequest();
    ask.open("POST", box.action.replace(/#.*/, ""));
    ask.setRequestHeader("Accept", "application/json");
    ask.responseType = "json";
    ask.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = event.loaded / event.total;
      if (event.loaded === event.total) text.textContent = `${file.name} ${sentence("preparing")}`;
    });
    ask.addEventListener("loadend", () => {
      bar.remove();
      const good = ask.status === 200;
      line.classList.toggle("hc-late", !good);
      const why = ask.response?.sentence;
      text.textContent = good || !why ? `${file.name} ${sentence(good ? "sent" : "failed")}` : `${file.name}: ${why}`;
      if (good) carry(ask.response?.before);
      done(good);
    });
    ask.send(body);
  });
}

function reload(keepLines) {
  // The list of pictures as the server has it now.
  const lines = keepLines ? Array.from(keepLines.children).filter((line) => line.classList.contains("hc-late")) : [];
  return new Promise((done) => {
    const ask = new XMLHttpRequest();
    ask.open("GET", form.getAttribute("action"));
    ask.responseType = "document";
    ask.addEventListener("loadend", () => {
      const fresh = ask.response && one("#pictures", ask.response);
      if (fresh) {
        one("#pictures").replaceWith(document.adoptNode(fresh));
        one(".hc-sending")?.append(...lines);
        document.dispatchEvent(new CustomEvent("hc:swapped", { detail: one("#pictures") }));
      }
      done();
    });
    ask.send();
  });
}

function drag(row) {
  let moving = null;
  for (const item of row.children) {
    item.draggable = true;
    item.addEventListener("dragstart", (event) => {
      if (event.target !== item && event.target.closest("input, textarea")) return;
      moving = item;
      event.dataTransfer.effectAllowed = "move";
      item.classList.add("hc-pic--moving");
    });
    item.addEventListener("dragend", () => {
      item.classList.remove("hc-pic--moving");
      if (moving) order(row);
      moving = null;
    });
    item.addEventListener("dragover", (event) => {
      if (!moving || moving === item) return;
      event.preventDefault();
      const box = item.getBoundingClientRect();
      row.insertBefore(moving, event.clientY < box.top + box.height / 2 ? item : item.nextSibling);
    });
  }
}

async function order(row) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", one("[name=csrfmiddlewaretoken]").value);
  body.set("from", "editor");
  for (const item of row.children) body.append("picture", item.dataset.picture);
  try {
    await act(row.dataset.order, body);
  } catch {
    said(sentence("unmoved"), true);
  }
  await reload(null);
}

document.addEventListener("hc:swapped", (event) => {
  if (event.detail?.id !== "pictures") return;
  carry(event.detail.dataset.before);
  bind();
  look();
});
bind();
