/** What the address of the page asks for; a value that is not understood is ignored. */

export interface PageOptions {
  isEmbedded: boolean;
  title: string | null;
  accent: string | null;
  language: string | null;
}

/** Reads the options of the page from its query. */
export function readOptions(query: string): PageOptions {
  const values = new URLSearchParams(query);
  return {
    isEmbedded: values.get("embed") === "1",
    title: values.get("title")?.slice(0, 40) || null,
    accent: parseColour(values.get("accent")),
    language: values.get("lang"),
  };
}

/** Accepts `#rrggbb` only, so that nothing else reaches a style. */
export function parseColour(text: string | null): string | null {
  return text && /^#[0-9a-f]{6}$/i.test(text) ? text.toLowerCase() : null;
}
