// Make a desk key: the private half is made here, closed under six words, and leaves only closed.

import { closeDeskSeed, newKey, newPassphrase, normalPassphrase, toBase64 } from "./crypto.js";
import { one, say, show } from "./page.js";

const form = one("#new-key");
let made = null;
let passphrase = "";

async function begin() {
  one("#make").disabled = true;
  const answer = await fetch(form.dataset.words);
  const words = (await answer.text()).trim().split("\n");
  if (!answer.ok || words.length !== 2048) throw new Error("no word list");
  passphrase = newPassphrase(words);
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
  one("[name=public_key]").value = toBase64(made.publicKey);
  one("[name=wrapped_private]").value = toBase64(wrapped);
  one("#typed").value = "";
  made.seed.fill(0);
  passphrase = "";
  form.submit();
}

function hideWords() {
  show("#words", !one("#hide").checked);
}

if (form) {
  one("#make").addEventListener("click", () => begin().catch(() => say("fault")));
  one("#hide").addEventListener("change", hideWords);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (made) finish().catch(() => say("fault"));
  });
  if (!globalThis.crypto?.subtle) {
    one("#make").disabled = true;
    say("insecure");
  }
}
