/** The web door in memory: a small real implementation of section 5, with switches for what can go wrong. */

import { DoorUnreachable } from "../src/connection/errors";
import type { Ports } from "../src/connection/ports";
import { MemoryStore } from "../src/connection/storage";
import { contentOf } from "../src/connection/conversation";
import { isOutbound, type OutboundFrame } from "../src/connection/outbox";
import type { Evaluation, Message, Opinion, ServerFrame, Sign } from "../src/connection/wire";

type Sent = OutboundFrame;

/** The server's end of one WebSocket, shaped like the browser's. */
export class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readyState: number = WebSocket.CONNECTING;

  constructor(private readonly door: FakeDoor) {
    queueMicrotask(() => this.open());
  }

  send(data: string): void {
    this.door.receive(this, JSON.parse(data));
  }

  close(): void {
    this.readyState = WebSocket.CLOSED;
  }

  /** The server, or the network, ends it. */
  end(code: number): void {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.({ code });
  }

  tell(frame: ServerFrame): void {
    if (this.readyState === WebSocket.OPEN) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  private open(): void {
    if (this.readyState !== WebSocket.CONNECTING) return;
    if (this.door.refusesSockets) return this.end(1006);
    this.readyState = WebSocket.OPEN;
    this.onopen?.();
  }
}

