/** Keys as `Alt+KeyR`: which event they mean, and how they read on a key cap. */

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  BracketLeft: "[",
  BracketRight: "]",
  Slash: "/",
  Period: ".",
  Comma: ",",
};

/** What a person reads: `Alt+R`, `Ctrl+K`, `?`. */
export function keyLabel(keys: string): string {
  return keys
    .split("+")
    .map((part) => NAMES[part] ?? part.replace(/^(Key|Digit)/, ""))
    .join("+");
}

/** Whether an event is these keys; by the physical key, for with Alt held some keyboards give another letter. */
export function isPressed(keys: string, event: KeyboardEvent): boolean {
  const parts = keys.split("+");
  const key = parts.pop() ?? "";
  const ctrl = event.ctrlKey || event.metaKey;
  if (parts.includes("Alt") !== event.altKey || parts.includes("Ctrl") !== ctrl) return false;
  if (key === "?" || key === "/") return event.key === key;
  return event.code === key || event.key === key;
}

/** Keys without Alt or Ctrl are letters to whoever is writing. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
