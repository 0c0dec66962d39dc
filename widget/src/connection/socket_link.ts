/** The WebSocket way to the server: hello, heartbeat, dead-socket detection; it never reconnects by itself. */

import type { Link, LinkEnd, LinkListener, LinkStart } from "./link";
import type { ClientFrame, ServerFrame } from "./wire";

const WELCOME_WITHIN_MS = 10_000;
const PING_EVERY_MS = 20_000;
const ANSWER_WITHIN_MS = 10_000;
const CLOSE_BAD_TOKEN = 4401;

type Timer = ReturnType<typeof setTimeout>;

/** One WebSocket from its opening to its end. */
export class SocketLink implements Link {
  readonly kind = "socket";
  private welcomed = false;
  private over = false;
  private deadline: Timer | undefined;
  private heartbeat: Timer | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly start: LinkStart,
    private readonly listener: LinkListener,
  ) {
    socket.onopen = () => this.sayHello();
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = (event) => this.end(event.code === CLOSE_BAD_TOKEN ? "bad_token" : this.lossReason());
    this.expectAnswer(WELCOME_WITHIN_MS);
  }

  send(frame: ClientFrame): boolean {
    if (!this.welcomed || this.over) return false;
    this.write(frame);
    return true;
  }

  check(): void {
    if (!this.welcomed || this.over) return;
    this.expectAnswer(ANSWER_WITHIN_MS);
    this.write({ type: "ping" });
  }

  close(): void {
    this.over = true;
    clearTimeout(this.deadline);
    clearInterval(this.heartbeat);
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
  }

  private sayHello(): void {
    this.write({ type: "hello", token: this.start.session.token, last_seq: this.start.lastSeq() });
  }

  private receive(data: unknown): void {
    const frame = parseFrame(data);
    // Before the welcome comes at most the reason of a refusal, which the close code says as well.
    if (!frame || (!this.welcomed && frame.type !== "welcome")) return;
    clearTimeout(this.deadline);
    if (frame.type === "welcome") this.greet();
    this.listener.onFrame(frame);
  }

  private greet(): void {
    this.welcomed = true;
    this.heartbeat = setInterval(() => this.check(), PING_EVERY_MS);
  }

  private expectAnswer(withinMs: number): void {
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.end(this.lossReason()), withinMs);
  }

  private lossReason(): LinkEnd {
    return this.welcomed ? "broken" : "unopened";
  }

  private write(frame: ClientFrame): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private end(end: LinkEnd): void {
    if (this.over) return;
    this.close();
    this.listener.onEnd(end);
  }
}

function parseFrame(data: unknown): ServerFrame | null {
  try {
    const frame = JSON.parse(String(data)) as ServerFrame | null;
    return typeof frame?.type === "string" ? frame : null;
  } catch {
    return null;
  }
}
