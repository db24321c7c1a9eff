// Bundles vendor.js to ../static/desk/vendor/hpke.js. Run: npm ci && npm run build
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";

const OUT = "../static/desk/vendor/hpke.js";
const LIMIT = 40_000; // bytes after gzip

const names = ["@hpke/core", "@hpke/common", "@hpke/hybridkem-x-wing", "@hpke/dhkem-x25519", "@hpke/chacha20poly1305", "mlkem"];
const versions = names.map((name) => {
  const about = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  return `${name} ${about.version} (${about.license})`;
});

buildSync({
  entryPoints: ["vendor.js"],
  outfile: OUT,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  banner: { js: `/* ${versions.join(", ")}. Licences: hpke.LICENSES.txt. Built by hueandcry/desk/js. */` },
});

const licences = names.map((name) => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}\n`);
writeFileSync(`${OUT.slice(0, -3)}.LICENSES.txt`, licences.join("\n----\n\n"));

const size = gzipSync(readFileSync(OUT), { level: 9 }).length;
console.log(`${OUT}: ${size} bytes after gzip`);
if (size > LIMIT) process.exit(1);
