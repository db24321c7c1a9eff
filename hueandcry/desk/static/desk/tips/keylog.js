// The key log, verified in the officer's browser: the same rules as hueandcry/tips/keylog.py. Nothing is sealed for a
// key because the server says so; it must be in force by a chain of signatures that begins with the programme's root.
// The root that this browser saw first is remembered here, and so is the longest log.

import { fromBase64, fromHex, join, sha256, toBase64, toHex } from "../bytes.js";
import { isSigned, signWith } from "./crypto.js";
import { get } from "./page.js";

const utf8 = new TextEncoder();
const PURPOSE = utf8.encode("hue-and-cry/1/key-statement/");
const FIRST = "0".repeat(64);
const COMMON = ["act", "by", "hour", "prev", "programme", "seq", "v"];
const FIELDS = {
  begin: ["recovery", "root"],
  "hand-over": ["recovery", "root"],
  add: ["fingerprint", "key", "label", "name", "person", "signing"],
  remove: ["fingerprint", "reason"],
};
const HEX = /^[0-9a-f]{64}$/;
const REASONS = ["replaced", "left", "lost", "retired"];

// What cannot be relied on. word: names a sentence of the page; seq: the statement that does not hold, or 0.
export class Distrust extends Error {
  constructor(word, seq = 0) {
    super(`${word} ${seq}`);
    this.word = word;
    this.seq = seq;
  }
}

const canonical = (value) => JSON.stringify(Object.fromEntries(Object.keys(value).sort().map((name) => [name, value[name]])));
const digestOf = async (body, signature) => toHex(await sha256(PURPOSE, signature, body));

function read(state, body) {
  const seq = state.seq + 1;
  let said = null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    said = JSON.parse(text);
    if (canonical(said) !== text) said = null;
  } catch {
    said = null;
  }
  if (!said || !Object.hasOwn(FIELDS, said.act)) throw new Distrust("log-broken", seq);
  const names = [...COMMON, ...FIELDS[said.act]].sort();
  const plain = Object.keys(said).join() === names.join() && names.every((name) => typeof said[name] === (["programme", "seq", "v"].includes(name) ? "number" : "string"));
  const follows = said.v === 1 && said.programme === state.programme && said.seq === seq && said.prev === state.digest;
  if (!plain || !follows) throw new Distrust("log-broken", seq);
  return said;
}

// The public key that must have signed.
function signerOf(state, said) {
  const broken = new Distrust("log-broken", state.seq + 1);
  if (said.act === "begin") {
    if (!HEX.test(said.root)) throw broken;
    const named = state.next;
    if (said.by !== "root" || (state.root && !(named && named.root === said.root && named.recovery === said.recovery))) throw broken;
    return fromHex(said.root);
  }
  if (state.next || !state.root) throw broken;
  if (said.by === "root") return fromHex(state.root);
  const key = state.keys.get(said.by);
  if (!key || key.signing.length === 0 || said.act === "hand-over") throw broken;
  if (said.act === "add" && key.person === said.person) throw broken;
  return key.signing;
}

function apply(state, said) {
  const broken = new Distrust("log-broken", state.seq + 1);
  if (said.act === "hand-over") state.next = { root: said.root, recovery: said.recovery };
  else if (said.act === "begin") {
    Object.assign(state, { root: said.root, recovery: said.recovery, next: null });
    state.roots.push(said.root);
  } else if (said.act === "remove") {
    if (!state.keys.has(said.fingerprint) || !REASONS.includes(said.reason)) throw broken;
    state.keys.delete(said.fingerprint);
  } else {
    const taken = said.signing && [...state.keys.values()].some((key) => toHex(key.signing) === said.signing);
    const named = HEX.test(said.key) && said.fingerprint === said.key.slice(0, 32);
    const signs = said.signing === "" || HEX.test(said.signing);
    if (state.used.has(said.fingerprint) || !named || taken || !signs) throw broken;
    state.used.add(said.fingerprint);
    const { fingerprint, key, person, name, label } = said;
    state.keys.set(fingerprint, { fingerprint, key, person, name, label, signing: fromHex(said.signing) });
  }
}

