// What a phone keeps of notes from the scene: in the browser's own database, under a key that no script can read out.
// Signing out removes all of it, key included. Where there is no database, it is kept as long as the page is open.

const NAME = "hue-scene";
const [KEYS, SEALED] = ["keys", "sealed"];
const text = new TextEncoder();
const memory = new Map();
let opened = null;
let off = false;

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function open() {
  const ask = indexedDB.open(NAME, 1);
  ask.onupgradeneeded = () => [KEYS, SEALED].forEach((name) => ask.result.createObjectStore(name));
  const base = await done(ask);
  base.onversionchange = () => base.close();
  const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const keys = base.transaction(KEYS, "readwrite").objectStore(KEYS);
  const held = await done(keys.get("key"));
  if (!held) await done(keys.put(fresh, "key"));
  return { base, key: held ?? fresh };
}

// The database, or null: private windows and old browsers have none.
function vault() {
  if (off) return null;
  opened ??= open().catch(() => null);
  return opened;
}

async function seal(key, bytes, name) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, bytes: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(name) }, key, bytes) };
}

const unseal = (key, { iv, bytes }, name) =>
  crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: text.encode(name) }, key, bytes);

// value: anything JSON can say; files: blobs. Kept before this answers.
export async function put(name, value, files = []) {
  const place = await vault();
  if (!place) return void memory.set(name, { value: structuredClone(value), files });
  const said = await seal(place.key, text.encode(JSON.stringify(value)), name);
  const sealed = [];
  for (const file of files) sealed.push({ type: file.type, ...(await seal(place.key, await file.arrayBuffer(), name)) });
  const change = place.base.transaction(SEALED, "readwrite", { durability: "strict" });
  change.objectStore(SEALED).put({ said, files: sealed }, name);
  await new Promise((resolve, reject) => {
    change.oncomplete = resolve;
    change.onerror = change.onabort = () => reject(change.error);
  });
}

// { value, files }, or null.
export async function get(name) {
  const place = await vault();
  if (!place) return memory.get(name) ?? null;
  const row = await done(place.base.transaction(SEALED).objectStore(SEALED).get(name));
  if (!row) return null;
  const value = JSON.parse(new TextDecoder().decode(await unseal(place.key, row.said, name)));
  const files = [];
  for (const file of row.files) files.push(new Blob([await unseal(place.key, file, name)], { type: file.type }));
  return { value, files };
}

export async function drop(name) {
  const place = await vault();
  if (!place) return void memory.delete(name);
  await done(place.base.transaction(SEALED, "readwrite").objectStore(SEALED).delete(name));
}

// Names that begin so, in their order.
export async function names(beginning) {
  const place = await vault();
  const all = place ? await done(place.base.transaction(SEALED).objectStore(SEALED).getAllKeys()) : [...memory.keys()];
  return all.filter((name) => name.startsWith(beginning)).sort();
}

// Nothing is kept on this device from now on, and what was kept goes.
export async function empty() {
  const place = await vault();
  off = true;
  opened = null;
  place?.base.close();
  if (self.indexedDB) await done(indexedDB.deleteDatabase(NAME)).catch(() => null);
}
