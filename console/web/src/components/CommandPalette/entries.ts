/** What the palette lists, and which of it some letters mean. */

export interface Entry {
  readonly key: string;
  readonly kind: string;
  readonly title: string;
  readonly more: string;
  readonly keys?: string;
  readonly run: () => void;
}

const MOST = 40;

/** Every word must stand somewhere; what begins with it comes first. */
export function matchEntries(entries: readonly Entry[], words: string): readonly Entry[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (entry: Entry) => `${entry.title} ${entry.more} ${entry.kind}`.toLowerCase();
  const found = entries.filter((entry) => wanted.every((word) => text(entry).includes(word)));
  const first = wanted[0] ?? "";
  const begins = (entry: Entry) => (entry.title.toLowerCase().startsWith(first) ? 0 : 1);
  return [...found].sort((a, b) => begins(a) - begins(b)).slice(0, MOST);
}
