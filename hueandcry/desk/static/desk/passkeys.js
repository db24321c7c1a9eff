// Passkeys in the browser: make one, answer a question with one, and take a secret out of one (PRF).
// Bound by data-passkey="make|sign-in|confirm" on a form; data-ask is where its question comes from.

const one = (selector, within = document) => within.querySelector(selector);

export const fromUrl64 = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

export const toUrl64 = (data) =>
  btoa(Array.from(new Uint8Array(data), (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const named = (list = []) => list.map((item) => ({ ...item, id: fromUrl64(item.id) }));

export const canUsePasskeys = () => Boolean(globalThis.PublicKeyCredential && navigator.credentials);

// What went wrong with asking. word: names a sentence of the form; text: the server's own sentence, if it gave one.
class NotAsked extends Error {
  constructor(word, text = "") {
    super(word);
    this.word = word;
    this.text = text;
  }
}

// The question of the server. Throws NotAsked.
async function ask(form) {
  const headers = { Accept: "application/json", "X-CSRFToken": one("[name=csrfmiddlewaretoken]", form).value };
  const answer = await fetch(form.dataset.ask, { method: "POST", headers, redirect: "manual" }).catch(() => null);
  if (!answer || answer.status >= 502) throw new NotAsked("offline");
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new NotAsked("fault", told.sentence);
  return told;
}

async function make(form) {
  const asked = await ask(form);
  const publicKey = {
    ...asked,
    challenge: fromUrl64(asked.challenge),
    user: { ...asked.user, id: fromUrl64(asked.user.id) },
    excludeCredentials: named(asked.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  const response = {
    clientDataJSON: toUrl64(made.response.clientDataJSON),
    attestationObject: toUrl64(made.response.attestationObject),
  };
  const prf = { enabled: made.getClientExtensionResults().prf?.enabled === true };
  return JSON.stringify({ ...head(made), response, clientExtensionResults: { prf } });
}

async function answer(form) {
  const asked = await ask(form);
  const publicKey = {
    ...asked,
    challenge: fromUrl64(asked.challenge),
    allowCredentials: named(asked.allowCredentials),
  };
  const given = await navigator.credentials.get({ publicKey });
  const response = {
    clientDataJSON: toUrl64(given.response.clientDataJSON),
    authenticatorData: toUrl64(given.response.authenticatorData),
    signature: toUrl64(given.response.signature),
  };
  if (given.response.userHandle?.byteLength) response.userHandle = toUrl64(given.response.userHandle);
  return JSON.stringify({ ...head(given), response, clientExtensionResults: {} });
}

const head = (credential) => ({ id: credential.id, rawId: toUrl64(credential.rawId), type: credential.type });

// 32 bytes that only one of these passkeys can make from this salt, after asking its holder; null if none can.
// Nothing of it goes to the server: the challenge is the page's own.
export async function passkeySecret(credentialIds, salt) {
  if (!canUsePasskeys() || credentialIds.length === 0) return null;
  const publicKey = {
    challenge: crypto.getRandomValues(new Uint8Array(32)),
    userVerification: "required",
    timeout: 120_000,
    allowCredentials: credentialIds.map((id) => ({ type: "public-key", id: fromUrl64(id) })),
    extensions: { prf: { eval: { first: salt } } },
  };
  const given = await navigator.credentials.get({ publicKey }).catch(() => null);
  const first = given?.getClientExtensionResults().prf?.results?.first;
  if (!first || first.byteLength !== 32) return null;
  return { id: toUrl64(given.rawId), secret: new Uint8Array(first) };
}

// --- the forms ---

function say(form, name, text = "") {
  const place = one("[data-passkey-said]", form);
  place.textContent = text || one(`[data-passkey-say="${name}"]`, form).textContent;
  place.hidden = false;
}

function reason(error) {
  if (error instanceof NotAsked) return error.word;
  if (error.name === "NotAllowedError" || error.name === "AbortError") return "cancelled";
  if (error.name === "InvalidStateError") return "known";
  if (error.name === "SecurityError" || error.name === "NotSupportedError") return "unable";
  return "fault";
}

async function run(form, work, field) {
  if (form.dataset.busy) return; // buttons stay as they are: one that is switched off loses the focus
  form.dataset.busy = "yes";
  say(form, "waiting");
  try {
    one(`[name="${field}"]`, form).value = await work(form);
    form.submit();
  } catch (error) {
    say(form, reason(error), error.text);
    delete form.dataset.busy;
  }
}

function bind(form) {
  const kind = form.dataset.passkey;
  if (kind === "make") {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!one("[name=label]", form).value.trim()) one("[name=label]", form).focus();
      else run(form, make, "answer");
    });
    if (!canUsePasskeys()) say(form, "unable");
    return;
  }
  if (!canUsePasskeys()) return;
  if (kind === "confirm") {
    const button = one("[data-passkey-button]", form);
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => run(form, answer, "again-passkey"));
    return;
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    one("[name=email]", form).value = one("#id_email")?.value ?? "";
    run(form, answer, "passkey");
  });
}

for (const form of document.querySelectorAll("form[data-passkey]")) bind(form);