// The state at the end of the whole chain, or Distrust with the first statement that does not hold.
export async function verifyLog(log) {
  const state = { programme: log.programme, seq: 0, digest: FIRST, digests: [], root: "", recovery: "", roots: [], next: null, keys: new Map(), used: new Set() };
  for (const statement of log.statements) {
    const [body, signature] = [fromBase64(statement.body), fromBase64(statement.signature)];
    const said = read(state, body);
    const signer = signerOf(state, said);
    if (!(await isSigned(signer, join(PURPOSE, body), signature))) throw new Distrust("log-broken", state.seq + 1);
    apply(state, said);
    state.seq += 1;
    state.digest = await digestOf(body, signature);
    state.digests.push(state.digest);
  }
  return state;
}

async function underRoot(log, rootPublic) {
  const state = await verifyLog(log);
  const recovery = toHex(await sha256(fromBase64(log.recovery)));
  if (!state.root || state.next || state.root !== toHex(rootPublic) || state.recovery !== recovery) throw new Distrust("root-differs");
  return state;
}

// Fingerprint → key in force with its bytes. rootPublic: 32 bytes.
export async function activeKeys(log, rootPublic) {
  return withBytes(log, await underRoot(log, rootPublic));
}

async function withBytes(log, state) {
  const found = new Map();
  for (const key of state.keys.values()) {
    const publicKey = log.keys[key.fingerprint] ? fromBase64(log.keys[key.fingerprint]) : new Uint8Array();
    if (toHex(await sha256(publicKey)) === key.key) found.set(key.fingerprint, { ...key, publicKey });
  }
  return found;
}

// --- what this browser remembers ---

const memory = {
  get(name) {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
    } catch {
      // a browser that keeps nothing verifies each time anew
    }
  },
};

// Fetch the log, verify it, compare it with what this browser saw before. Returns { log, state, keys, recovery };
// throws Distrust, or Refused (page.js) if it could not be fetched.
export async function trustedLog(address) {
  const log = await get(address);
  if (!log.root) throw new Distrust("no-root");
  const state = await underRoot(log, fromBase64(log.root));
  const name = `hue-key-log-${log.programme}`;
  const before = memory.get(name);
  if (before && !state.roots.includes(before.root)) throw new Distrust("root-differs");
  if (before && state.digests[before.seq - 1] !== before.digest) throw new Distrust("log-differs");
  memory.set(name, { root: state.root, seq: state.seq, digest: state.digest });
  return { log, state, keys: await withBytes(log, state), recovery: fromBase64(log.recovery) };
}

// Fingerprint → key in force, verified.
export const trustedKeys = async (address) => (await trustedLog(address)).keys;

// --- what an officer signs ---

// hour: now, cut to the hour, as Python's isoformat writes it.
const hourNow = () => `${new Date().toISOString().slice(0, 13)}:00:00+00:00`;

// A statement after `state`, signed with the seed of a key in force: body and signature in base64.
export async function signStatement(state, act, fields, seed, by) {
  const body = utf8.encode(
    canonical({ v: 1, programme: state.programme, seq: state.seq + 1, prev: state.digest, act, hour: hourNow(), by, ...fields }),
  );
  return { body: toBase64(body), signature: toBase64(await signWith(seed, join(PURPOSE, body))) };
}

// The card of a key, in hexadecimal: both its halves, which two people compare before one approves the other's.
export const cardOf = async (publicKey, signing) =>
  toHex(await sha256(utf8.encode("hue-and-cry/1/desk-key-card"), publicKey, signing)).slice(0, 32);

// As eight words.
export function spoken(card, words) {
  const bits = BigInt(`0x${card}`);
  return Array.from({ length: 8 }, (_, place) => words[Number((bits >> BigInt(128 - 11 * (place + 1))) & 0x7ffn)]).join(" ");
}

// Which keys were made in this browser: only here can their holder be sure of their words.
const MADE = "hue-keys-made";
export const rememberMade = (card) => memory.set(MADE, [...(memory.get(MADE) ?? []), card].slice(-20));
export const wasMadeHere = (card) => (memory.get(MADE) ?? []).includes(card);
