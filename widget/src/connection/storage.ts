/** Where the connection keeps what a reload must not lose; it never throws when the browser blocks storage. */

export interface KeyStore {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(prefix: string): string[];
}

/** Keeps values for the life of the page only. */
export class MemoryStore implements KeyStore {
  private readonly values = new Map<string, string>();

  get(key: string): string | null {
    return this.values.get(key) ?? null;
  }

  set(key: string, value: string): void {
    this.values.set(key, value);
  }

  remove(key: string): void {
    this.values.delete(key);
  }

  keys(prefix: string): string[] {
    return [...this.values.keys()].filter((key) => key.startsWith(prefix));
  }
}

/** Keeps values in the browser; a refused write (full, or private mode) stays readable from memory. */
class BrowserStore implements KeyStore {
  private readonly overflow = new MemoryStore();

  constructor(private readonly storage: Storage) {}

  get(key: string): string | null {
    return this.overflow.get(key) ?? this.storage.getItem(key);
  }

  set(key: string, value: string): void {
    try {
      this.storage.setItem(key, value);
      this.overflow.remove(key);
    } catch {
      this.overflow.set(key, value);
    }
  }

  remove(key: string): void {
    this.overflow.remove(key);
    this.storage.removeItem(key);
  }

  keys(prefix: string): string[] {
    const kept = Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index) ?? "");
    return [...new Set([...kept.filter((key) => key.startsWith(prefix)), ...this.overflow.keys(prefix)])];
  }
}

/** Opens the first storage the browser lets us use, or memory when it blocks them all. */
export function openStore(candidates: Array<() => Storage>): KeyStore {
  for (const open of candidates) {
    try {
      const storage = open();
      storage.getItem("gridtalk.probe");
      return new BrowserStore(storage);
    } catch {
      // A sandboxed frame or blocked cookies make the mere access throw: the next candidate is asked.
    }
  }
  return new MemoryStore();
}
