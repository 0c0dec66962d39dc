/** The colours of both themes and of any accent, counted: text 4.5:1, edges of controls 3:1. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { applyAccent, channelsOf, contrast } from "../src/page/accent";

const SHEET = readFileSync("src/styles/tokens.css", "utf8");
const GROUNDS = ["ground", "surface", "raised"];
const TEXTS: [string, string[]][] = [
  ["ink", [...GROUNDS, "person-soft", "accent-soft"]],
  ["ink-soft", [...GROUNDS, "line", "accent-soft"]],
  ["accent", [...GROUNDS, "accent-soft"]],
  ["person", ["person-soft"]],
  ["danger", [...GROUNDS, "danger-soft"]],
  ["on-fill", ["fill", "person-fill", "header-from", "header-to"]],
];
const EDGES: [string, string[]][] = [
  ["edge", GROUNDS],
  ["accent", GROUNDS],
  ["fill", ["surface", "raised"]],
];
const ACCENTS = ["#ffd400", "#ffffff", "#000000", "#1d5fd0", "#00a650", "#e60012", "#7f7f7f", "#0a1020"];

type Colours = Record<string, string>;

/** Reads the tokens of a theme; those the dark one does not name are the light one's. */
function themeOf(name: "light" | "dark", own: Colours = {}): Colours {
  const light = blockOf(/:root \{([^}]*)\}/);
  const dark = blockOf(/:root\[data-theme="dark"\] \{([^}]*)\}/);
  const tokens = name === "dark" ? { ...light, ...dark } : light;
  return Object.fromEntries(Object.entries(tokens).map(([token, value]) => [token, resolve(value, own)]));
}

function blockOf(block: RegExp): Colours {
  const [, body = ""] = block.exec(SHEET) ?? [];
  return Object.fromEntries([...body.matchAll(/--([\w-]+): ([^;]+);/g)].map(([, name = "", value = ""]) => [name, value]));
}

/** Follows `var(--own-x, fallback)` as the browser does. */
function resolve(value: string, own: Colours): string {
  const [, name = "", fallback = value] = /^var\(--(own-[\w-]+), (.+)\)$/.exec(value) ?? [];
  return own[name] ?? fallback;
}

function toHex(colour: string): string {
  const channels = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour)?.slice(1).map(Number);
  return channels ? `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}` : colour;
}

function between(colours: Colours, one: string, other: string): number {
  return contrast(channelsOf(toHex(colours[one] ?? "")), channelsOf(toHex(colours[other] ?? "")));
}

/** The pairs that miss their least contrast. */
function missed(colours: Colours): string[] {
  const check = (pairs: [string, string[]][], least: number): string[] =>
    pairs.flatMap(([front, grounds]) => grounds.filter((ground) => !(between(colours, front, ground) >= least)).map((ground) => `${front} on ${ground}`));
  return [...check(TEXTS, 4.5), ...check(EDGES, 3)];
}

describe.each(["light", "dark"] as const)("the %s theme", (name) => {
  test("is readable", () => {
    expect(missed(themeOf(name))).toEqual([]);
  });

  test.each(ACCENTS)("is readable with the accent %s", (accent) => {
    const root = document.createElement("html");
    applyAccent(root, accent);
    const own = Object.fromEntries(Array.from(root.style, (property) => [property.slice(2), root.style.getPropertyValue(property)]));

    expect(Object.keys(own)).toContain("own-fill");
    expect(missed(themeOf(name, own))).toEqual([]);
  });
});

test("the counting itself knows black and white", () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
  expect(missed({ ...themeOf("light"), "ink-soft": "#9fb3be" })).toContain("ink-soft on raised");
});
