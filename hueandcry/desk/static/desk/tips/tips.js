// The tip desk. Private keys and opened text live in this page's memory only: reload it and all is closed again.
// Opened text enters the page by textContent and in no other way.

import { fromBase64, openDeskSeed, openLetter, openTipSeed, sealReply, wrapFor } from "./crypto.js";
import { all, one, post, Refused, say, sentence, show } from "./page.js";

const IDLE = 30 * 60 * 1000; // then the page locks itself
const unlocked = new Map(); // fingerprint → seed of one of my keys
const drafts = new Map(); // number → an answer begun and not sent
const panel = one("#tip");
let open = null; // { sealed, seed } of the tip in the panel
let latest = null; // the latest wish to open a tip
let idle = 0;

const address = (verb, number = panel.dataset.number) => panel.dataset[verb].replace("0000000000", number);

function fail(error, place) {
  if (error instanceof Refused) {
    const where = place ?? one("#said");
    where.textContent = error.message;
    where.hidden = false;
  } else say("fault", place);
}

// --- lock and unlock ---

async function unlock(event) {
  event.preventDefault();
  const typed = one("#passphrase").value;
  say("unlocking", one("#lock-said"));
  for (const key of all("[data-fingerprint]")) {
    const seed = await openDeskSeed(fromBase64(key.dataset.wrapped), key.dataset.fingerprint, typed);
    if (seed) unlocked.set(key.dataset.fingerprint, seed);
  }
  if (unlocked.size === 0) {
    say("wrong", one("#lock-said"));
    one("#passphrase").select();
    return;
  }
  one("#passphrase").value = "";
  say("", one("#lock-said"));
  show("#locked", false);
  show("#unlocked", true);
  stayAwake();
  if (panel.dataset.number) await openTip(panel.dataset.number);
  else one("#lock").focus();
}

function lock() {
  for (const seed of unlocked.values()) seed.fill(0);
  unlocked.clear();
  open?.seed?.fill(0);
  open = latest = null;
  drafts.clear();
  one("#reply-text").value = "";
  one("#thread").replaceChildren();
  show("#opened", false);
  show("#still-locked", true);
  show("#locked", true);
  show("#unlocked", false);
  one("#passphrase")?.focus();
}

function stayAwake() {
  clearTimeout(idle);
  if (unlocked.size) idle = setTimeout(lock, IDLE);
}

// --- one tip ---

async function openTip(number) {
  say("", one("#tip-said"));
  const asked = (latest = Symbol(number));
  const sealed = await post(address("sealed", number));
  if (latest !== asked) return; // another tip was chosen, or the page was locked, meanwhile
  drafts.set(panel.dataset.number, one("#reply-text").value);
  one("#reply-text").value = drafts.get(number) ?? "";
  panel.dataset.number = number;
  fill(sealed.line);
  const mine = (open = { sealed, seed: null });
  one("#thread").replaceChildren();
  const wrap = sealed.wraps.find((item) => unlocked.has(item.fingerprint));
  show("#opened", Boolean(wrap));
  show("#not-mine", !wrap);
  show("#still-locked", false);
  panel.hidden = false;
  if (!wrap) return one("#tip-heading").focus();
  mine.seed = await openTipSeed(unlocked.get(wrap.fingerprint), wrap, sealed.id);
  const turns = await Promise.all(sealed.messages.map((message) => turn(message, mine)));
  if (open !== mine) return mine.seed.fill(0);
  one("#thread").replaceChildren(...turns);
  show("#share-form", sealed.colleagues.length > 0);
  one("#colleagues").textContent = sealed.colleagues.map((key) => key.name).join(", ");
  one("#tip-heading").focus();
  const last = Math.max(...sealed.messages.map((message) => message.position));
  await post(address("read"), { position: last });
  show(`[data-unread="${number}"]`, false);
}

async function turn(message, { sealed, seed }) {
  const item = document.createElement("li");
  const ours = message.direction === "from_desk";
  item.className = ours ? "hc-turn hc-turn--ours" : "hc-turn";
  add(item, "hc-turn__who", `${sentence(ours ? "we" : "tipster")}, ${message.when}`);
  try {
    const letter = await openLetter(seed, message, sealed.id);
    if (letter.details?.risk) add(item, "hc-turn__text hc-late", sentence("risk"));
    add(item, "hc-turn__text", String(letter.text));
    for (const name of ["who", "where", "when"]) {
      if (letter.details?.[name]) add(item, "hc-turn__text", `${sentence(name)} ${letter.details[name]}`);
    }
  } catch {
    add(item, "hc-turn__text", sentence("damaged"));
  }
  return item;
}

function add(item, style, text) {
  const line = document.createElement("p");
  line.className = style;
  line.textContent = text;
  item.append(line);
}

// Values of the tip that are no secret: number, hour, appeal, status, who works on it.
function fill(line) {
  for (const element of all("[data-fill]", panel)) element.textContent = line[element.dataset.fill];
  for (const move of all("[data-to]", panel)) move.hidden = !line.moves.includes(move.dataset.to);
  for (const row of all("[data-number]", one("#tips"))) {
    row.classList.toggle("hc-row--chosen", row.dataset.number === line.number);
    if (row.dataset.number === line.number) one("[data-label]", row).textContent = line.label;
  }
}

// --- acts ---

async function reply(event) {
  event.preventDefault();
  const text = one("#reply-text").value;
  if (!text.trim()) return one("#reply-text").focus();
  one("#reply-send").disabled = true;
  try {
    await post(address("reply"), { sealed: await sealReply(text, open.sealed.public_key, open.sealed.id) });
    one("#reply-text").value = "";
    await openTip(panel.dataset.number);
    say("sent", one("#tip-said"));
  } finally {
    one("#reply-send").disabled = false;
  }
}

async function share(event) {
  event.preventDefault();
  const { seed, sealed } = open;
  const place = address("share"); // before the wait: another tip may be chosen meanwhile
  const wraps = await Promise.all(sealed.colleagues.map((key) => wrapFor(seed, key.public_key, sealed.id)));
  await post(place, { wraps: Object.fromEntries(wraps) });
  if (open?.sealed !== sealed) return;
  show("#share-form", false);
  say("shared", one("#tip-said"));
  one("#tip-heading").focus();
}

async function changeStatus(event) {
  event.preventDefault();
  fill((await post(address("status"), { status: event.submitter.value })).line);
  say("changed", one("#tip-said"));
}

function choose(event) {
  const row = event.target.closest("[data-number]");
  const link = event.target.closest("a[href]");
  if (!row || !link || event.ctrlKey || event.metaKey || event.shiftKey || unlocked.size === 0) return;
  event.preventDefault();
  history.pushState({ number: row.dataset.number }, "", link.href);
  openTip(row.dataset.number).catch(fail);
}

function start() {
  const guarded = (work) => (event) => work(event).catch((error) => fail(error, one("#tip-said")));
  one("#unlock")?.addEventListener("submit", (event) => unlock(event).catch((error) => fail(error, one("#lock-said"))));
  one("#lock")?.addEventListener("click", lock);
  one("#reply").addEventListener("submit", guarded(reply));
  one("#share-form").addEventListener("submit", guarded(share));
  one("#status-form").addEventListener("submit", guarded(changeStatus));
  one("#tips").addEventListener("click", choose);
  for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, stayAwake, { passive: true });
  addEventListener("popstate", () => location.reload());
  addEventListener("pagehide", lock);
  if (!globalThis.crypto?.subtle) say("insecure", one("#lock-said"));
}

start();
