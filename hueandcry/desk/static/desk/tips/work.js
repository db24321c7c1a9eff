// The tip desk at work. Private keys, opened text and drafts live in this page's memory only: reload it and all is
// closed again.

import { fromBase64, toBase64 } from "../bytes.js";
import { isPair, openLetter, openTipSeed, sealReply, wrapFor } from "./crypto.js";
import { Distrust, trustedKeys } from "./keylog.js";
import { addPasskeyLocks, lockUp, opened, tryPasskey, tryWords, unlocked } from "./lock.js";
import { all, get, guarded, one, patiently, post, Refused, say, sentence, show } from "./page.js";
import { renewIfAsked } from "./renew.js";
import { turn } from "./thread.js";

const NEWS = 20 * 1000; // how often an open dialogue asks whether it went on
const drafts = new Map(); // number → an answer begun and not sent; while locked { sealed, id } instead of text
const sent = new Map(); // number → { text, sealed }: tried and not confirmed, sent again byte for byte
const panel = one("#tip");
const field = one("#reply-text");
const saidHere = one("#tip-said");
let open = null; // { sealed, seed } of the tip in the panel
let latest = null; // the latest wish to open a tip
let news = 0;

const address = (verb, number = panel.dataset.number) => panel.dataset[verb].replace("0000000000", number);
const last = () => Math.max(0, ...(open?.sealed.messages ?? []).map((message) => message.position));
const toast = (text, undo) => document.dispatchEvent(new CustomEvent("hc:toast", { detail: { text, undo } }));

function fail(error, place = saidHere) {
  if (error instanceof Distrust) say("distrust", place);
  else if (error instanceof Refused) {
    place.textContent = error.message;
    place.hidden = false;
  } else say("fault", place);
}

// --- lock and unlock ---

async function unlock(attempt, failed) {
  say("unlocking", one("#lock-said"));
  if (!(await attempt())) {
    say(failed, one("#lock-said"));
    return false;
  }
  opened(lock);
  if (panel.dataset.number && !panel.hidden) await openTip(panel.dataset.number).catch(fail);
  else (one("#tips [data-open]") ?? one("#lock")).focus();
  return true;
}

export async function unlockWithWords() {
  if (!(await unlock(() => tryWords(one("#passphrase").value), "wrong"))) one("#passphrase").select();
}

export const unlockWithPasskey = () => unlock(tryPasskey, "no-passkey");

function lock(word = "") {
  const number = panel.dataset.number;
  if (open?.seed) {
    drafts.set(number, { text: field.value, publicKey: open.sealed.public_key, id: open.sealed.id });
    open.seed.fill(0);
  }
  for (const [name, draft] of drafts) putAway(name, draft);
  open = latest = null;
  clearInterval(news);
  field.value = "";
  one("#thread").replaceChildren();
  show("#opened, #hand-on, #not-mine, #own-elsewhere, #news", false);
  show("#still-locked", true);
  lockUp(word);
  one("#passphrase")?.focus();
}

// A draft is sealed to its tip like an answer, so that locking the page loses nothing and leaves nothing readable.
function putAway(number, draft) {
  drafts.delete(number);
  sent.delete(number);
  if (draft.sealed) drafts.set(number, draft);
  else if (draft.text?.trim()) {
    sealReply(draft.text, draft.publicKey, draft.id)
      .then((sealed) => drafts.set(number, { sealed, id: draft.id }))
      .catch(() => null);
  }
}

async function takeOut(number, mine) {
  const draft = drafts.get(number);
  if (!draft?.sealed) return draft?.text ?? "";
  const letter = await openLetter(mine.seed, { sealed: draft.sealed, direction: "from_desk" }, draft.id).catch(() => null);
  return letter?.text ?? "";
}

function keepDraft() {
  if (open?.seed) {
    drafts.set(panel.dataset.number, { text: field.value, publicKey: open.sealed.public_key, id: open.sealed.id });
  }
}

// --- one tip ---

