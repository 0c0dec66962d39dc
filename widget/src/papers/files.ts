/** What a file is, by its first bytes and never by its name; the utility looks again. */

import type { Problem } from "./problem";

const STARTS = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  [0x25, 0x50, 0x44, 0x46, 0x2d],
];

/** Says what stands against a file before it is sent; null when nothing does. */
export async function refusalOf(file: File, mostBytes: number): Promise<Problem | null> {
  if (file.size === 0) return { code: "document.empty", retryable: false };
  if (file.size > mostBytes) return { code: "document.too_large", retryable: false, most: mostBytes };
  const first = await firstBytes(file, 8);
  const isTaken = STARTS.some((start) => start.every((byte, place) => first[place] === byte));
  return isTaken ? null : { code: "document.type", retryable: false };
}

/** Reads with FileReader: `Blob.arrayBuffer` is missing in the older browsers inside apps. */
function firstBytes(file: File, count: number): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(new Uint8Array(reader.result as ArrayBuffer));
    reader.onerror = () => resolve(new Uint8Array());
    reader.readAsArrayBuffer(file.slice(0, count));
  });
}

/** Whether a browser can show the file as a picture. */
export function isPicture(file: File): boolean {
  return /^image\/(jpeg|png)$/.test(file.type);
}
