/** Finds canned replies by what an agent types after a slash: shortcut, the first letters of the sounds, or words. */
import type { Canned } from "../api/replies";

const MOST = 8;
const SLASH = /(^|[\s，。！？,.!?])\/([^\s/]*)$/u;
const AT = /(^|\s)@([^\s@]*)$/u;
const BLANK = /\{([^{}\n]{1,12})\}/gu;

/** What stands behind the slash at the end of a text; null: nobody asks for a reply. */
export function askedFor(text: string): string | null {
  return SLASH.exec(text)?.[2]?.toLowerCase() ?? null;
}

/** The text with the slash and what follows replaced. */
export function withReply(text: string, reply: string): string {
  return text.replace(SLASH, (_whole, before: string) => before + reply);
}

/** What stands behind an `@` at the end of a note; null: nobody is being named. */
export function namedAt(text: string): string | null {
  return AT.exec(text)?.[2]?.toLowerCase() ?? null;
}

export function withName(text: string, name: string): string {
  return text.replace(AT, (_whole, before: string) => `${before}@${name} `);
}

/** The best matches first; of equals the one used most. */
export function matching(all: readonly Canned[], asked: string): Canned[] {
  return all
    .map((one) => ({ one, rank: rankOf(one, asked) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank || b.one.uses - a.one.uses)
    .slice(0, MOST)
    .map(({ one }) => one);
}

function rankOf(one: Canned, asked: string): number {
  if (!asked) return 1;
  if (one.shortcut === asked) return 6;
  if (one.shortcut.startsWith(asked)) return 5;
  if (one.initials?.startsWith(asked)) return 4;
  if (one.title.toLowerCase().includes(asked)) return 3;
  if (one.initials?.includes(asked)) return 2;
  return one.folder.includes(asked) || one.text.toLowerCase().includes(asked) ? 1 : 0;
}

/** The blanks in a text that would reach the customer as they are. */
export function blanksIn(text: string, known: readonly string[]): string[] {
  const found = [...text.matchAll(BLANK)].map((match) => (match[1] ?? "").trim());
  return [...new Set(found.filter((name) => known.includes(name)))];
}
