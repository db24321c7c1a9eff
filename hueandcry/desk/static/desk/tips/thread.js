// One dialogue on the page. Opened text enters by textContent and in no other way.

import { openLetter } from "./crypto.js";
import { sentence } from "./page.js";

function make(tag, style, text = "") {
  const element = document.createElement(tag);
  if (style) element.className = style;
  element.textContent = text;
  return element;
}

function details(letter) {
  const list = make("dl", "hc-turn__details");
  for (const name of ["who", "where", "when"]) {
    if (!letter.details?.[name]) continue;
    const row = make("div");
    row.append(make("dt", "", sentence(name)), " ", make("dd", "", String(letter.details[name])));
    list.append(row);
  }
  return list;
}

// One message as a bubble: ours at the end of the line, the tipster's at its beginning.
export async function turn(message, { sealed, seed }) {
  const ours = message.direction === "from_desk";
  const item = make("li", ours ? "hc-turn hc-turn--ours" : "hc-turn");
  item.append(make("p", "hc-turn__who", `${sentence(ours ? "we" : "tipster")}, ${message.when}`));
  try {
    const letter = await openLetter(seed, message, sealed.id);
    if (letter.details?.risk) item.append(make("p", "hc-turn__risk", sentence("risk")));
    item.append(make("p", "hc-turn__text", String(letter.text)));
    const known = details(letter);
    if (known.childElementCount) item.append(known);
  } catch {
    item.append(make("p", "hc-turn__text", sentence("damaged")));
  }
  return item;
}
