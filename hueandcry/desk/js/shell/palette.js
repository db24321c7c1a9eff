// Search or do: the field of the top bar as a combobox. The list comes from /desk/find/, trimmed to what this
// person may open; what can be done on this page is added here.

import { all, ask, make, one, sentence, signedOut, taken, visible } from "./dom.js";
import { nameOf, press } from "./keys.js";

const PAUSE = 120; // ms
let field;
let panel;
let timer = 0;
let latest = null;
let fits = true; // what the list shows is for the words in the field
const acts = new Map(); // option id → element of this page

const options = () => all("[role=option]", panel);
const chosen = () => one("[aria-selected=true]", panel);

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else field.removeAttribute("aria-activedescendant");
}

function open(shown) {
  panel.hidden = !shown;
  field.setAttribute("aria-expanded", String(shown));
  if (!shown) choose(null);
}

// What has a key on this page and fits the words; the shell's own rooms come from the server.
function here(words) {
  acts.clear();
  const fits = (name) => words.every((word) => name.toLowerCase().includes(word));
  const offered = new Set([...all("main [data-key], main [data-do]"), ...all("[data-menu] [data-do]")]);
  const found = Array.from(offered).filter((element) => {
    const shown = visible(element) || element.matches("[data-menu] [data-do]");
    return shown && nameOf(element) && fits(nameOf(element));
  });
  return found.map((element, number) => {
    const id = `here-${number}`;
    acts.set(id, element);
    const option = make("li", { role: "option", id, "aria-selected": "false", style: "hc-found" });
    option.append(make("span", { style: "hc-found__name", text: nameOf(element) }));
    option.append(make("span", { style: "hc-found__what", text: panel.dataset.here }));
    if (element.dataset.key) option.append(make("kbd", { style: "hc-key", text: element.dataset.key, "aria-hidden": "true" }));
    return option;
  });
}

async function look({ onlyHere = false } = {}) {
  const asked = (latest = Symbol("look"));
  const typed = field.value.trim();
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const own = typed || onlyHere ? here(words) : [];
  let found = null;
  let trouble = "";
  if (!onlyHere) {
    const answer = await ask(`${field.form.action}?q=${encodeURIComponent(typed)}`).catch(() => null);
    if (latest !== asked) return;
    found = answer && taken(answer.page, "found");
    if (!found) trouble = sentence(answer && signedOut(answer) ? "signed-out" : "unreachable");
  }
  if (document.activeElement !== field) return;
  fits = true;
  const list = found ?? make("ul", { id: "found", role: "listbox", "aria-label": panel.dataset.label });
  list.prepend(...own);
  one("#found").replaceWith(list);
  const count = options().length;
  one("#found-said").textContent = trouble || (count ? panel.dataset.some.replace("0", count) : panel.dataset.none);
  one("#found-said").classList.toggle("govuk-visually-hidden", count > 0 && !trouble);
  open(true);
  choose(typed || onlyHere ? options()[0] : null);
}

function go(option, apart) {
  const element = acts.get(option.id);
  open(false);
  if (element) {
    field.value = "";
    field.blur();
    press(element);
  } else if (apart) window.open(option.dataset.to, "_blank", "noopener");
  else location.assign(option.dataset.to);
}

// Whoever types a name and Enter in one go means what fits the whole name, not what fitted its first letters.
async function enter(apart) {
  clearTimeout(timer);
  await look();
  if (chosen() && fits) go(chosen(), apart);
}

function pressed(event) {
  const list = options();
  const place = list.indexOf(chosen());
  const moves = { ArrowDown: place + 1, ArrowUp: place < 0 ? -1 : place - 1 };
  if (event.key === "ArrowDown" && panel.hidden) {
    event.preventDefault();
    look();
  } else if (event.key in moves && list.length) {
    event.preventDefault();
    choose(list.at(moves[event.key] % list.length));
  } else if (event.key === "Enter" && field.value.trim() && !fits) {
    event.preventDefault();
    enter(event.ctrlKey || event.metaKey);
  } else if (event.key === "Enter" && chosen() && !panel.hidden) {
    event.preventDefault();
    go(chosen(), event.ctrlKey || event.metaKey);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    if (!panel.hidden) open(false);
    else if (field.value) field.value = "";
    else field.blur();
  } else if (event.key === "Tab") open(false);
}

export function begin(what) {
  if (one("dialog[open]")) return;
  if (!visible(field)) return one("#find-link")?.click();
  field.focus();
  field.select();
  look(what);
}

export function bind() {
  field = one("#find");
  panel = one("#palette");
  if (!field || !panel) return;
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", "found"], ["aria-autocomplete", "list"]]) {
    field.setAttribute(name, value);
  }
  field.addEventListener("input", () => {
    fits = false;
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  field.addEventListener("keydown", pressed);
  field.addEventListener("pointerup", () => panel.hidden && look());
  field.addEventListener("blur", () => setTimeout(() => document.activeElement !== field && open(false), 150));
  panel.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the field
  panel.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) go(option, event.ctrlKey || event.metaKey);
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      begin();
    }
  });
  document.addEventListener("hc:key", (event) => {
    if (event.detail !== "/" && event.detail !== ".") return;
    event.preventDefault(); // or the field that takes the focus would take the key as well
    field.value = "";
    begin({ onlyHere: event.detail === "." });
  });
}
