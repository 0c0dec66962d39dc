/** Files of an agent before they leave: what is taken, how large, and what a paste or a drop holds. */

export const FILE_TYPES: readonly string[] = ["image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf"];
export const MOST_BYTES = 10 * 1024 * 1024;

/** The key of the sentence why a file is not sent, or null; the server looks at the bytes again. */
export function refusal(file: File): string | null {
  if (file.size === 0) return "error.file.empty";
  if (file.size > MOST_BYTES) return "error.file.too_large";
  return FILE_TYPES.includes(file.type) ? null : "error.file.kind";
}

/** The files of a paste or a drop; words pasted beside a picture stay words. */
export function filesOf(data: DataTransfer | null): File[] {
  if (!data) return [];
  return [...data.items].flatMap((item) => (item.kind === "file" ? (item.getAsFile() ?? []) : []));
}

/** `320 KB`, `1.2 MB`. */
export function fileSize(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
