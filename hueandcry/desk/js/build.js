// Bundles vendor.js to ../static/desk/vendor/hpke.js. Run: npm ci && npm run build
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
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

// The shell of every page: ten small files, one request. The banner names a digest of the sources, which
// tests/desk/test_shell.py compares, so that a source changed without a build is seen.
const SHELL = "../static/desk/shell/shell.js";
const SHELL_LIMIT = 12_000; // bytes after gzip
const sources = readdirSync("shell").filter((name) => name.endsWith(".js")).sort();
const digest = createHash("sha256");
for (const name of sources) digest.update(`${name}\n`).update(readFileSync(`shell/${name}`));
buildSync({
  entryPoints: ["shell/main.js"],
  outfile: SHELL,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  banner: { js: `/* Built by hueandcry/desk/js from shell/, sources ${digest.digest("hex").slice(0, 16)}. */` },
});
const shellSize = gzipSync(readFileSync(SHELL), { level: 9 }).length;
console.log(`${SHELL}: ${shellSize} bytes after gzip`);
if (shellSize > SHELL_LIMIT) process.exit(1);
