// In the place of worker.js where keeping the page is switched off (HUE_DESK_OFFLINE): forgets the page, then itself.

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.map((name) => caches.delete(name))))
      .then(() => registration.unregister()),
  );
});
