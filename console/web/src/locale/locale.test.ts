import { expect, test } from "vitest";

import { BOOKS } from "../locales/books";
import { createLocale, fill } from "./locale";
import { clockTime, dayLabel, duration, listTime } from "./when";

const { "zh-CN": zh, en } = BOOKS;
const chinese = createLocale("zh-CN", () => undefined);
const sources = import.meta.glob<string>(["../**/*.{ts,tsx}", "!../**/*.test.*"], { query: "?raw", import: "default", eager: true });

test("both languages know the same keys and variables", () => {
  const variables = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  const shape = (texts: Record<string, string>) => Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, variables(text)]));

  expect(shape(en.texts)).toEqual(shape(zh.texts));
});

test("no two areas give the same key a sentence of their own", () => {
  const files = import.meta.glob<{ texts: object }>("../locales/zh-CN/*.json", { import: "default", eager: true });
  const keys = Object.values(files).flatMap((book) => Object.keys(book.texts));

  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

test("no component carries Chinese text of its own", () => {
  expect(Object.keys(sources).length).toBeGreaterThan(30);

  const guilty = Object.entries(sources).filter(([path, text]) => !path.endsWith("locale.tsx") && /[\u4e00-\u9fff]/.test(text));

  expect(guilty.map(([path]) => path)).toEqual([]);
});

test("every key named in the source has a sentence", () => {
  const named = Object.values(sources).flatMap((text) => [...text.matchAll(/\bt\("([a-z_.0-9]+)"/g)].map((match) => match[1]!));
  expect(named.length).toBeGreaterThan(50);

  expect(named.filter((key) => !(key in zh.texts))).toEqual([]);
});

test("a value of the wire without a word shows as it came", () => {
  expect(chinese.word("skill", "brand_new")).toBe("brand_new");
});

test("variables are put in and unknown ones stay visible", () => {
  expect(fill("{agent} and {other}", { agent: "Jiang" })).toBe("Jiang and {other}");
});

test("moments are shown in the utility's time zone", () => {
  expect(clockTime("2026-11-20T16:30:00Z")).toBe("00:30");
  expect(dayLabel("2026-11-20T16:30:00Z", createLocale("en", () => undefined))).toBe("Sat 21.11.");
});

test("a list shows the clock for its newest day and the date for others", () => {
  expect(listTime("2026-11-21T09:05:00+08:00", "2026-11-21")).toBe("09:05");
  expect(listTime("2026-11-20T09:05:00+08:00", "2026-11-21")).toBe("11-20");
});

test("durations grow from minutes to hours", () => {
  expect(duration(0)).toBe("0:00");
  expect(duration(341)).toBe("5:41");
  expect(duration(3_661)).toBe("1:01:01");
});
