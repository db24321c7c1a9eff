// What every part of the shell needs of the page: elements, sentences, questions to the server.

export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
// Shown, and not inside a closed menu: checkVisibility knows both (browsers since 2024).
export const visible = (element) => (element.checkVisibility?.() ?? element.getClientRects().length > 0) && !element.closest("[inert]");

// A sentence of the page, translated by the server: <span data-say="shell-offline">…</span>.
export const sentence = (name) => one(`[data-say="shell-${name}"]`)?.textContent ?? "";

export function make(tag, { text, style, ...attributes } = {}) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (style) element.className = style;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

export const isField = (element) =>
  element instanceof HTMLElement &&
  (element.isContentEditable ||
    ["TEXTAREA", "SELECT"].includes(element.tagName) ||
    (element.tagName === "INPUT" &&
      !["button", "submit", "reset", "checkbox", "radio", "file", "image", "color", "range"].includes(element.type)));

// False if somebody took it (preventDefault).
export const tell = (name, detail, target = document) =>
  target.dispatchEvent(new CustomEvent(`hc:${name}`, { detail, bubbles: true, cancelable: true }));

// Ask our own server for a page or a part of one. The browser parses the answer itself (responseType
// "document"), so no text ever becomes markup here and Trusted Types needs no policy.
// Answers { page, status, address }; throws if the server cannot be reached or answers something else.
export function ask(address, { method = "GET", body = null } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.responseType = "document";
    request.timeout = 30_000;
    request.setRequestHeader("X-Fragment", "1");
    request.onload = () => {
      tell("answered", request.status);
      const page = request.responseXML;
      if (!page) return reject(new Error("no page"));
      resolve({ page, status: request.status, address: request.responseURL || address });
    };
    request.onerror = request.ontimeout = () => {
      tell("unreachable");
      reject(new Error("unreachable"));
    };
    request.send(body);
  });
}

// True if the answer is the page of signing in, to which the server leads whoever is signed out.
export const signedOut = (answer) => new URL(answer.address, location.href).pathname === "/desk/sign-in/";

// The element of the same id in an answer, made this document's own and without scripts; null if it has none.
export function taken(page, id) {
  const found = page.getElementById(id);
  if (!found) return null;
  const element = document.importNode(found, true);
  for (const extra of all("script, noscript, style, link, iframe, object, embed", element)) extra.remove();
  return element;
}
