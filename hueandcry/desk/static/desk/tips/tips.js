// The tip desk's first load. Everything that opens a tip (work.js and the crypto it needs) is fetched when somebody
// begins to unlock their key, and not before.

const one = (selector) => document.querySelector(selector);
const work = () => import("./work.js");

function fail(name) {
  const place = one("#lock-said") ?? one("#said");
  place.textContent = one(`[data-say="${name}"]`).textContent;
  place.hidden = false;
}

const lazily = (name) => (event) => {
  event.preventDefault();
  work().then(
    (loaded) => loaded[name](event).catch(() => fail("fault")),
    () => fail("unloaded"),
  );
};

// The list comes anew by itself (fragments.js), without knowing which tip is open beside it.
document.addEventListener("hc:swapped", () => {
  const row = one(`#tips [data-number="${one("#tip").dataset.number}"]`);
  row?.classList.add("hc-row--chosen");
  row?.querySelector("a").setAttribute("aria-current", "true");
});

one("#unlock")?.addEventListener("submit", lazily("unlockWithWords"));
one("#unlock-passkey")?.addEventListener("click", lazily("unlockWithPasskey"));
one("#passphrase")?.addEventListener("focus", () => work().catch(() => null), { once: true });
if (!globalThis.crypto?.subtle) fail("insecure");