async function openTip(number) {
  say("", saidHere);
  const asked = (latest = Symbol(number));
  const sealed = await patiently(post(address("sealed", number)), one("#said"));
  if (latest !== asked) return; // another tip was chosen, or the page was locked, meanwhile
  keepDraft();
  open?.seed?.fill(0);
  panel.dataset.number = number;
  fill(sealed.line);
  const mine = (open = { sealed, seed: null });
  one("#thread").replaceChildren();
  field.value = "";
  const wrap = sealed.wraps.find((item) => unlocked.has(item.fingerprint));
  show("#opened, #hand-on", Boolean(wrap));
  show("#own-elsewhere", !wrap && sealed.wraps.length > 0);
  show("#not-mine", !wrap && sealed.wraps.length === 0);
  show("#still-locked, #none-chosen, #news, #see-stale, #send-anyway", false);
  say("", one("#reply-said"));
  panel.hidden = false;
  one(".hc-tips").dataset.open = "";
  if (!wrap) return cannot(sealed);
  mine.seed = await openTipSeed(unlocked.get(wrap.fingerprint), wrap, sealed.id);
  if (!(await isPair(mine.seed, fromBase64(sealed.public_key)))) throw new Distrust("distrust");
  const turns = await Promise.all(sealed.messages.map((message) => turn(message, mine)));
  const begun = await takeOut(number, mine);
  if (open !== mine) return mine.seed.fill(0);
  field.value = begun;
  one("#thread").replaceChildren(...turns);
  show("#share-form", sealed.colleagues.length > 0);
  one("#colleagues").textContent = sealed.colleagues.map((key) => key.name).join(", ");
  one("#tip-heading").focus();
  watchNews();
  await post(address("read"), { position: last() });
  show(`[data-unread="${number}"]`, false);
  await renew(mine);
}

function cannot(sealed) {
  const names = sealed.sharers.join(", ");
  one("#sharers").textContent = names ? `${sentence("can-share")} ${names}.` : sentence("nobody-can-share");
  one("#tip-heading").focus();
}

// Somebody who could open it has left: their copy of the key is made worthless (renew.js).
async function renew(mine) {
  if (!mine.sealed.renew || !panel.dataset.rekey) return;
  const values = { ...mine, post, rekey: address("rekey"), keylog: panel.dataset.keylog };
  const { sealed, seed } = await renewIfAsked(values);
  mine.sealed = { ...sealed, line: mine.sealed.line };
  mine.seed = seed;
  if (open !== mine) seed.fill(0);
}

// Values of the tip that are no secret: number, hour, appeal, status, who works on it.
function fill(line) {
  for (const element of all("[data-fill]", panel)) element.textContent = line[element.dataset.fill];
  const page = one("#appeal-page");
  page.textContent = line.appeal_title;
  page.hidden = !line.appeal_at;
  if (line.appeal_at) page.href = line.appeal_at;
  for (const move of all("[data-to]", panel)) move.hidden = !line.moves.includes(move.dataset.to);
  one("#status-form").action = address("status", line.number);
  for (const row of all("[data-number]", one("#tips"))) {
    const chosen = row.dataset.number === line.number;
    row.classList.toggle("hc-row--chosen", chosen);
    if (chosen) {
      one("[data-label]", row).textContent = line.label;
      one(".hc-tips__about", row).textContent = line.about;
      one("a", row).setAttribute("aria-current", "true");
    } else one("a", row).removeAttribute("aria-current");
  }
}

function watchNews() {
  clearInterval(news);
  news = setInterval(async () => {
    if (document.hidden || !open?.seed) return;
    const mine = open;
    const told = await get(address("line")).catch(() => null);
    if (!told || open !== mine) return;
    fill(told.line);
    show("#news", told.line.messages > last());
  }, NEWS);
}

function closeTip(event) {
  event?.preventDefault();
  const number = panel.dataset.number;
  keepDraft();
  open?.seed?.fill(0);
  open = latest = null;
  clearInterval(news);
  one("#thread").replaceChildren();
  field.value = "";
  panel.hidden = true;
  panel.dataset.number = "";
  show("#none-chosen", true);
  delete one(".hc-tips").dataset.open;
  for (const row of all(".hc-row--chosen", one("#tips"))) row.classList.remove("hc-row--chosen");
  if (event) history.pushState({}, "", panel.dataset.listAt);
  (one(`#tips [data-number="${number}"] a`) ?? one("#tips a"))?.focus();
}

// --- acts ---

async function reply(event, { anyway = false } = {}) {
  event.preventDefault();
  const { sealed } = open;
  const [number, text] = [panel.dataset.number, field.value];
  if (!text.trim()) return field.focus();
  const place = one("#reply-said");
  show("#see-stale, #send-anyway", false);
  say("", place);
  one("#reply-send").disabled = true;
  try {
    const { generation } = sealed; // of the key pair that it is sealed to: a new one may come meanwhile
    if (sent.get(number)?.text !== text || sent.get(number).generation !== generation) {
      sent.set(number, { text, generation, sealed: await sealReply(text, sealed.public_key, sealed.id) });
    }
    const value = { sealed: sent.get(number).sealed, generation };
    await patiently(post(address("reply", number), anyway ? value : { ...value, after: last() }), place);
    sent.delete(number);
    drafts.delete(number);
    if (open?.sealed !== sealed) return toast(sentence("sent"));
    field.value = "";
    await openTip(number);
    say("sent", saidHere);
  } catch (error) {
    fail(error, place);
    show("#see-stale, #send-anyway", Boolean(error.stale));
  } finally {
    one("#reply-send").disabled = false;
    if (document.activeElement === document.body) one("#reply-send").focus(); // switched off, it had lost it
  }
}

