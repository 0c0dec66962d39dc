/** Says what the first load weighs, and fails the build when it grows past its budget. */

import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGETS = { page: 120 * 1024, embed: 8 * 1024 };

const dist = new URL("../dist/", import.meta.url);
const weigh = (path) => gzipSync(readFileSync(new URL(path, dist))).length;
const entry = readFileSync(new URL("index.html", dist), "utf8");
// Only what index.html names is loaded at first; the other language comes when asked for.
const first = readdirSync(new URL("assets/", dist)).filter((name) => entry.includes(name));

const weights = {
  page: weigh("index.html") + first.reduce((sum, name) => sum + weigh(`assets/${name}`), 0),
  embed: weigh("widget.js"),
};
for (const [name, bytes] of Object.entries(weights)) {
  const verdict = bytes <= BUDGETS[name] ? "within" : "OVER";
  process.stdout.write(`${name}: ${bytes} bytes gzipped, ${verdict} its budget of ${BUDGETS[name]}\n`);
}
process.exitCode = Object.keys(BUDGETS).every((name) => weights[name] <= BUDGETS[name]) ? 0 : 1;
