// The page "Keys": make a key, approve a colleague's, take one out, move tips to a new one. Private halves are made and
// used here; what leaves is closed or signed. Statements are built here from what this page has verified itself.

import { closeDeskSeed, fromBase64, fromHex, newKey, newPassphrase, normalPassphrase, openDeskSeed, openTipSeed, toBase64, toHex, wrapFor } from "./crypto.js";
import { cardOf, Distrust, rememberMade, signStatement, spoken, trustedLog, wasMadeHere } from "./keylog.js";
import { all, one, post, Refused, say, sentence, show } from "./page.js";

const place = one("#keys");
const form = one("#new-key");
const mine = new Map(); // fingerprint → seed of one of my keys, once unlocked
let made = null;
let passphrase = "";

function fail(error, where = one("#said")) {
  if (error instanceof Refused) {
    where.textContent = error.message;
    where.hidden = false;
  } else say(error instanceof Distrust ? error.word : "fault", where);
}

async function wordList() {
  const answer = await fetch(place.dataset.words);
  const words = (await answer.text()).trim().split("\n");
  if (!answer.ok || words.length !== 2048) throw new Error("no word list");
  return words;
}

// --- make a key ---

async function begin() {
  one("#make").disabled = true;
  passphrase = newPassphrase(await wordList());
  made = await newKey();
  one("#words").textContent = passphrase;
  show("#step-words", true);
  show("#step-begin", false);
  one("#words-heading").focus();
}

async function finish() {
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
}

// --- unlock, to sign or to move ---

async function unlock(event) {
  event.preventDefault();
  const where = one("#sign-said");
  say("unlocking", where);
  const typed = one("#sign-words").value;
  for (const key of all("[data-wrapped]")) {
    const seed = await openDeskSeed(fromBase64(key.dataset.wrapped), key.dataset.fingerprint, typed);
    if (seed) mine.set(key.dataset.fingerprint, seed);
  }
  if (mine.size === 0) {
    say("wrong", where);
    one("#sign-words").select();
    return;
  }
  one("#sign-words").value = "";
  ready();
  const names = all("[data-wrapped]").filter((key) => mine.has(key.dataset.fingerprint)).map((key) => key.dataset.label);
  say("unlocked", where);
  where.textContent += ` ${names.join(", ")}`;
}

// Buttons work once a key that they need is open.
function ready() {
  const canSign = all("[data-signer]").some((key) => mine.has(key.dataset.fingerprint));
  for (const button of all("[data-sign] button")) allow(button, canSign);
  for (const button of all("[data-move] button")) allow(button, mine.has(button.form.dataset.old));
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
  const signer = all("[data-signer]").find((key) => mine.has(key.dataset.fingerprint) && keys.has(key.dataset.fingerprint));
  if (!signer) return say("wrong", where);
  const by = signer.dataset.fingerprint;
  const name = asked.dataset.fingerprint;
  let fields = { fingerprint: name, reason: asked.dataset.reason };
  if (asked.dataset.sign === "add") {
    const publicKey = fromBase64(log.keys[name]);
    const { person, whose, label, signing } = asked.dataset;
    const digest = toHex(await crypto.subtle.digest("SHA-256", publicKey));
    fields = { fingerprint: name, key: digest, signing, person, name: whose, label };
  }
  const signed = await signStatement(state, asked.dataset.sign, fields, mine.get(by), by);
  one("[name=body]", asked).value = signed.body;
  one("[name=signature]", asked).value = signed.signature;
  asked.submit();
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
    const answer = await fetch(asked.action, { headers: { Accept: "application/json" }, redirect: "error" });
    const told = await answer.json();
    if (!answer.ok) throw new Refused(told.sentence);
    if (told.left === 0) break;
    if (told.left >= before || !told.tips.length) return say("some-left", where);
    before = told.left;
    bar.max = Math.max(bar.max, told.left);
    for (const [done, tip] of told.tips.entries()) {
      const seed = await openTipSeed(mine.get(asked.dataset.old), tip, tip.id);
      const [name, sealed] = await wrapFor(seed, toBase64(target.publicKey), tip.id);
      seed.fill(0);
      await post(place.dataset.share.replace("0000000000", tip.number), { wraps: { [name]: sealed } });
      bar.value = bar.max - told.left + done + 1;
    }
  }
  location.assign(`${location.pathname}?said=tips-moved`);
}

function start() {
  const guarded = (work, where) => (event) => work(event).catch((error) => fail(error, where?.(event)));
  const beside = (event) => one("[role=status]", event.target);
  one("#make").addEventListener("click", guarded(begin));
  one("#hide").addEventListener("change", () => show("#words", !one("#hide").checked));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (made) finish().catch((error) => fail(error));
  });
  one("#sign")?.addEventListener("submit", guarded(unlock, () => one("#sign-said")));
  for (const each of all("[data-sign]")) each.addEventListener("submit", guarded(sign, beside));
  for (const each of all("[data-move]")) each.addEventListener("submit", guarded(move, beside));
  addEventListener("pagehide", () => mine.forEach((seed) => seed.fill(0)));
  ready();
  if (!globalThis.crypto?.subtle) {
    one("#make").disabled = true;
    say("insecure");
    return;
  }
  tellWords().catch((error) => fail(error, one("#log-said")));
}

start();
