/** The HTTP side of the web door (docs/architecture.md section 5); it knows no state and retries nothing. */

import { DoorRefused, DoorUnreachable } from "./errors";
import type { Ports } from "./ports";
import type { OutboundFrame } from "./outbox";
import type {
  Accepted, Attachment, Evaluation, Opinion, PastPage, PollAnswer, Problem, ResumeCode, Session, Sign,
} from "./wire";

const ROOT = "/webhooks/web";
const PAST_LINES = 50;

/** Speaks the session, message and long-poll calls. */
export class Door {
  constructor(private readonly ports: Ports) {}

  /** The address of the WebSocket. */
  get socketUrl(): string {
    return this.ports.server.replace(/^http/, "ws") + `${ROOT}/ws`;
  }

  openSession(oldToken: string | null): Promise<Session> {
    return this.call<Session>("/session", { method: "POST", body: JSON.stringify(oldToken ? { token: oldToken } : {}) });
  }

  postMessage(token: string, frame: OutboundFrame): Promise<Accepted> {
    return this.call<Accepted>("/messages", { method: "POST", body: JSON.stringify(frame) }, token);
  }

  poll(token: string, after: number, waitSeconds: number, signal: AbortSignal): Promise<PollAnswer> {
    return this.call<PollAnswer>(`/messages?after=${after}&wait=${waitSeconds}`, { signal }, token);
  }

  /** Asks for a code to go on in another door. */
  makeResumeCode(token: string): Promise<ResumeCode> {
    return this.call<ResumeCode>("/resume", { method: "POST" }, token);
  }

  /** Tells that the customer types or has read, for a page without a socket. */
  async postSign(token: string, sign: Sign): Promise<void> {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const response = await this.reach("/signs", { method: "POST", body: JSON.stringify(sign), headers });
    if (!response.ok) throw await refusal(response);
  }

  /** Reads the last lines before a number. */
  readPast(token: string, before: number): Promise<PastPage> {
    return this.call<PastPage>(`/messages?before=${before}&limit=${PAST_LINES}`, {}, token);
  }

  evaluate(token: string, opinion: Opinion): Promise<Evaluation> {
    return this.call<Evaluation>("/evaluations", { method: "POST", body: JSON.stringify(opinion) }, token);
  }

  /** Reads the whole conversation as a text file. */
  readTranscript(token: string): Promise<Blob> {
    return this.readFile("/transcript", token);
  }

  /** Uploads a picture; `onProgress` hears the share that has left, from 0 to 1; `signal` ends it. */
  async upload(token: string, file: File, onProgress: (share: number) => void, signal: AbortSignal): Promise<Attachment> {
    const answer = await this.ports.upload(this.ports.server + `${ROOT}/media`, token, file, onProgress, signal);
    if (answer.status === 201) return answer.body as Attachment;
    const problem = answer.body as Partial<Problem> | null;
    throw new DoorRefused(answer.status, problem?.code ?? `http.${answer.status}`, problem?.detail ?? "");
  }

  /** Reads a picture this visitor sent before. */
  readMedia(token: string, mediaId: string): Promise<Blob> {
    return this.readFile(`/media/${mediaId}`, token);
  }

  private async readFile(path: string, token: string): Promise<Blob> {
    const response = await this.reach(path, { headers: { Authorization: `Bearer ${token}` } });
    if (!response.ok) throw await refusal(response);
    return response.blob();
  }

  private async call<T>(path: string, init: RequestInit, token?: string): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (init.body) headers["Content-Type"] = "application/json";
    if (token) headers.Authorization = `Bearer ${token}`;
    const response = await this.reach(path, { ...init, headers, cache: "no-store" });
    if (!response.ok) throw await refusal(response);
    return readJson<T>(response);
  }

  private async reach(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.ports.fetch(this.ports.server + ROOT + path, init);
    } catch (cause) {
      throw new DoorUnreachable(`no answer from ${path}`, { cause });
    }
  }
}

async function readJson<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (cause) {
    throw new DoorUnreachable("the answer is not JSON", { cause });
  }
}

async function refusal(response: Response): Promise<DoorRefused> {
  // A proxy in between answers with HTML: then the status alone has to do.
  const problem: Partial<Problem> = await response.json().catch(() => ({}));
  return new DoorRefused(response.status, problem.code ?? `http.${response.status}`, problem.detail ?? response.statusText);
}
