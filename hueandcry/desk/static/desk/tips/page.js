// What both tip scripts need of the page: sentences, elements, requests.

export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

// A sentence of the page, translated by the server: <span data-say="wrong">…</span>.
export const sentence = (name) => one(`[data-say="${name}"]`).textContent;

export function say(name, place = one("#said")) {
  place.textContent = name ? sentence(name) : "";
  place.hidden = !name;
}

export function show(selector, shown) {
  for (const element of all(selector)) element.hidden = !shown;
}

export class Refused extends Error {}

// POST to our own server. Answers with the JSON it sends; throws Refused with its sentence.
export async function post(address, value = {}) {
  const answer = await fetch(address, {
    method: "POST",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "X-CSRFToken": one("[name=csrfmiddlewaretoken]").value,
    },
    body: JSON.stringify(value),
    redirect: "error",
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(told.sentence ?? sentence("fault"));
  return told;
}
