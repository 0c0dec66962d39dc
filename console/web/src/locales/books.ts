/** All sentences of the desk: one folder per language, one file per area, joined here; a new file needs no line here. */
import desk from "./zh-CN/desk.json";

interface Book {
  readonly texts: Readonly<Record<string, string>>;
}

export type TextKey = keyof typeof desk.texts;

const chinese = import.meta.glob<Book>("./zh-CN/*.json", { import: "default", eager: true });
const english = import.meta.glob<Book>("./en/*.json", { import: "default", eager: true });

export const BOOKS = { "zh-CN": bind(chinese), en: bind(english) } as const;

function bind(books: Readonly<Record<string, Book>>): Book {
  const all = Object.values(books);
  return { texts: Object.assign({}, ...all.map((book) => book.texts)) };
}
