/** The sentences of the page; every one stands in zh-CN.json. */

import zh from "./zh-CN.json";
import type { Problem } from "./problem";

export type Values = Record<string, string | number>;
type TextKey = Exclude<keyof typeof zh, "problems">;

const PROBLEMS: Record<string, string> = zh.problems;
const MEGABYTE = 1024 * 1024;

/** Says a sentence with its values filled in. */
export function t(key: TextKey, values: Values = {}): string {
  return fill(zh[key], values);
}

/** Says what went wrong and what to do; `most` of a size comes in bytes, that of a number as it is. */
export function problemText(problem: Problem): string {
  const most = problem.most ?? 0;
  return fill(PROBLEMS[problem.code] ?? zh.problems.other, {
    most: problem.code === "document.too_large" ? megabytes(most) : most,
    missing: (problem.missing ?? []).join(zh.separator),
    checks: (problem.checks ?? []).map((check) => t("check", { text: check.text, do: check.do })).join(""),
  });
}

/** A day as people say it: without its year when that is this one's. */
export function dayText(iso: string, now = new Date()): string {
  const [year = 0, month = 0, day = 0] = iso.slice(0, 10).split("-").map(Number);
  return t(year === now.getFullYear() ? "date" : "date_year", { year, month, day });
}

/** Whole megabytes of a number of bytes. */
export function megabytes(bytes: number): number {
  return Math.floor(bytes / MEGABYTE);
}

/** A size as people say it. */
export function sizeText(bytes: number): string {
  return bytes >= MEGABYTE ? `${(bytes / MEGABYTE).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} KB`;
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
