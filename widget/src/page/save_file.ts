/** Gives the customer a file the page has read. */

/** Saves a file under a name, by the way every browser knows. */
export function saveFile(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has begun to read it once the click is over.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
