// Keeps one page on the phone, with its script and style, so that it opens without a network. Two lines with VERSION
// and FILES are put before this by the desk (desk/views/scene.py). It answers for those files alone: whatever else is
// asked goes to the desk as if this were not here, and nothing of a person is ever kept.

const NAME = `hue-scene-${VERSION}`;
const kept = new Set(FILES.map((path) => new URL(path, location.origin).href));

addEventListener("install", (event) => {
  const all = FILES.map((path) => new Request(path, { cache: "reload", credentials: "omit", redirect: "error" }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(all)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name))))
      .then(() => clients.claim()),
  );
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const asked = new URL(request.url);
  asked.hash = "";
  if (request.mode === "navigate") asked.search = "";
  if (!kept.has(asked.href)) return;
  event.respondWith(
    caches
      .open(NAME)
      .then((cache) => cache.match(asked.href))
      .then((found) => found ?? fetch(request)),
  );
});
