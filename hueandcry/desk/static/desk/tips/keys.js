// The page "Keys": make a key, approve a colleague's, take one out, move tips to a new one. Private halves are made and
// used here; what leaves is closed or signed. Statements are built here from what this page has verified itself.

import { fromBase64, fromHex, sha256, toBase64, toHex } from "../bytes.js";
import { closeDeskSeed, newKey, newPassphrase, normalPassphrase, openTipSeed, wrapFor } from "./crypto.js";
import { cardOf, Distrust, rememberMade, signStatement, spoken, trustedLog, wasMadeHere } from "./keylog.js";
import { addPasskeyLocks, forget, touch, tryPasskey, tryWords, unlocked, whenIdle } from "./lock.js";
import { all, get, guarded, one, post, Refused, say, sentence, show } from "./page.js";

const place = one("#keys");
const form = one("#new-key");
let made = null;
let passphrase = "";

function fail(error, where = one("#said")) {
  if (error instanceof Refused) {
    where.textContent = error.message;
    where.hidden = false;
  } else say(error instanceof Distrust ? error.word : "fault", where);
}

async function wordList() {
  const answer = await fetch(place.dataset.words).catch(() => null);
  const text = answer?.ok ? await answer.text().catch(() => "") : "";
  const words = text.trim().split("\n");
  if (words.length !== 2048) throw new Refused(sentence("offline"));
  return words;
}

// --- make a key ---

async function begin() {
  const label = one("[name=label]", form);
  if (!label.value.trim()) return label.focus(); // or six words would be written down for a key that is refused
  passphrase = newPassphrase(await wordList());
  made = await newKey();
  one("#words").textContent = passphrase;
  show("#step-words", true);
  show("#step-begin", false);
  say("");
  one("#words-heading").focus();
}

async function finish(event) {
  event.preventDefault();
  if (!made) return;
  if (normalPassphrase(one("#typed").value) !== passphrase) {
    say("differs");
    one("#typed").focus();
    return;
  }
  say("closing");
  const wrapped = await closeDeskSeed(made.seed, made.fingerprint, passphrase);
  one("[name=public_key]", form).value = toBase64(made.publicKey);
  one("[name=signing_public]", form).value = toBase64(made.signingPublic);
  one("[name=wrapped_private]", form).value = toBase64(wrapped);
  one("#typed").value = "";
  rememberMade(await cardOf(made.publicKey, made.signingPublic));
  made.seed.fill(0);
  passphrase = "";
  form.submit();
  return true;
}

// --- unlock, to sign or to move ---

async function unlock(attempt, failed) {
  const where = one("#sign-said");
  say("unlocking", where);
  if (!(await attempt())) {
    say(failed, where);
    return false;
  }
  one("#sign-words").value = "";
  ready();
  whenIdle(lock);
  const names = all("[data-wrapped]").filter((key) => unlocked.has(key.dataset.fingerprint)).map((key) => key.dataset.label);
  say("unlocked", where);
  where.textContent += ` ${names.join(", ")}`;
  return true;
}

async function unlockWithWords(event) {
  event.preventDefault();
  if (!(await unlock(() => tryWords(one("#sign-words").value), "wrong"))) one("#sign-words").select();
}

const unlockWithPasskey = async () => void (await unlock(tryPasskey, "no-passkey"));

function lock(word) {
  forget();
  ready();
  say(word, one("#sign-said"));
}

async function addLock() {
  if (!(await addPasskeyLocks())) return say("no-passkey", one("#sign-said"));
  location.assign(`${location.pathname}?said=key-lock-added`);
  return true;
}

// Buttons work once a key that they need is open.
function ready() {
  const canSign = all("[data-signer]").some((key) => unlocked.has(key.dataset.fingerprint));
  for (const button of all("[data-sign] button")) allow(button, canSign);
  for (const button of all("[data-move] button")) allow(button, unlocked.has(button.form.dataset.old));
  show("#add-lock", unlocked.size > 0);
}

// A button that cannot be pressed says why beside it.
function allow(button, can) {
  button.disabled = !can;
  one("[data-why]", button.form).hidden = can;
}

