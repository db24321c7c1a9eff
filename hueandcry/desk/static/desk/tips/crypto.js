// Keys and seals in the officer's browser: the same formats as hueandcry/tips/{keys,envelope,passphrase}.py.
// Nothing here touches the page or the network.

import { fromBase64, fromHex, join, sha256, toBase64, toHex } from "../bytes.js";
import { Chacha20Poly1305, CipherSuite, HkdfSha256, XWing } from "../vendor/hpke.js";

const VERSION = "hue-and-cry/1";
const ROUNDS = 600_000; // PBKDF2, as passphrase.py
const FIRST_BUCKET = 512;
const LAST_BUCKET = 512 * 1024;
const ENCAPSULATION = 1120;
const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Chacha20Poly1305() });
const utf8 = new TextEncoder();

const random = (size) => crypto.getRandomValues(new Uint8Array(size));
const tipInfo = (tipId, purpose) => utf8.encode(`${VERSION}/tip/${tipId}/${purpose}`);

export const fingerprint = async (publicKey) => toHex((await sha256(publicKey)).slice(0, 16));

async function hkdf(material, purpose) {
  const key = await crypto.subtle.importKey("raw", material, "HKDF", false, ["deriveBits"]);
  const kind = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8.encode(`${VERSION}/${purpose}`) };
  return new Uint8Array(await crypto.subtle.deriveBits(kind, key, 256));
}

// --- boxes for a public key ---

async function seal(publicKey, plain, info) {
  const recipientPublicKey = await suite.kem.deserializePublicKey(publicKey);
  const sender = await suite.createSenderContext({ recipientPublicKey, info });
  return join(sender.enc, await sender.seal(plain));
}

async function unseal(seed, sealed, info) {
  const recipientKey = await suite.kem.importKey("raw", seed, false);
  const enc = sealed.slice(0, ENCAPSULATION);
  const recipient = await suite.createRecipientContext({ recipientKey, enc, info });
  return new Uint8Array(await recipient.open(sealed.slice(ENCAPSULATION)));
}

// --- an officer's key ---

export async function newKey() {
  const pair = await suite.kem.generateKeyPair();
  const seed = new Uint8Array(await suite.kem.serializePrivateKey(pair.privateKey));
  const publicKey = new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey));
  const signingPublic = await signingPublicOf(seed);
  return { seed, publicKey, signingPublic, fingerprint: await fingerprint(publicKey) };
}

// The signing half of a key follows from its seed, as hueandcry/tips/keylog.py derives it. WebCrypto takes an Ed25519
// seed in PKCS #8 only: this is what stands in front of it there (RFC 8410).
const PKCS8 = fromHex("302e020100300506032b657004220420");

async function signingKey(seed, usable) {
  const own = await hkdf(seed, "desk-signing");
  return crypto.subtle.importKey("pkcs8", join(PKCS8, own), "Ed25519", usable, ["sign"]);
}

export async function signingPublicOf(seed) {
  const { x } = await crypto.subtle.exportKey("jwk", await signingKey(seed, true));
  return fromBase64(x.replaceAll("-", "+").replaceAll("_", "/").padEnd(44, "="));
}

export async function signWith(seed, message) {
  return new Uint8Array(await crypto.subtle.sign("Ed25519", await signingKey(seed, false), message));
}

export async function isSigned(publicKey, message, signature) {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, signature, message);
  } catch {
    return false;
  }
}

export function newPassphrase(words, count = 6) {
  return Array.from(crypto.getRandomValues(new Uint16Array(count)), (number) => words[number % words.length]).join(" ");
}

export const normalPassphrase = (typed) => (typed.toLowerCase().match(/[a-z]+/g) ?? []).join(" ");

async function passphraseKey(passphrase, salt, iterations) {
  const words = utf8.encode(normalPassphrase(passphrase));
  const material = await crypto.subtle.importKey("raw", words, "PBKDF2", false, ["deriveBits"]);
  return crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, material, 256);
}

const deskContext = (name) => utf8.encode(`${VERSION}/desk-key/${name}`);

