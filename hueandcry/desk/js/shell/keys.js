// Keys, declared on what they press: data-key="t" or data-key="g t". Never while somebody types in a field;
// single keys can be switched off (WCAG 2.1.4), Ctrl K and Esc stay.

import { all, isField, make, one, tell, visible } from "./dom.js";

const CHAIN = 1500; // ms between the two keys of "g t"
let first = "";
let timer = 0;

const off = () => document.body.dataset.keys === "off";
const dialog = () => one("dialog[open]");

export function nameOf(element) {
  const own = element.cloneNode(true);
  for (const extra of all("kbd, .hc-count, .govuk-visually-hidden, svg", own)) extra.remove();
  const words = element.dataset.keyName || element.getAttribute("aria-label") || own.textContent || element.labels?.[0]?.textContent;
  return (words ?? "").replace(/\s+/g, " ").trim();
}

export function press(element) {
  if (isField(element)) {
    element.focus();
    element.select?.();
  } else if (element.tagName === "FORM") element.requestSubmit();
  else element.click();
}

const usable = (element) => visible(element) || element.hasAttribute("data-always");

// What a key presses: the page's own before the frame's; in an open dialog, only what is in it.
function owner(keys) {
  const choice = `[data-key="${CSS.escape(keys)}"]`;
  const places = dialog() ? [dialog()] : [one("main"), document];
  return places.flatMap((place) => all(choice, place)).find(usable);
}

// --- lists: j, k ---

const rows = (list) => Array.from(list.tagName === "TABLE" ? list.tBodies[0].rows : list.children).filter(visible);

function step(by) {
  const list = all("[data-list]").find(visible);
  if (!list) return false;
  const items = rows(list).filter((row) => one("a, button", row));
  const here = items.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? items.find((row) => row.matches(".hc-row--chosen")) ?? items[0] : items[here + by];
  const target = next && (one("[data-open]", next) ?? one("a, button", next));
  target?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return true;
}

// --- Esc ---

const changed = (field) =>
  field.type === "checkbox" || field.type === "radio"
    ? field.checked !== field.defaultChecked
    : "defaultValue" in field && field.value !== field.defaultValue;

function back() {
  const menu = all("details[data-menu][open]").at(-1);
  if (menu) {
    menu.open = false;
    one("summary", menu).focus();
    return true;
  }
  if (isField(document.activeElement) || all("main input:not([type=hidden]), main textarea").some(changed)) return false;
  const link = all("[data-back]").find(visible);
  link?.click();
  return Boolean(link);
}

// --- the dialog of all keys ---

function fill() {
  const place = one("#keys-here");
  const lines = new Map();
  for (const element of [...all("main [data-key]"), ...all("[data-key]")]) {
    if (usable(element) && !lines.has(element.dataset.key)) lines.set(element.dataset.key, nameOf(element));
  }
  place.replaceChildren(
    ...Array.from(lines).map(([keys, name]) => {
      const row = make("div");
      const shown = make("dt");
      shown.append(...keys.split(" ").flatMap((key) => [make("kbd", { style: "hc-key", text: key }), " "]));
      row.append(shown, make("dd", { text: name }));
      return row;
    }),
  );
  for (const part of all("[data-keys-for-list]")) part.hidden = !all("[data-list]").some(visible);
}

export function showKeys() {
  fill();
  one("#keys").showModal();
}

function act(keys, event) {
  const element = owner(keys);
  if (!element) return false;
  event.preventDefault();
  press(element);
  return true;
}

function pressed(event) {
  if (event.defaultPrevented || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return void (!dialog() && back() && event.preventDefault());
  if (off() || isField(event.target) || event.key.length !== 1) return;
  const chain = first && `${first} ${event.key}`;
  first = "";
  clearTimeout(timer);
  if (chain && act(chain, event)) return;
  if (act(event.key, event) || dialog()) return;
  if (event.key === "j" || event.key === "k") return void (step(event.key === "j" ? 1 : -1) && event.preventDefault());
  if (event.key === "?") {
    event.preventDefault();
    return showKeys();
  }
  if (one(`[data-key^="${CSS.escape(event.key)} "]`)) {
    first = event.key;
    timer = setTimeout(() => (first = ""), CHAIN);
    return;
  }
  if (!tell("key", event.key)) event.preventDefault();
}

export function bind() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    for (const menu of all("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
    const opener = event.target.closest?.("[data-opens]");
    if (opener?.dataset.opens === "keys") showKeys();
    else if (opener) one(`#${CSS.escape(opener.dataset.opens)}`)?.showModal();
    event.target.closest?.("[data-closes]")?.closest("dialog")?.close();
    if (event.target.tagName === "DIALOG") event.target.close(); // its backdrop
  });
}
