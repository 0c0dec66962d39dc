/** The typed calls of the desk API; it knows cookies, CSRF and time limits, and refuses to keep any state of the desk. */
import { ApiError } from "./errors";
import type { CodeDue, Detail, Escalation, History, Message, Problem, Scope, Session, Summary } from "./types";

const TIME_LIMIT_MS = 10_000;
const UPLOAD_LIMIT_MS = 120_000;
/** A 401 about a password or a code that was typed: the session goes on. */
const WRONG_WORDS = new Set(["console.login.failed", "console.code.wrong"]);

export interface DeskApi {
  /** Any other call of the desk's API; each area types its own in `api/<area>.ts`. */
  request: Call;
  login(username: string, password: string): Promise<Session | CodeDue>;
  loginCode(ticket: string, code: string): Promise<Session>;
  logout(): Promise<{ logout_url: string } | undefined>;
  me(): Promise<Session>;
  queue(): Promise<Escalation[]>;
  conversations(scope: Scope): Promise<Summary[]>;
  /** `peek`: fetched ahead, which marks nothing as read. */
  conversation(id: string, peek?: boolean): Promise<Detail>;
  /** The lines of this person at other doors; `before`: what the page after it told. */
  history(id: string, before: string | null): Promise<History>;
  search(id: string, words: string): Promise<Message[]>;
  messages(id: string, after: number): Promise<Message[]>;
  accept(escalationId: number): Promise<Summary>;
  takeOver(id: string): Promise<Summary>;
  reply(id: string, clientId: string, text: string): Promise<Message>;
  note(id: string, clientId: string, text: string): Promise<Message>;
  giveBack(id: string, note: string): Promise<Summary>;
  /** With codes the service is filed under them. */
  close(id: string, summary: string, codes?: ClosingCodes): Promise<Summary>;
  typing(id: string, on: boolean): Promise<void>;
  read(id: string, seq: number): Promise<void>;
  /** Any other call of the desk; `src/api/<area>.ts` gives each its name and types. */
  /** A call that answers with a file. */
  download(path: string, body: object): Promise<Blob>;
  /** Sends the bytes of a file as the body. */
  upload<T>(path: string, file: Blob, headers: Readonly<Record<string, string>>): Promise<T>;
}

export interface ClosingCodes {
  topic: string;
  result: string;
}

export interface ApiOptions {
  /** Told of every 401 outside the log-in call, so that the page can ask for a new log in. */
  onUnauthorized: (error: ApiError) => void;
  fetch?: typeof fetch;
  timeLimitMs?: number;
}

export type Method = "GET" | "POST";
export type Call = <T>(method: Method, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<T>;

/** Builds the client of one page; the CSRF token of the session lives in its closure. */
export function createApi(options: ApiOptions): DeskApi {
  let csrf = "";
  const send = createSender(options, () => csrf);
  const call: Call = async (method, path, body, headers) => {
    try {
      return await send(method, path, body, headers);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401 && !WRONG_WORDS.has(error.code)) options.onUnauthorized(error);
      throw error;
    }
  };
  const remember = (session: Session): Session => {
    csrf = session.csrf;
    return session;
  };
  return {
    request: call,
    login: async (username, password) => {
      const answer = await send<Session | CodeDue>("POST", "/api/login", { username, password });
      return "step" in answer ? answer : remember(answer);
    },
    loginCode: (ticket, code) => send<Session>("POST", "/api/login/code", { ticket, code }).then(remember),
    me: () => call<Session>("GET", "/api/me").then(remember),
    ...deskCalls(call),
    download: (path, body) => createSender(options, () => csrf, readFile)<Blob>("POST", path, body),
  };
}

function deskCalls(call: Call): Omit<DeskApi, "login" | "loginCode" | "me" | "request" | "download"> {
  const at = (id: string) => `/api/conversations/${encodeURIComponent(id)}`;
  const summary = async (path: string, body: object = {}) =>
    (await call<{ conversation: Summary }>("POST", path, body)).conversation;
  const message = async (path: string, client_id: string, text: string) =>
    (await call<{ message: Message }>("POST", path, { client_id, text })).message;
  return {
    logout: () => call("POST", "/api/logout", {}),
    queue: async () => (await call<{ escalations: Escalation[] }>("GET", "/api/queue")).escalations,
    conversations: async (scope) =>
      (await call<{ conversations: Summary[] }>("GET", `/api/conversations?scope=${scope}`)).conversations,
    conversation: (id, peek) => call("GET", peek ? `${at(id)}?peek=1` : at(id)),
    history: (id, before) => call("GET", `${at(id)}/history${before ? `?before=${encodeURIComponent(before)}` : ""}`),
    search: async (id, words) =>
      (await call<{ messages: Message[] }>("GET", `${at(id)}/search?words=${encodeURIComponent(words)}`)).messages,
    messages: async (id, after) =>
      (await call<{ messages: Message[] }>("GET", `${at(id)}/messages?after=${after}`)).messages,
    accept: (escalationId) => summary(`/api/escalations/${escalationId}/accept`),
    takeOver: (id) => summary(`${at(id)}/takeover`),
    reply: (id, clientId, text) => message(`${at(id)}/messages`, clientId, text),
    note: (id, clientId, text) => message(`${at(id)}/notes`, clientId, text),
    giveBack: (id, note) => summary(`${at(id)}/return`, { note }),
    close: (id, text, codes) =>
      codes ? summary(`${at(id)}/closing`, { summary: text, ...codes }) : summary(`${at(id)}/close`, { summary: text }),
    typing: (id, on) => call("POST", `${at(id)}/typing`, { on }),
    read: (id, seq) => call("POST", `${at(id)}/read`, { seq }),
    upload: (path, file, headers) => call("POST", path, file, headers),
  };
}

type Read = <T>(response: Response) => Promise<T>;

function createSender(options: ApiOptions, csrf: () => string, read: Read = readBody): Call {
  const doFetch = options.fetch ?? fetch.bind(globalThis);
  return async <T>(method: Method, path: string, body?: unknown, more?: Readonly<Record<string, string>>): Promise<T> => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), body instanceof Blob ? UPLOAD_LIMIT_MS : (options.timeLimitMs ?? TIME_LIMIT_MS));
    try {
      const response = await doFetch(path, {
        method,
        credentials: "same-origin",
        cache: "no-store",
        headers: { ...headersOf(method, csrf()), ...more },
        body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
        signal: limit.signal,
      });
      return await read<T>(response);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError(limit.signal.aborted ? "timeout" : "network");
    } finally {
      clearTimeout(timer);
    }
  };
}

function headersOf(method: Method, csrf: string): Record<string, string> {
  if (method === "GET") return { Accept: "application/json" };
  return { Accept: "application/json", "Content-Type": "application/json", "X-CSRF-Token": csrf };
}

async function readBody<T>(response: Response): Promise<T> {
  if (!response.ok) throw new ApiError("http", response.status, await readProblem(response));
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

async function readFile<T>(response: Response): Promise<T> {
  if (!response.ok) throw new ApiError("http", response.status, await readProblem(response));
  return (await response.blob()) as T;
}

async function readProblem(response: Response): Promise<Problem> {
  try {
    return (await response.json()) as Problem;
  } catch {
    // A proxy in between answers with HTML: the status alone must do.
    return {};
  }
}
