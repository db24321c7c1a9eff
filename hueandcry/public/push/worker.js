// The service worker of /subscribe/push/: shows what was pushed, opens its address when it is pressed. It keeps nothing.

self.addEventListener("push", (event) => {
  const said = event.data ? event.data.json() : {};
  event.waitUntil(
    self.registration.showNotification(said.title || "", {
      body: said.text || "",
      tag: said.tag || "", // the same message twice is shown once
      data: { link: said.link || "/" },
      requireInteraction: said.lasting === true,
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.link));
});
