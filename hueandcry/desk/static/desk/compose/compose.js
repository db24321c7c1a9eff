// Writing a post: keeps words while they are typed, sends pictures as they are chosen, finds accounts, puts cures in.
// The shell asks for the part with checks and previews. Without this file the form works as any form does.

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
const sentence = (name) => one(`[data-say="${name}"]`).textContent;

const form = one("#compose");
const EVERY = 3000; // milliseconds between keeping
const PATIENCE = 60_000; // with a server that decodes a picture

if (one("#alt-first")) one("#alt-first").hidden = true; // each picture has its own words once it is here

let dirty = false;
let keeping = null;
let leaving = false;

function said(text, late = false) {
  const place = one("#kept-said");
  place.textContent = text;
  place.classList.toggle("hc-late", late);
}

const typed = () => (dirty = true);
form.addEventListener("input", typed);
form.addEventListener("change", (event) => (event.target.type === "file" ? sendPictures(event.target) : typed()));

// --- keep ---

function keep() {
  if (!keeping) keeping = send().finally(() => (keeping = null));
  return keeping;
}

async function send() {
  if (!dirty || leaving) return;
  dirty = false;
  const files = one("[type=file]", form);
  const pictures = files.files.length;
  try {
    if (pictures) said(sentence("sending"));
    const answer = await fetch(form.dataset.words, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.type === "opaqueredirect") throw new Error("refused");
    if (answer.status >= 500) throw new Error("lost");
    const told = await answer.json().catch(() => ({ sentence: sentence("stopped") }));
    if (told.changed) return changed(told);
    if (told.address) moved(told);
    if (told.sentence) {
      if (pictures) files.value = "";
      return said(told.sentence, true);
    }
    said(`${sentence("kept")} ${told.kept}`);
    if (pictures) {
      files.value = "";
      await fresh();
    }
  } catch (error) {
    dirty = true;
    said(sentence(error.message === "refused" ? "refused" : "lost"), true);
  }
}

// The draft has an address of its own from the first word on.
function moved(told) {
  form.elements.revision.value = told.revision;
  if (form.getAttribute("action") === told.address) return;
  form.setAttribute("action", told.address);
  form.dataset.words = told.words;
  form.dataset.previewTo = told.look;
  history.replaceState(history.state, "", told.address);
}

function changed(told) {
  const place = one("#changed");
  place.hidden = false;
  one("#changed-said").textContent = told.changed;
  one("a", place).href = form.getAttribute("action");
  place.dataset.revision = told.revision;
}

one("#keep-mine").addEventListener("click", () => {
  const place = one("#changed");
  form.elements.revision.value = place.dataset.revision;
  place.hidden = true;
  dirty = true;
  keep();
  one("#id_text").focus();
});

// --- pictures ---

async function sendPictures(field) {
  if (!field.files.length) return;
  dirty = true;
  await keep();
  if (dirty) await keep(); // another keeping was under way
}

function fresh() {
  // The pictures as the server has them now, with a place for words beside each.
  return new Promise((done) => {
    const ask = new XMLHttpRequest();
    ask.open("GET", form.getAttribute("action"));
    ask.responseType = "document";
    ask.addEventListener("loadend", () => {
      const now = ask.response && one("#pictures", ask.response);
      if (now) {
        one("#pictures").replaceWith(document.adoptNode(now));
        const empty = all("#pictures textarea").find((area) => !area.value.trim());
        empty?.focus();
        one("#id_text").dispatchEvent(new Event("input", { bubbles: true })); // look again, with them
      }
      done();
    });
    ask.send();
  });
}

document.addEventListener("paste", (event) => {
  const images = Array.from(event.clipboardData?.files ?? []).filter((file) => file.type.startsWith("image/"));
  if (images.length) take(event, event.clipboardData);
});
form.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
form.addEventListener("drop", (event) => event.dataTransfer.files.length && take(event, event.dataTransfer));

function take(event, from) {
  event.preventDefault();
  const field = one("[type=file]", form);
  field.files = from.files;
  sendPictures(field);
}

document.addEventListener(
  "toggle",
  async ({ target }) => target.open && target.dataset?.crop !== undefined && (await import("./crop.js")).open(target),
  true,
);

// --- accounts ---

const words = one("#pick-words");
const boxes = all("[name=accounts]", form);
if (words && boxes.length > 7) {
  one("#pick-filter").hidden = false;
  words.addEventListener("input", (event) => {
    event.stopPropagation(); // nothing of the post was typed
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let fit = 0;
    for (const box of boxes) {
      const row = box.closest(".govuk-checkboxes__item");
      const text = row.textContent.toLowerCase();
      row.hidden = !box.checked && !wanted.every((word) => text.includes(word));
      if (!row.hidden && !box.checked) fit += 1;
    }
    one("#pick-said").textContent = sentence("found").replace("0", fit);
  });
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = boxes.find((box) => !box.checked && !box.closest(".govuk-checkboxes__item").hidden);
    if (!first || !words.value.trim()) return;
    first.click();
    words.value = "";
    words.dispatchEvent(new Event("input"));
  });
}

