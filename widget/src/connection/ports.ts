/** What the connection needs from its surroundings, so that tests can hand in their own. */

import { openStore, type KeyStore } from "./storage";
import { uploadFile } from "./upload";

/** Sends a file with its progress, which `fetch` cannot tell; rejects with DoorUnreachable when nobody answers or `signal` ends it. */
export type Upload = (url: string, token: string, file: File, onProgress: (share: number) => void, signal: AbortSignal) => Promise<UploadAnswer>;

export interface UploadAnswer {
  status: number;
  /** The JSON of the answer, or null when it is none. */
  body: unknown;
}

export interface Ports {
  /** Origin of the bot process, without a trailing slash. */
  server: string;
  fetch: typeof fetch;
  openSocket(url: string): WebSocket;
  upload: Upload;
  store: KeyStore;
  random(): number;
  createId(): string;
  now(): number;
}

/** Makes a version 4 UUID also on plain-http pages, where `crypto.randomUUID` does not exist. */
export function createUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Gathers the real browser. */
export function browserPorts(server: string): Ports {
  return {
    server,
    fetch: (input, init) => window.fetch(input, init),
    openSocket: (url) => new WebSocket(url),
    upload: uploadFile,
    store: openStore([() => window.localStorage, () => window.sessionStorage]),
    random: Math.random,
    createId: createUuid,
    now: Date.now,
  };
}