// The tip's seed closed for keys that are in force by the verified log, and for no other.
async function wrapsFor(names, { seed, sealed }) {
  const trusted = await trustedKeys(panel.dataset.keylog);
  const keys = names.filter((name) => trusted.has(name)).map((name) => trusted.get(name));
  return Object.fromEntries(await Promise.all(keys.map((key) => wrapFor(seed, toBase64(key.publicKey), sealed.id))));
}

async function share(event) {
  event.preventDefault();
  const mine = open;
  const place = address("share"); // before the wait: another tip may be chosen meanwhile
  const wraps = await wrapsFor(mine.sealed.colleagues.map((key) => key.fingerprint), mine);
  if (Object.keys(wraps).length === 0) return say("no-key-theirs", saidHere);
  await post(place, { wraps });
  if (open !== mine) return;
  show("#share-form", false);
  say("shared", saidHere);
  one("#tip-heading").focus();
}

async function give(event) {
  event.preventDefault();
  const mine = open;
  const [place, number] = [address("assign"), panel.dataset.number];
  const chosen = one("#give-to").selectedOptions[0];
  const wraps = await wrapsFor(chosen.dataset.keys.trim().split(" "), mine);
  if (Object.keys(wraps).length === 0) return say("no-key-theirs", saidHere);
  await post(place, { to: chosen.value, wraps, only: one("#give-only").checked });
  one("#give-only").checked = false;
  if (open !== mine) return toast(sentence("given"));
  await openTip(number);
  toast(sentence("given"));
}

async function changeStatus(event) {
  event.preventDefault();
  const [number, to] = [panel.dataset.number, event.submitter.value];
  const told = await patiently(post(address("status", number), { status: to }), saidHere).catch(async (error) => {
    const now = await get(address("line", number)).catch(() => null); // somebody was faster: show what is true
    if (now && panel.dataset.number === number) fill(now.line);
    throw error;
  });
  if (panel.dataset.number === number) fill(told.line);
  const word = { working: "took", new: "back", closed: "closed" }[to];
  toast(sentence(word), told.undo ? () => undo(number, told.undo).catch(fail) : undefined);
}

async function undo(number, status) {
  const told = await post(address("status", number), { status });
  if (panel.dataset.number === number) fill(told.line);
  toast(sentence("undone"));
}

async function addLock() {
  if (!(await addPasskeyLocks())) return say("no-passkey", one("#lock-said"));
  show("#add-lock", false);
  say("lock-added", one("#lock-said"));
}

// --- the list ---

function choose(event) {
  const row = event.target.closest("[data-number]");
  const link = event.target.closest("a[href]");
  if (!row || !link || event.ctrlKey || event.metaKey || event.shiftKey || unlocked.size === 0) return;
  event.preventDefault();
  history.pushState({ number: row.dataset.number }, "", link.href);
  openTip(row.dataset.number).catch((error) => fail(error, one("#said")));
}

function travel() {
  const number = location.pathname.split("/")[3] ?? "";
  if (!unlocked.size) location.reload();
  else if (/^\d+$/.test(number)) openTip(number).catch(fail);
  else closeTip();
}

const unsent = () => Boolean(field.value.trim()) || Array.from(drafts.values()).some((draft) => draft.sealed || draft.text?.trim());

function start() {
  const safely = (work) => guarded(work, (error) => fail(error));
  one("#lock").addEventListener("click", () => lock());
  one("#add-lock")?.addEventListener("click", safely(addLock));
  one("#reply").addEventListener("submit", safely(reply));
  one("#send-anyway").addEventListener("click", safely((event) => reply(event, { anyway: true })));
  for (const name of ["#see-stale", "#see-news"]) {
    one(name).addEventListener("click", safely(() => openTip(panel.dataset.number)));
  }
  one("#share-form").addEventListener("submit", safely(share));
  one("#give-form")?.addEventListener("submit", safely(give));
  one("#status-form").addEventListener("submit", safely(changeStatus));
  one(".hc-tips__list").addEventListener("click", choose);
  one("#tip-back").addEventListener("click", (event) => unlocked.size && closeTip(event));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") one("#tip-heading").focus();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) one("#reply").requestSubmit();
  });
  addEventListener("popstate", travel);
  addEventListener("pagehide", () => lock());
  addEventListener("beforeunload", (event) => unsent() && event.preventDefault());
}

start();
