/** Finds web addresses in plain text; nothing but http and https ever becomes a link. */

export interface TextPart {
  text: string;
  href?: string;
}

/** Chinese text follows an address without a space, so an address ends at the first character no address holds. */
const ADDRESS = /https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi;
const TRAILING = /[.,;:!?'")\]]+$/;

/** Splits text into plain parts and links. */
export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, "");
    if (!isWebAddress(address)) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push({ text: address, href: address });
    from = match.index + address.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

function isWebAddress(address: string): boolean {
  try {
    return ["http:", "https:"].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

/** The longest address shown whole. */
const LONGEST = 44;

/** What a link shows: where it leads and no more; a signature of sixty characters says nothing to anybody. */
export function linkLabel(href: string): string {
  const { host, pathname, search } = new URL(href);
  const place = host + (pathname === "/" ? "" : pathname);
  const isCut = place.length > LONGEST;
  return (isCut ? place.slice(0, LONGEST) : place) + (isCut || search ? "…" : "");
}