// --- cures and templates ---

document.addEventListener("click", (event) => {
  const insert = event.target.closest?.("[data-insert]");
  if (insert) {
    const text = one("#id_text");
    text.setRangeText(one(insert.dataset.insert).textContent, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    return text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const cure = event.target.closest?.("[data-cure]");
  if (!cure) return;
  const text = one("#id_text");
  const at = text.value.indexOf(cure.dataset.found);
  if (at < 0) return;
  text.focus();
  text.setRangeText(cure.dataset.cure, at, at + cure.dataset.found.length, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
});

const template = one("#use-template");
if (template) {
  template.hidden = false;
  template.addEventListener("click", () => {
    const text = one("#id_text");
    text.value = one("#template-text").textContent;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    one("#template").remove();
    text.focus();
  });
}

// --- answers: found by typing, put in by one key; the desk counts each and refuses what has lapsed ---

const asked = one("#answer-words");
let place = one("#id_text"); // where words were typed last
let asking = null;

form.addEventListener("focusin", ({ target }) => {
  if (target.id === "id_text" || target.name?.startsWith("own-")) place = target;
});

function lookUp() {
  asking?.abort();
  asking = new XMLHttpRequest();
  asking.open("GET", `${asked.dataset.from}?q=${encodeURIComponent(asked.value)}`);
  asking.responseType = "document";
  asking.addEventListener("load", ({ target }) => {
    const list = target.response && one("#answers-found", target.response);
    if (!list) return;
    one("#answers-found").replaceWith(document.adoptNode(list));
    one("#answers-said").textContent = sentence("answers").replace("0", all("#answers-found > li").length);
  });
  asking.send();
}

async function putIn(button) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("register", button.dataset.register);
  const say = one("#answers-said");
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(button.dataset.answer, { method: "POST", body, headers, redirect: "manual" });
    if (answer.type === "opaqueredirect") return void (say.textContent = sentence("refused"));
    const told = await answer.json();
    if (!told.text) return void (say.textContent = told.sentence);
    place.setRangeText(told.text, place.selectionStart, place.selectionEnd, "end");
    asked.value = "";
    one("#answers-found").replaceChildren();
    say.textContent = "";
    place.focus();
    place.dispatchEvent(new Event("input", { bubbles: true }));
  } catch {
    say.textContent = sentence("lost");
  }
}

if (asked) {
  one("#answers").hidden = false;
  one("#answers").addEventListener("toggle", ({ target }) => target.open && asked.focus());
  asked.addEventListener("input", (event) => {
    event.stopPropagation(); // nothing of the post was typed
    lookUp();
  });
  asked.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const first = one(`#answers-found [data-register="${event.shiftKey ? "formal" : "conversational"}"]`);
    if (first) putIn(first);
  });
  one("#answers").addEventListener("click", (event) => {
    const button = event.target.closest("[data-answer]");
    if (button) putIn(button);
  });
}

// --- going on ---

form.addEventListener("submit", async (event) => {
  if (leaving) return;
  event.preventDefault(); // what is being kept is kept first, so that nothing is begun twice
  const { submitter } = event;
  await keeping;
  await new Promise((later) => setTimeout(later)); // while the event is under way a form takes no other
  leaving = true;
  const again = submitter?.isConnected ? submitter : one(`[name=do][value="${submitter?.value ?? "save"}"]`, form);
  form.requestSubmit(again); // the part with the buttons may be another one by now
});
setInterval(keep, EVERY);
// Meanwhile the worker reads the page of a link: look again until its card is there, for half a minute.
const looked = {};
setInterval(() => {
  const address = one("[data-unread]")?.dataset.unread;
  if (!address || leaving || (looked[address] ??= 0) >= 10) return;
  const was = dirty;
  looked[address] += 1;
  one("#id_text").dispatchEvent(new Event("input", { bubbles: true }));
  dirty = was; // nothing was typed
}, EVERY);
form.addEventListener("focusout", keep);
addEventListener("beforeunload", (event) => {
  if (dirty && !leaving) event.preventDefault();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) leaving = false;
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  if (event.key === "/" && asked) {
    event.preventDefault();
    if (!one("#answers").open) return void (one("#answers").open = true);
    return asked.focus();
  }
  const wanted = { s: "save", Enter: "go" }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  const button = wanted && one(`[name=do][value="${wanted}"]`, form);
  if (!button || button.disabled) return;
  event.preventDefault();
  form.requestSubmit(button);
});
