// Cuts the icons named in icons.txt out of Tabler's set into one sprite, ../static/ui/icons.svg.
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 8_000; // bytes after gzip, product/DESIGN part 4A
const OUT = "../static/ui/icons.svg";
const SET = "node_modules/@tabler/icons";

const version = JSON.parse(readFileSync(`${SET}/package.json`, "utf8")).version;
const names = readFileSync("icons.txt", "utf8").split("\n").filter((line) => line && !line.startsWith("#"));

function symbol(name) {
  const drawing = readFileSync(`${SET}/icons/outline/${name}.svg`, "utf8");
  const paths = [...drawing.matchAll(/<path d="([^"]+)"/g)].map((found) => `<path d="${found[1]}"/>`);
  if (!paths.length) throw new Error(`${name} has no path`);
  return `<symbol id="${name}" viewBox="0 0 24 24">${paths.join("")}</symbol>`;
}

const text = `<svg xmlns="http://www.w3.org/2000/svg"><!-- Tabler Icons ${version}, MIT, Copyright (c) 2020-2026 Paweł Kuna -->${names
  .map(symbol)
  .join("")}</svg>\n`;
const size = gzipSync(text, { level: 9 }).length;
if (size > LIMIT) throw new Error(`${OUT}: ${size} bytes gz of ${LIMIT}`);
writeFileSync(OUT, text);
writeFileSync("../static/ui/icons.LICENSE.txt", `@tabler/icons ${version}\n\n${readFileSync(`${SET}/LICENSE`, "utf8").trim()}\n`);
console.log(`icons.svg  ${names.length} icons, ${size} gz of ${LIMIT}`);
