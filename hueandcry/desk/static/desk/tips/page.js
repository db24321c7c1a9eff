// What the tip scripts need of the page: sentences, elements, requests.

export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

// A sentence of the page, translated by the server: <span data-say="wrong">…</span>.
export const sentence = (name) => (one(`[data-say="${name}"]`) ?? one('[data-say="fault"]')).textContent;

export function say(name, place = one("#said")) {
  place.textContent = name ? sentence(name) : "";
  place.hidden = !name;
}

export function show(selector, shown) {
  for (const element of all(selector)) element.hidden = !shown;
}

// A refusal with a sentence for the person. stale: somebody else was first.
export class Refused extends Error {
  constructor(text, { stale = false } = {}) {
    super(text);
    this.stale = stale;
  }
}

async function ask(address, options) {
  let answer;
  try {
    answer = await fetch(address, { ...options, redirect: "manual" });
  } catch {
    throw new Refused(sentence("offline"));
  }
  if (answer.type === "opaqueredirect") throw new Refused(sentence("signed-out"));
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told;
  if (answer.status >= 502 && !told.sentence) throw new Refused(sentence("offline"));
  throw new Refused(told.sentence ?? sentence("fault"), told);
}

// POST to our own server. Answers with the JSON it sends; throws Refused with its sentence.
export const post = (address, value = {}) =>
  ask(address, {
    method: "POST",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "X-CSRFToken": one("[name=csrfmiddlewaretoken]").value,
    },
    body: JSON.stringify(value),
  });

export const get = (address) => ask(address, { headers: { Accept: "application/json" } });

// What an event sets off, never twice at once for the same element: a second press waits for nothing and sends nothing.
// work answers true if the page is being left; failed gets what it throws, and the event.
export const guarded = (work, failed) => async (event) => {
  const element = event.currentTarget;
  if (element.dataset.busy) return event.preventDefault();
  element.dataset.busy = "yes";
  let leaving = false;
  try {
    leaving = await work(event);
  } catch (error) {
    failed(error, event);
  }
  if (leaving !== true) delete element.dataset.busy;
};

// Say that it is slow if it takes more than three seconds.
export async function patiently(work, place) {
  const slow = setTimeout(() => say("slow", place), 3000);
  try {
    return await work;
  } finally {
    clearTimeout(slow);
    if (place.textContent === sentence("slow")) say("", place);
  }
}