/** One conversation behind one door. */
export class FakeDoor {
  refusesSockets = false;
  isUnreachable = false;
  /** The network swallows every acknowledgement. */
  losesAcks = false;
  /** What a window that has nothing gets of the past. */
  historyLines = 200;
  isSilent = false;
  /** The code every message is refused with, as long as it is set. */
  refusal: string | null = null;
  /** Uploads wait for this. */
  uploading: Promise<void> = Promise.resolve();
  readonly uploads: string[] = [];
  /** Whose codes were asked for. */
  readonly resumeTokens: string[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly hellos: Array<{ token: string; last_seq: number }> = [];
  readonly received: Sent[] = [];
  readonly sessionRequests: Array<{ token?: string }> = [];
  readonly validTokens = new Set<string>();
  messages: Message[] = [];
  readonly evaluations: Evaluation[] = [];
  readonly signs: Sign[] = [];
  customerRead = 0;
  agentRead = 0;
  private sessions = 0;
  private readonly accepted = new Map<string, number>();
  private readonly pollers = new Set<() => void>();

  get socket(): FakeSocket {
    const socket = this.sockets[this.sockets.length - 1];
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  /** Ports of a browser tab whose only network is this door. */
  ports(store = new MemoryStore()): Ports {
    let ids = 0;
    return {
      server: "http://door.test",
      fetch: (input, init) => this.answer(String(input), init ?? {}),
      upload: async (_url, _token, file, onProgress, signal) => {
        onProgress(0.5);
        const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
        await Promise.race([this.uploading, aborted]);
        if (signal.aborted) throw new DoorUnreachable("the upload was ended");
        this.uploads.push(file.name);
        if (this.isUnreachable) throw new DoorUnreachable("network is gone");
        if (this.refusal) return { status: 415, body: { code: this.refusal } };
        return { status: 201, body: { media_id: "0".repeat(32) } };
      },
      openSocket: () => this.connect() as unknown as WebSocket,
      store,
      random: () => 0.5,
      createId: () => `client-${this.received.length}-${(ids += 1)}`,
      now: Date.now,
    };
  }

  /** The bot or an agent says something. */
  say(text: string, role: Message["role"] = "bot", more: Partial<Message> = {}): Message {
    const message: Message = { seq: this.messages.length + 1, role, at: new Date().toISOString(), text, ...more };
    this.messages.push(message);
    this.sockets.forEach((socket) => socket.tell({ type: "message", message }));
    this.pollers.forEach((wake) => wake());
    return message;
  }

  /** Every token given so far is worth nothing, and the next visitor begins an empty conversation. */
  expireTokens(): void {
    this.validTokens.clear();
    this.messages = [];
    this.accepted.clear();
  }

  /** The agent has read so far. */
  readAsAgent(seq: number): void {
    this.agentRead = seq;
    this.tellAll({ type: "read", role: "agent", seq });
  }

  drop(code = 1006): void {
    this.socket.end(code);
  }

  receive(socket: FakeSocket, frame: { type: string } & Record<string, unknown>): void {
    if (this.isSilent) return;
    if (frame.type === "hello") this.greet(socket, frame as never);
    if (frame.type === "ping") socket.tell({ type: "pong" });
    if (frame.type === "read" || frame.type === "typing") this.takeSign(frame as never);
    if (isOutbound(frame)) this.take(socket, frame);
  }

  private takeSign(sign: Sign): void {
    this.signs.push(sign);
    if (sign.type !== "read") return;
    this.customerRead = Math.max(this.customerRead, sign.seq);
    this.tellAll({ type: "read", role: "customer", seq: this.customerRead });
  }

  private tellAll(frame: ServerFrame): void {
    this.sockets.forEach((socket) => socket.tell(frame));
    this.pollers.forEach((wake) => wake());
  }

  private get standing() {
    const { customerRead: customer_read, agentRead: agent_read, evaluations } = this;
    return { owner: "bot" as const, last_seq: this.messages.length, customer_read, agent_read, evaluations };
  }

  private connect(): FakeSocket {
    const socket = new FakeSocket(this);
    this.sockets.push(socket);
    return socket;
  }

  private greet(socket: FakeSocket, hello: { token: string; last_seq: number }): void {
    this.hellos.push({ token: hello.token, last_seq: hello.last_seq });
    if (!this.validTokens.has(hello.token)) {
      socket.tell({ type: "error", code: "web.token.invalid", message: "bad token" });
      return socket.end(4401);
    }
    socket.tell({ type: "welcome", visitor_id: `v-${hello.token}`, ...this.standing });
    const from = hello.last_seq || this.messages.length - this.historyLines;
    this.messages.filter((message) => message.seq > from).forEach((message) => socket.tell({ type: "message", message }));
  }

  private take(socket: FakeSocket, frame: Sent): void {
    this.received.push(frame);
    if (this.refusal) {
      return socket.tell({ type: "error", code: this.refusal, message: "refused", client_id: frame.client_id });
    }
    const { seq } = this.accept(frame);
    if (!this.losesAcks) socket.tell({ type: "ack", client_id: frame.client_id, seq });
  }

  private accept(frame: Sent): { seq: number; duplicate: boolean } {
    const known = this.accepted.get(frame.client_id);
    if (known) return { seq: known, duplicate: true };
    this.accepted.set(frame.client_id, this.messages.length + 1);
    const { text, ...media } = contentOf(frame);
    // With acknowledgements lost the visitor's own line is lost with them until a replay.
    const shown = this.losesAcks ? this.remember(text, frame.client_id) : this.say(text, "customer", { client_id: frame.client_id, ...media });
    return { seq: shown.seq, duplicate: false };
  }

  private remember(text: string, client_id: string): Message {
    const message: Message = { seq: this.messages.length + 1, role: "customer", at: new Date().toISOString(), text, client_id };
    this.messages.push(message);
    return message;
  }

  private async answer(address: string, init: RequestInit): Promise<Response> {
    if (this.isUnreachable) throw new TypeError("network is gone");
    const url = new URL(address);
    const body = JSON.parse(String(init.body ?? "{}"));
    if (url.pathname.endsWith("/session")) return this.openSession(body);
    const token = new Headers(init.headers).get("Authorization")?.slice("Bearer ".length) ?? "";
    if (!this.validTokens.has(token)) return problem(401, "web.token.invalid");
    if (url.pathname.endsWith("/evaluations")) return this.evaluate(body);
    if (url.pathname.endsWith("/transcript")) return new Response("[我] 你好");
    if (url.pathname.endsWith("/signs")) {
      this.takeSign(body);
      return new Response(null, { status: 204 });
    }
    if (url.pathname.endsWith("/resume")) {
      this.resumeTokens.push(token);
      return json(201, { code: "482913", expires_at: "2026-11-21T10:10:00+08:00", seconds: 600, doors: ["wechat"] });
    }
    if (init.method === "POST") {
      this.received.push(body);
      if (this.refusal) return problem(503, this.refusal);
      return json(202, this.accept(body));
    }
    const before = url.searchParams.get("before");
    if (before) return this.readPast(Number(before), Number(url.searchParams.get("limit")));
    return this.poll(Number(url.searchParams.get("after")), Number(url.searchParams.get("wait")));
  }

  private evaluate({ seq, value, ...more }: Opinion): Response {
    if (this.refusal) return problem(409, this.refusal);
    const kind = this.messages.find((message) => message.seq === seq)?.survey ? "service" : "answer";
    const evaluation: Evaluation = { seq, kind, value, at: new Date().toISOString(), ...more };
    this.evaluations.splice(0, Infinity, ...this.evaluations.filter((other) => other.seq !== seq), evaluation);
    this.tellAll({ type: "evaluation", evaluation });
    return json(200, evaluation);
  }

  private readPast(before: number, limit: number): Response {
    const older = this.messages.filter((message) => message.seq < before);
    const messages = older.slice(-limit);
    return json(200, { messages, evaluations: [], more: messages.length < older.length });
  }

  private openSession(body: { token?: string }): Response {
    this.sessionRequests.push(body);
    if (body.token && !this.validTokens.has(body.token)) return problem(401, "web.token.invalid");
    const token = body.token ?? `token${(this.sessions += 1)}`;
    this.validTokens.add(token);
    return json(200, { token, visitor_id: `v-${token}`, expires_at: "2026-12-21T10:00:00+08:00" });
  }

  private async poll(after: number, waitSeconds: number): Promise<Response> {
    const missed = (): Message[] => this.messages.filter((message) => message.seq > after);
    if (waitSeconds > 0 && missed().length === 0) await this.wakeOr(waitSeconds * 1000);
    return json(200, { ...this.standing, messages: missed() });
  }

  private wakeOr(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.pollers.delete(wake);
        resolve();
      };
      this.pollers.add(wake);
      setTimeout(wake, milliseconds);
    });
  }
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

function problem(status: number, code: string): Response {
  return json(status, { type: "about:blank", title: code, status, code });
}