export async function closeDeskSeed(seed, name, passphrase) {
  const salt = random(16);
  const nonce = random(12);
  const rounds = new Uint8Array(4);
  new DataView(rounds.buffer).setUint32(0, ROUNDS);
  const box = new Chacha20Poly1305().createEncryptionContext(await passphraseKey(passphrase, salt, ROUNDS));
  return join(salt, rounds, nonce, await box.seal(nonce, seed, deskContext(name)));
}

// The seed, or null if the passphrase is not this key's.
export async function openDeskSeed(wrapped, name, passphrase) {
  const rounds = new DataView(wrapped.buffer, wrapped.byteOffset).getUint32(16);
  const key = await passphraseKey(passphrase, wrapped.slice(0, 16), rounds);
  try {
    const box = new Chacha20Poly1305().createEncryptionContext(key);
    return new Uint8Array(await box.open(wrapped.slice(20, 32), wrapped.slice(32), deskContext(name)));
  } catch {
    return null;
  }
}

// The same closed under what a passkey gives (32 bytes): one more lock of the key. 60 bytes.
export async function closeDeskSeedWith(secret, seed, name) {
  const nonce = random(12);
  const box = new Chacha20Poly1305().createEncryptionContext(await hkdf(secret, "desk-key-passkey"));
  return join(nonce, await box.seal(nonce, seed, deskContext(name)));
}

export async function openDeskSeedWith(secret, wrapped, name) {
  try {
    const box = new Chacha20Poly1305().createEncryptionContext(await hkdf(secret, "desk-key-passkey"));
    return new Uint8Array(await box.open(wrapped.slice(0, 12), wrapped.slice(12), deskContext(name)));
  } catch {
    return null;
  }
}

export const passkeySalt = (name) => sha256(utf8.encode(`${VERSION}/desk-key/${name}`));

// --- a tip ---

export const openTipSeed = (deskSeed, wrap, tipId) =>
  unseal(deskSeed, fromBase64(wrap.sealed), tipInfo(tipId, `seed/${wrap.fingerprint}`));

export async function openLetter(seed, message, tipId) {
  const padded = await unseal(seed, fromBase64(message.sealed), tipInfo(tipId, message.direction));
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  return JSON.parse(new TextDecoder().decode(padded.slice(4, 4 + length)));
}

export async function sealReply(text, publicKey, tipId) {
  const content = utf8.encode(JSON.stringify({ v: 1, text }));
  let bucket = FIRST_BUCKET;
  while (bucket < 4 + content.length) bucket *= 4;
  if (bucket > LAST_BUCKET) throw new RangeError("too long for a message");
  const padded = new Uint8Array(bucket);
  new DataView(padded.buffer).setUint32(0, content.length);
  padded.set(content, 4);
  return toBase64(await seal(fromBase64(publicKey), padded, tipInfo(tipId, "from_desk")));
}

// A new key pair for a tip, and one of its messages sealed to it, padded as it was.
export const newPair = async () => {
  const { seed, publicKey } = await newKey();
  return { seed, publicKey };
};

// True if this public key is the seed's own: what a row of the database says is not taken.
export async function isPair(seed, publicKey) {
  const given = await suite.kem.deserializePublicKey(publicKey).catch(() => null);
  if (!given) return false;
  const own = await suite.kem.generateKeyPairDerand(seed.slice());
  return toHex(await suite.kem.serializePublicKey(own.publicKey)) === toHex(publicKey);
}

// Says that a public key is the tipster's own, as hueandcry/tips/keys.py makes it.
export async function tipsterProof(seed, publicKey, tipId) {
  const key = await crypto.subtle.importKey("raw", await hkdf(seed, "tipster-proof"), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, join(utf8.encode(tipId), publicKey)));
}

export async function resealLetter(oldSeed, newPublic, message, tipId) {
  const info = tipInfo(tipId, message.direction);
  return toBase64(await seal(newPublic, await unseal(oldSeed, fromBase64(message.sealed), info), info));
}

// The tip's seed closed for a colleague. The name is worked out here: the server's word for it is not taken.
export async function wrapFor(seed, publicKey, tipId) {
  const key = fromBase64(publicKey);
  const name = await fingerprint(key);
  return [name, toBase64(await seal(key, seed, tipInfo(tipId, `seed/${name}`)))];
}