// --- sign ---

async function sign(event) {
  event.preventDefault();
  const asked = event.target;
  const where = one("[role=status]", asked);
  const { log, state, keys } = await trustedLog(place.dataset.keylog);
  const signer = all("[data-signer]").find((key) => unlocked.has(key.dataset.fingerprint) && keys.has(key.dataset.fingerprint));
  if (!signer) return say("wrong", where);
  const by = signer.dataset.fingerprint;
  const name = asked.dataset.fingerprint;
  let fields = { fingerprint: name, reason: asked.dataset.reason };
  if (asked.dataset.sign === "add") {
    const publicKey = fromBase64(log.keys[name]);
    const { person, whose, label, signing } = asked.dataset;
    const digest = toHex(await sha256(publicKey));
    fields = { fingerprint: name, key: digest, signing, person, name: whose, label };
  }
  const signed = await signStatement(state, asked.dataset.sign, fields, unlocked.get(by), by);
  one("[name=body]", asked).value = signed.body;
  one("[name=signature]", asked).value = signed.signature;
  asked.submit();
  return true;
}

// The words beside a waiting key are worked out here, from its bytes: the server's word for them is not taken. The
// holder's own are shown only where the key was made: elsewhere they could be those of a key put in its place.
async function tellWords() {
  const waiting = all("[data-spoken]");
  if (!waiting.length) return;
  const words = await wordList();
  const { log } = await trustedLog(place.dataset.keylog);
  for (const item of waiting) {
    const card = await cardOf(fromBase64(log.keys[item.dataset.spoken] ?? ""), fromHex(item.dataset.signing));
    const sure = !("mine" in item.dataset) || wasMadeHere(card);
    item.textContent = sure ? spoken(card, words) : sentence("not-made-here");
  }
}

// --- move tips to a new key ---

async function move(event) {
  event.preventDefault();
  const asked = event.target;
  const where = one("[role=status]", asked);
  const bar = one("progress", asked);
  const { keys } = await trustedLog(place.dataset.keylog);
  const target = keys.get(asked.dataset.new);
  if (!target) return say("not-in-force", where);
  bar.hidden = false;
  for (let before = Infinity; ; ) {
    const told = await get(asked.action);
    if (told.left === 0) break;
    if (told.left >= before || !told.tips.length) return say("some-left", where);
    before = told.left;
    bar.max = Math.max(bar.max, told.left);
    for (const [done, tip] of told.tips.entries()) {
      touch();
      const seed = await openTipSeed(unlocked.get(asked.dataset.old), tip, tip.id);
      const [name, sealed] = await wrapFor(seed, toBase64(target.publicKey), tip.id);
      seed.fill(0);
      await post(place.dataset.share.replace("0000000000", tip.number), { wraps: { [name]: sealed } });
      bar.value = bar.max - told.left + done + 1;
    }
  }
  location.assign(`${location.pathname}?said=tips-moved`);
  return true;
}

function start() {
  const beside = (work) => guarded(work, (error, event) => fail(error, one("[role=status]", event.target)));
  const inUnlocking = (work) => guarded(work, (error) => fail(error, one("#sign-said")));
  one("#make").addEventListener("click", guarded(begin, (error) => fail(error)));
  one("#hide").addEventListener("change", () => show("#words", !one("#hide").checked));
  form.addEventListener("submit", guarded(finish, (error) => fail(error)));
  one("#sign")?.addEventListener("submit", inUnlocking(unlockWithWords));
  one("#unlock-passkey")?.addEventListener("click", inUnlocking(unlockWithPasskey));
  one("#add-lock")?.addEventListener("click", inUnlocking(addLock));
  for (const each of all("[data-sign]")) each.addEventListener("submit", beside(sign));
  for (const each of all("[data-move]")) each.addEventListener("submit", beside(move));
  addEventListener("pagehide", () => (forget(), ready()));
  ready();
  if (!globalThis.crypto?.subtle) {
    one("#make").disabled = true;
    say("insecure");
    return;
  }
  tellWords().catch((error) => fail(error, one("#log-said")));
}

start();
