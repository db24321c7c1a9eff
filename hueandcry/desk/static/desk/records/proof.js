// Computes in the browser what the server says of an entry: each shown field fits its commitment in the leaf, the
// leaf leads by the path to the root (RFC 9162 2.1.3), and the root is the one that the seal's signature is over.

import { fromBase64, fromHex, sha256, toHex } from "../bytes.js";

const one = (selector) => document.querySelector(selector);
const utf8 = (text) => new TextEncoder().encode(text);

async function fieldsFit(leaf) {
  const promised = new Map(leaf.split("\n").slice(1).map((line) => line.split(" ")));
  for (const field of document.querySelectorAll("[data-field]")) {
    const mark = toHex(await sha256(fromHex(field.dataset.salt), utf8(field.textContent)));
    if (promised.get(field.dataset.field) !== mark) return false;
  }
  return true;
}

// Where each sibling stands, nearest first: true if it is on the left.
function sides(index, size) {
  const found = [];
  for (let start = 0, end = size; end - start > 1; ) {
    const width = end - start;
    let half = 1;
    while (half * 2 < width) half *= 2;
    if (index < start + half) {
      found.push(false);
      end = start + half;
    } else {
      found.push(true);
      start += half;
    }
  }
  return found.reverse();
}

async function rootFrom(leaf, index, size, path) {
  const turns = sides(index, size);
  if (turns.length !== path.length) return null;
  let node = await sha256(Uint8Array.of(0), utf8(leaf));
  for (const [step, left] of turns.entries()) {
    node = await (left ? sha256(Uint8Array.of(1), path[step], node) : sha256(Uint8Array.of(1), node, path[step]));
  }
  return toHex(node);
}

async function signed(note, key) {
  const [text, line] = note.split("\n\n");
  try {
    const verifier = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    const signature = fromBase64(line.trim().split(" ").pop()).slice(4);
    return await crypto.subtle.verify({ name: "Ed25519" }, verifier, signature, utf8(`${text}\n`));
  } catch {
    return null; // this browser knows no Ed25519
  }
}

async function check() {
  const proof = one("#proof");
  const { position, size, path, key } = proof.dataset;
  const note = one("#proof-note").textContent;
  const [, sealedSize, sealedRoot] = note.split("\n");
  const leaf = one("#proof-leaf").textContent;
  const marks = path ? path.split(" ").map(fromHex) : [];
  const root = await rootFrom(leaf, Number(position) - 1, Number(size), marks);
  const good =
    (await fieldsFit(leaf)) && sealedSize === size && root !== null && root === toHex(fromBase64(sealedRoot));
  const signature = await signed(note, fromHex(key));
  return good && signature !== false ? (signature ? "good" : "unsigned") : "bad";
}

async function show() {
  const line = one("#by-browser");
  line.hidden = false;
  const found = await check().catch(() => "bad");
  line.dataset.tone = found === "bad" ? "stop" : "ok";
  one("#by-browser .hc-results__mark").textContent = found === "bad" ? "!" : "✓";
  one("#by-browser-said").replaceChildren(...Array.from(one(`[data-say="${found}"]`).cloneNode(true).childNodes));
}

if (globalThis.crypto?.subtle) show(); // not there without TLS, except on this machine
