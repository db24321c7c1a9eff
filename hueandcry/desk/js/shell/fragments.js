// Parts of a page that change by themselves, in three shapes: swap after a form, refresh on a timer,
// load more and preview. Each is a real form or link first and works without this.

import { all, ask, isField, one, sentence, signedOut, taken, tell } from "./dom.js";

const PAUSE = 300; // ms after the last keystroke until a preview is asked for
const SLOWEST = 60; // seconds between refreshes while the server does not answer
const ids = (list) => (list ?? "").split(/\s+/).filter(Boolean).map((name) => name.replace(/^#/, ""));

// Where the focus is within an element, so that it can be found again in its successor.
function bookmark(element) {
  const active = document.activeElement;
  if (!element.contains(active)) return null;
  const choice = active.id ? `#${CSS.escape(active.id)}` : active.name ? `[name="${CSS.escape(active.name)}"]` : null;
  const range = isField(active) && active.selectionStart != null ? [active.selectionStart, active.selectionEnd] : null;
  return { choice, range, place: likes(active, element).indexOf(active), like: active };
}

// What is worded like this link or button: the first "Stop" of three is found again as the first "Stop".
const likes = (like, element) =>
  all(like.localName, element).filter((each) => each.textContent.trim() === like.textContent.trim());

function restore(element, mark) {
  if (!mark) return;
  const named = mark.choice && (element.matches(mark.choice) ? element : one(mark.choice, element));
  const again = named || (!mark.choice && likes(mark.like, element)[mark.place]) || element;
  again.focus({ preventScroll: true });
  if (document.activeElement !== again) {
    element.setAttribute("tabindex", "-1");
    element.focus({ preventScroll: true });
  } else if (mark.range) again.setSelectionRange?.(...mark.range);
}

// Put the answer's element in place of ours; true if the answer has one. An equal one is left alone.
export function swap(page, id) {
  const old = document.getElementById(id);
  const fresh = taken(page, id);
  if (!old || !fresh) return false;
  if (old.isEqualNode(fresh)) return true;
  const mark = bookmark(old);
  old.replaceWith(fresh);
  restore(fresh, mark);
  start(fresh);
  tell("swapped", fresh);
  return true;
}

const warn = (name) => tell("toast", { text: sentence(name), tone: "danger" });

// --- swap after a form ---

async function send(event) {
  const form = event.target;
  if (event.defaultPrevented || !form.dataset?.swap) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  const wanted = ids(form.dataset.swap);
  const button = event.submitter;
  const body = new FormData(form, button);
  let address = button?.getAttribute("formaction") || form.getAttribute("action") || location.href;
  const method = form.method.toUpperCase();
  if (method === "GET") address = `${address.split("?")[0]}?${new URLSearchParams(body)}`;
  for (const id of wanted) document.getElementById(id)?.setAttribute("aria-busy", "true");
  try {
    take(await ask(address, { method, body: method === "GET" ? null : body }), wanted, method, address);
    if (method === "GET") history.replaceState(history.state, "", address);
  } catch {
    warn("unsent");
  } finally {
    delete form.dataset.busy;
    for (const id of wanted) document.getElementById(id)?.removeAttribute("aria-busy");
  }
}

function take(answer, wanted, method, asked) {
  if (signedOut(answer)) return warn("signed-out");
  const found = wanted.filter((id) => swap(answer.page, id));
  for (const id of ["toasts", "rail", "phone-bar"]) if (!wanted.includes(id)) swap(answer.page, id);
  if (found.length) return;
  if (method === "GET" || new URL(answer.address).pathname !== new URL(asked, location.href).pathname) {
    return location.assign(answer.address);
  }
  const words = [one("h1", answer.page), one("main p", answer.page)].map((part) => part?.textContent.trim());
  tell("toast", { text: words.filter(Boolean).join(". ") || sentence("fault"), tone: "danger" });
}

// --- refresh on a timer ---

const typing = (element) => element.contains(document.activeElement) && isField(document.activeElement);

function refresh(element) {
  let wait = Number(element.dataset.refresh);
  if (!(wait > 0) || element.dataset.refreshing) return;
  element.dataset.refreshing = "1";
  const again = async () => {
    if (!element.isConnected) return;
    if (!document.hidden && !typing(element)) {
      try {
        const answer = await ask(element.dataset.from || location.href);
        if (signedOut(answer)) return warn("signed-out");
        if (answer.status >= 400) throw new Error("not now"); // such as during an upgrade: ask again, more slowly
        const { page } = answer;
        delete element.dataset.refreshing;
        for (const id of ids(element.dataset.also)) swap(page, id);
        if (!swap(page, element.id)) return;
        if (!element.isConnected) return; // its successor goes on, if it says so
        element.dataset.refreshing = "1";
        wait = Number(element.dataset.refresh);
      } catch {
        wait = Math.min(wait * 2, SLOWEST);
      }
    }
    setTimeout(again, wait * 1000);
  };
  setTimeout(again, wait * 1000);
}

// --- load more ---

async function more(event) {
  const link = event.target.closest?.("a[data-more]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const list = one(link.dataset.more);
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await ask(link.href);
    const { page } = answer;
    const source = taken(page, list.id);
    if (!source) {
      link.removeAttribute("aria-busy");
      return warn(signedOut(answer) ? "signed-out" : "unreachable");
    }
    const items = Array.from(source.children);
    list.append(...items);
    const next = link.id && taken(page, link.id);
    if (next) link.replaceWith(next);
    else link.remove();
    one("a, button, [tabindex]", items[0] ?? list)?.focus();
    for (const item of items) start(item);
    tell("swapped", list);
  } catch {
    link.removeAttribute("aria-busy");
    warn("unreachable");
  }
}

// --- preview ---

const waiting = new WeakMap(); // form → timer

async function preview(form) {
  const [id] = ids(form.dataset.preview);
  const asked = Symbol(id);
  form.previewAsked = asked;
  try {
    const answer = await ask(form.dataset.previewTo, { method: "POST", body: new FormData(form) });
    if (form.previewAsked !== asked) return; // a later one is under way
    if (swap(answer.page, id)) tell("preview", answer.status, form);
  } catch {
    tell("preview", 0, form);
  }
}

function typed(event) {
  const form = event.target.form;
  if (!form?.dataset?.preview) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => preview(form), PAUSE));
}

export function start(within = document) {
  for (const element of all("[data-refresh][id]", within)) refresh(element);
  if (within instanceof Element && within.matches("[data-refresh][id]")) refresh(within);
}

export function bind() {
  document.addEventListener("submit", send);
  document.addEventListener("click", more);
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  start();
}
