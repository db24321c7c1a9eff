// The page /subscribe/push/: ask the browser for an address for notifications, put it into the form, send the form.
// Without this script, or where the browser knows no notifications, the page says so and names the other ways.

const form = document.getElementById("push-form");
const address = form.elements.namedItem("address");
const off = document.getElementById("push-off");
const lame = document.getElementById("push-lame");
const denied = document.getElementById("push-denied");
const policy = globalThis.trustedTypes?.createPolicy("hue-worker", {
  createScriptURL: () => "/subscribe/push/worker.js",
});
const worker = policy ? policy.createScriptURL("") : "/subscribe/push/worker.js";

function bytes(text) {
  const filled = text.replaceAll("-", "+").replaceAll("_", "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(filled), (letter) => letter.codePointAt(0));
}

function text(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCodePoint(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function subscribe() {
  const registration = await navigator.serviceWorker.register(worker, { scope: "/subscribe/push/" });
  const key = bytes(form.dataset.pushKey);
  let kept = await registration.pushManager.getSubscription();
  if (kept && text(kept.options.applicationServerKey) !== form.dataset.pushKey) {
    await kept.unsubscribe(); // of a key that was replaced
    kept = null;
  }
  return kept || registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function join(event) {
  event.preventDefault();
  denied.hidden = true;
  try {
    const made = await subscribe();
    address.value = [made.endpoint, text(made.getKey("p256dh")), text(made.getKey("auth"))].join("\n");
    form.submit();
  } catch {
    denied.hidden = false;
    denied.focus();
  }
}

async function leave(event) {
  event.preventDefault();
  const registration = await navigator.serviceWorker.getRegistration("/subscribe/push/");
  const kept = registration && (await registration.pushManager.getSubscription());
  if (kept) {
    off.elements.namedItem("endpoint").value = kept.endpoint;
    await kept.unsubscribe();
  }
  off.submit();
}

async function start() {
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis)) {
    return;
  }
  lame.hidden = true;
  form.hidden = false;
  form.addEventListener("submit", join);
  off.addEventListener("submit", leave);
  const registration = await navigator.serviceWorker.getRegistration("/subscribe/push/");
  off.hidden = !(registration && (await registration.pushManager.getSubscription()));
}

start();
