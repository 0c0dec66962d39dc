/** Languages, themes and elder mode: what is asked, what is kept, what is shown. */

import { describe, expect, test } from "vitest";
import { MemoryStore } from "../src/connection/storage";
import { LANGUAGES } from "../src/locales/languages";
import { loadLocale } from "../src/locales/locale";
import { findLook, keepLook, matchLanguage, showLook } from "../src/page/look";
import { readOptions } from "../src/page/options";

/** Every key with the kind of its value; the words themselves do not count. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || !value) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}

/** Every sentence of a locale, with its path. */
function sentencesOf(value: unknown, path = ""): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  return Object.entries(value as object).flatMap(([key, inner]) => sentencesOf(inner, `${path}.${key}`));
}

function placesOf(sentence: string): string[] {
  return [...sentence.matchAll(/\{\w+\}/g)].map((match) => match[0]).sort();
}

describe.each(LANGUAGES)("the words of %s", (language) => {
  test("have the keys of the first language, and no other", async () => {
    expect(shapeOf(await loadLocale(language))).toEqual(shapeOf(await loadLocale("zh-CN")));
  });

  test("fill the same places", async () => {
    const first = new Map(sentencesOf(await loadLocale("zh-CN")));
    for (const [path, sentence] of sentencesOf(await loadLocale(language))) {
      expect([path, placesOf(sentence)]).toEqual([path, placesOf(first.get(path) ?? "")]);
    }
  });

  test("are never empty", async () => {
    const empty = sentencesOf(await loadLocale(language)).filter(([, sentence]) => !sentence.trim());

    expect(empty).toEqual([]);
  });

});

test("Traditional Chinese is written by people: no simplified character, and the words of Taipei", async () => {
  const words = await loadLocale("zh-TW");
  const shown = sentencesOf(words);
  // Signs that stand in mainland texts only.
  const onlySimplified = /[电费户转报询办诉门业务网络这图发时间请让说话语线对过见关闭开输录长认实际显择浅输传单总点击]/;

  const wrong = shown.filter(([, sentence]) => onlySimplified.test(sentence));

  expect(onlySimplified.test((await loadLocale("zh-CN")).shortcuts.map((shortcut) => shortcut.label).join())).toBe(true);
  expect(wrong).toEqual([]);
  expect(words.shortcuts.map((shortcut) => shortcut.label)).toContain("綁定戶號");
  expect(words.header.human).toBe("轉人工");
});

describe("a language", () => {
  test.each([
    ["zh", "zh-CN"],
    ["zh-Hans-TW", "zh-CN"],
    ["zh-SG", "zh-CN"],
    ["zh-TW", "zh-TW"],
    ["zh_HK", "zh-TW"],
    ["zh-Hant", "zh-TW"],
    ["zh-MO", "zh-TW"],
    ["en-GB", "en"],
    ["EN", "en"],
    ["fr", null],
    ["", null],
    [undefined, null],
  ])("%s is %s", (tag, language) => {
    expect(matchLanguage(tag)).toBe(language);
  });
});

describe("the look of a visit", () => {
  const nothing = {};

  test("follows the browser when nobody has asked", () => {
    expect(findLook(new MemoryStore(), nothing, ["fr-FR", "zh-HK", "en"])).toEqual({ language: "zh-TW", theme: "auto", isElder: false });
  });

  test("is Chinese for a browser that speaks none of ours", () => {
    expect(findLook(new MemoryStore(), nothing, ["fr-FR"]).language).toBe("zh-CN");
  });

  test("follows the page before the browser", () => {
    const asked = readOptions("?lang=en&theme=dark&elder=1").look;

    expect(findLook(new MemoryStore(), asked, ["zh-CN"])).toEqual({ language: "en", theme: "dark", isElder: true });
  });

  test("is what the customer chose, whatever the page asks on the next visit", () => {
    const store = new MemoryStore();
    keepLook(store, { language: "zh-TW" });
    keepLook(store, { isElder: false });

    expect(findLook(store, readOptions("?lang=en&theme=dark&elder=1").look, [])).toEqual({ language: "zh-TW", theme: "dark", isElder: false });
  });

  test.each(["not json", "7", "null", '{"language":"xx","theme":3,"isElder":"yes"}'])("reads a broken store (%s) as no choice", (written) => {
    const store = new MemoryStore();
    store.set("gridtalk.look", written);

    expect(findLook(store, nothing, ["en"])).toEqual({ language: "en", theme: "auto", isElder: false });
  });
});

describe("the options of the address", () => {
  test.each([
    ["?elder=1", { isElder: true }],
    ["?elder=true", { isElder: true }],
    ["?elder=0", { isElder: false }],
    ["?elder=maybe", {}],
    ["?theme=light", { theme: "light" }],
    ["?theme=pink", {}],
    ["?lang=zh-hant", { language: "zh-TW" }],
    ["?lang=fr", {}],
    ["", {}],
  ])("%s asks for %o", (query, look) => {
    expect(readOptions(query).look).toEqual(look);
  });
});

describe("the root of the page", () => {
  test.each([
    ["auto", false, "light"],
    ["auto", true, "dark"],
    ["light", true, "light"],
    ["dark", false, "dark"],
  ] as const)("theme %s where the system is dark: %s, is %s", (theme, prefersDark, shown) => {
    const root = document.createElement("html");

    showLook(root, { language: "zh-TW", theme, isElder: true }, prefersDark);

    expect([root.lang, root.dataset.theme, root.dataset.elder]).toEqual(["zh-TW", shown, "true"]);
  });
});
