// Notes from the scene that wait on this device (static/desk/scene/): signing out removes them, so it is asked first.

import { sentence } from "./dom.js";

const count = () => {
  try {
    return Number(localStorage.getItem("hue-scene-waiting"));
  } catch {
    return 0;
  }
};

function leaving(event) {
  if (event.target.id !== "sign-out") return;
  const waiting = count();
  if (waiting && !confirm(sentence("leaving").replace("0", waiting))) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  // The answer to signing out says the same (Clear-Site-Data); older browsers do not know it.
  try {
    localStorage.removeItem("hue-scene-waiting");
    indexedDB.deleteDatabase("hue-scene");
  } catch {
    // kept nothing in the first place
  }
}

export function bind() {
  document.addEventListener("submit", leaving, true);
}
