// What the page must notice by itself: no connection, the end of the session, counts for the tab's title.

import { one, sentence, tell } from "./dom.js";

const WARNING = 10 * 60 * 1000; // before the session ends
const LONGEST = 2 ** 31 - 1; // what setTimeout can wait

function offline(gone) {
  const strip = one("#offline");
  if (strip) strip.hidden = !gone;
}

const later = (at, work) => {
  const wait = at - Date.now();
  if (wait < LONGEST) setTimeout(work, Math.max(wait, 0));
};

function session() {
  const left = Number(document.body.dataset.sessionLeft) * 1000;
  if (!left) return;
  const ends = Date.now() + left;
  const clock = new Date(ends).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  later(ends - WARNING, () => Date.now() < ends && tell("toast", { text: sentence("ending").replace("00:00", clock), tone: "amber" }));
  later(ends, () => tell("toast", { text: sentence("signed-out"), tone: "danger" }));
}

function title() {
  const waiting = Number(one("#rail")?.dataset.waiting ?? 0);
  const plain = document.title.replace(/^\(\d+\) /, "");
  document.title = waiting ? `(${waiting}) ${plain}` : plain;
}

export function bind() {
  addEventListener("offline", () => offline(true));
  addEventListener("online", () => offline(false));
  document.addEventListener("hc:unreachable", () => offline(true));
  document.addEventListener("hc:answered", () => offline(false));
  document.addEventListener("hc:swapped", (event) => event.detail.id === "rail" && title());
  session();
}
