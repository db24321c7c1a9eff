// Compiles the two style sheets, turns physical sides into logical ones (so that a right-to-left
// language needs no second sheet), and refuses a result that is over budget or carries what belongs
// to GOV.UK alone: its font, its crest, its name.
import { gzipSync } from "node:zlib";
import { writeFileSync } from "node:fs";
import * as sass from "sass";

const BUDGETS = { public: 15_000, desk: 23_000 }; // bytes, gzip 9
const FORBIDDEN = [/gds transport/i, /gov\.uk/i, /crest/i, /@font-face/i];
const SIDES = { left: "start", right: "end" };

const logical = (css) =>
  css
    .replace(/(?<=[{;])(margin|padding)-(left|right):/g, (_, box, side) => `${box}-inline-${SIDES[side]}:`)
    .replace(/(?<=[{;])border-(left|right)(-\w+)?:/g, (_, side, part) => `border-inline-${SIDES[side]}${part ?? ""}:`)
    .replace(/(?<=[{;])(left|right):/g, (_, side) => `inset-inline-${SIDES[side]}:`)
    .replace(/(?<=[{;])text-align:(left|right)/g, (_, side) => `text-align:${SIDES[side]}`)
    .replace(/(?<=[{;])(float|clear):(left|right)/g, (_, name, side) => `${name}:inline-${SIDES[side]}`);

for (const [name, budget] of Object.entries(BUDGETS)) {
  const { css } = sass.compile(`${name}.scss`, { style: "compressed", loadPaths: ["node_modules"], quietDeps: true });
  const text = logical(css) + "\n";
  const size = gzipSync(text, { level: 9 }).length;
  const found = FORBIDDEN.filter((pattern) => pattern.test(text));
  if (size > budget || found.length) {
    throw new Error(`${name}.css: ${size} bytes gz of ${budget}; forbidden: ${found.join(" ") || "none"}`);
  }
  writeFileSync(`../static/ui/${name}.css`, text);
  console.log(`${name}.css  ${text.length} bytes, ${size} gz of ${budget}`);
}
