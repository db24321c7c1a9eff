// The officer's own keys in this page's memory: unlocked by six words or by a passkey, locked again after a quarter
// of an hour without a touch and when the page is left. Opened seeds are overwritten then.

import { fromBase64, toBase64 } from "../bytes.js";
import { passkeySecret } from "../passkeys.js";
import { closeDeskSeedWith, openDeskSeed, openDeskSeedWith, passkeySalt } from "./crypto.js";
import { all, one, post, say, show } from "./page.js";

const IDLE = 15 * 60 * 1000;
const CHECKED = 20 * 1000;
export const unlocked = new Map(); // fingerprint → seed of one of my keys
const place = () => one("#lock-said");
const mine = () => all("[data-wrapped]");
let touched = 0;
let watch = 0;
let shut = () => {};

// Try six words on every key of mine. True if they opened one.
export async function tryWords(typed) {
  let done = false;
  for (const key of mine()) {
    const seed = await openDeskSeed(fromBase64(key.dataset.wrapped), key.dataset.fingerprint, typed);
    if (seed) unlocked.set(key.dataset.fingerprint, seed);
    done ||= Boolean(seed);
  }
  return done;
}

// Ask a passkey for the secret of each key that has a lock of one. True if it opened one.
export async function tryPasskey() {
  let done = false;
  for (const key of mine()) {
    const locks = all("[data-credential]", key);
    if (locks.length === 0) continue;
    const name = key.dataset.fingerprint;
    const found = await passkeySecret(locks.map((lock) => lock.dataset.credential), await passkeySalt(name));
    const lock = locks.find((item) => item.dataset.credential === found?.id);
    const seed = lock && (await openDeskSeedWith(found.secret, fromBase64(lock.dataset.closed), name).catch(() => null));
    found?.secret.fill(0);
    if (seed) unlocked.set(name, seed);
    done ||= Boolean(seed);
  }
  return done;
}

// Close each unlocked key once more under a passkey, so that it unlocks next time.
export async function addPasskeyLocks() {
  const ids = all("[data-passkey-of-mine]").map((item) => item.dataset.passkeyOfMine);
  let done = 0;
  for (const key of mine()) {
    const name = key.dataset.fingerprint;
    if (!unlocked.has(name)) continue;
    const found = await passkeySecret(ids, await passkeySalt(name));
    if (!found) continue;
    const wrapped = toBase64(await closeDeskSeedWith(found.secret, unlocked.get(name), name));
    found.secret.fill(0);
    await post(key.dataset.lockTo, { credential_id: found.id, wrapped });
    done += 1;
  }
  return done > 0;
}

export function opened(onLock) {
  one("#passphrase").value = "";
  say("", place());
  show("#locked", false);
  show("#unlocked", true);
  whenIdle(onLock);
}

// Call onLock with the word of a sentence after a quarter of an hour without a touch.
export function whenIdle(onLock) {
  shut = onLock;
  touch();
  clearInterval(watch);
  watch = setInterval(look, CHECKED);
}

// Overwrite every opened seed.
export function forget() {
  clearInterval(watch);
  for (const seed of unlocked.values()) seed.fill(0);
  unlocked.clear();
}

export function lockUp(word = "") {
  forget();
  show("#locked", true);
  show("#unlocked", false);
  say(word, place());
}

// Whatever the officer does, or has begun and waits for, is a touch.
export const touch = () => (touched = Date.now());

// By the clock, not by a timer alone: a machine that slept has been idle too.
function look() {
  if (unlocked.size && Date.now() - touched >= IDLE) shut("locked-itself");
}

for (const name of ["keydown", "pointerdown", "wheel"]) {
  document.addEventListener(name, () => (look(), touch()), { passive: true, capture: true });
}
document.addEventListener("visibilitychange", look);
