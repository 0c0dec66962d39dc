/** The key under which an act is sent: a repeat of the same wish goes under the same key, so that it is done once. */

export interface Attempt {
  readonly key: string;
  readonly wish: string;
}

/** The attempt for this wish: the last one while the wish is the same and its end is not known. */
export function attemptOf(last: Attempt | null, act: string, fields: object, newKey: () => string): Attempt {
  const wish = JSON.stringify([act, fields]);
  return last?.wish === wish ? last : { key: newKey(), wish };
}

/** A random key; `crypto.randomUUID` exists on secure pages only, and a desk inside a utility may be HTTP. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
