/** The one request that tells its progress; it knows nothing of what it carries. */

import { DoorUnreachable } from "./errors";
import type { UploadAnswer } from "./ports";

const GIVE_UP_AFTER_MS = 120_000;

/** Sends a file as the body of a request, with its name beside it. */
export function uploadFile(
  url: string,
  token: string,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<UploadAnswer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const lost = (): void => reject(new DoorUnreachable("the upload got no answer"));
    request.open("POST", url);
    request.timeout = GIVE_UP_AFTER_MS;
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => resolve({ status: request.status, body: parse(request.responseText) });
    request.onerror = request.ontimeout = request.onabort = lost;
    if (signal.aborted) return lost();
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
