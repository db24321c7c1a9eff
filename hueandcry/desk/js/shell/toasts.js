// The sentence after an act. The server puts it into the page; here it goes again after ten seconds, unless
// somebody's pointer or focus rests on it, and is read out once.

import { all, make, one, sentence, tell } from "./dom.js";

const LASTS = 10_000;
const TICK = 100;

function say(text) {
  const place = one("#spoken");
  place.textContent = "";
  setTimeout(() => (place.textContent = text), 50);
}

function run(toast) {
  if (toast.dataset.running) return;
  toast.dataset.running = "1";
  say(one(".hc-toast__text", toast)?.textContent ?? "");
  one("[data-dismiss]", toast)?.addEventListener("click", () => close(toast));
  if (toast.dataset.stays !== undefined) return;
  const bar = one(".hc-toast__left", toast);
  let left = LASTS;
  const timer = setInterval(() => {
    if (!toast.isConnected) return clearInterval(timer);
    if (toast.matches(":hover, :focus-within") || document.hidden) return;
    left -= TICK;
    if (bar) bar.value = left / LASTS;
    if (left <= 0) {
      clearInterval(timer);
      close(toast);
    }
  }, TICK);
}

function close(toast) {
  const held = toast.contains(document.activeElement);
  toast.remove();
  if (held) one("#main").focus({ preventScroll: true });
}

// A toast made by a script. undo: called by the button and by `u`.
function show({ text, tone = "ok", undo, stays = tone !== "ok" }) {
  const toast = make("div", { style: `hc-toast hc-toast--${tone}` });
  if (stays) toast.dataset.stays = "";
  toast.append(make("p", { style: "hc-toast__text", text }));
  if (undo) {
    const button = make("button", { style: "hc-toast__button", text: sentence("undo"), type: "button", "data-key": "u" });
    button.append(" ", make("kbd", { style: "hc-key", text: "u", "aria-hidden": "true" }));
    button.addEventListener("click", () => {
      close(toast);
      undo();
    });
    toast.append(button);
  }
  const shut = make("button", { style: "hc-toast__close", type: "button", "data-dismiss": "", "aria-label": sentence("close"), text: "×" });
  toast.append(shut);
  if (!stays) toast.append(make("progress", { style: "hc-toast__left", value: "1", max: "1", "aria-hidden": "true" }));
  one("#toasts").replaceChildren(toast);
  run(toast);
}

function forgetWord() {
  const address = new URL(location.href);
  if (!address.searchParams.has("said")) return;
  address.searchParams.delete("said");
  history.replaceState(history.state, "", address);
}

export function bind() {
  document.addEventListener("hc:toast", (event) => show(event.detail));
  document.addEventListener("hc:swapped", (event) => event.detail.id === "toasts" && all(".hc-toast").forEach(run));
  all(".hc-toast").forEach(run);
  forgetWord();
}

export const toast = (text, more) => tell("toast", { text, ...more });
