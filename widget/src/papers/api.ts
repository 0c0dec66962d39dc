/** Calls of the bot: the pass goes in a header, never in an address. */

import type { Problem } from "./problem";
import type { Sheet } from "./wire";

const TIMEOUT_MS = 180_000;
const RETRYABLE = new Set([0, 408, 429, 500, 502, 503, 504]);

/** The bot refused, or nobody answered. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

/** A call under way. */
export interface Running {
  done: Promise<Sheet>;
  abort(): void;
}

/** A file on its way. */
export interface Parcel {
  code: string;
  file: File;
  /** The same for every try, so that a lost answer makes no second file. */
  key: string;
  onProgress(share: number): void;
}

/** The calls of one page. */
export class PapersApi {
  constructor(private readonly pass: string) {}

  /** Reads the application. */
  look(): Promise<Sheet> {
    return this.send("GET", "application").done;
  }

  /** Hands a file in. */
  handIn(parcel: Parcel): Running {
    const headers = { "X-File-Name": encodeURIComponent(parcel.file.name), "Idempotency-Key": parcel.key };
    return this.send("POST", `documents/${encodeURIComponent(parcel.code)}`, headers, parcel.file, parcel.onProgress);
  }

  /** Hands the application in. */
  submit(key: string): Promise<Sheet> {
    return this.send("POST", "submission", { "Idempotency-Key": key }).done;
  }

  /** XMLHttpRequest: `fetch` tells nothing of how much of a body is sent. */
  private send(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body: Blob | null = null,
    onProgress?: (share: number) => void,
  ): Running {
    const request = new XMLHttpRequest();
    const done = new Promise<Sheet>((resolve, reject) => {
      request.open(method, `api/${path}`);
      request.timeout = TIMEOUT_MS;
      request.setRequestHeader("Authorization", `Bearer ${this.pass}`);
      if (body) request.setRequestHeader("Content-Type", "application/octet-stream");
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => onProgress?.(event.lengthComputable ? event.loaded / event.total : 0);
      request.onload = () => settle(request, resolve, reject);
      request.onerror = request.ontimeout = () => reject(new Refused({ code: "network", retryable: true }));
      request.onabort = () => reject(new Refused({ code: "aborted", retryable: false }));
      request.send(body);
    });
    return { done, abort: () => request.abort() };
  }
}

function settle(request: XMLHttpRequest, resolve: (sheet: Sheet) => void, reject: (error: Refused) => void): void {
  const content = parsed(request.responseText);
  if (request.status >= 200 && request.status < 300 && content) {
    resolve(content as unknown as Sheet);
    return;
  }
  const told = (content ?? {}) as Partial<Problem>;
  reject(new Refused({ ...told, code: told.code ?? "other", retryable: RETRYABLE.has(request.status) }));
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null; // a proxy's own page: the status says enough
  }
}
