/** The live wire of the desk: reconnects with backoff and notices a dead line; refuses to interpret what it carries. */
import type { DeskEvent } from "./types";

export type Connection = "connecting" | "online" | "offline";

export interface SocketListener {
  onConnection(connection: Connection): void;
  onEvent(event: DeskEvent): void;
  /** An attempt failed before it opened: the session may be gone, which a browser's socket cannot tell. */
  onRefused(): void;
}

export interface SocketOptions {
  url: string;
  open?: (url: string) => WebSocket;
  random?: () => number;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
const PING_EVERY_MS = 20_000;
const PONG_WITHIN_MS = 8_000;

type Timer = ReturnType<typeof setTimeout>;

/** One socket that is always there or on its way; `stop` ends it for good. */
export class DeskSocket {
  private socket: WebSocket | null = null;
  private attempts = 0;
  private opened = false;
  private stopped = false;
  private retryTimer: Timer | undefined;
  private pingTimer: Timer | undefined;
  private pongTimer: Timer | undefined;

  constructor(
    private readonly options: SocketOptions,
    private readonly listener: SocketListener,
  ) {}

  /** Connects now, also when a retry is waiting for its time. */
  start(): void {
    if (this.stopped || this.socket) return;
    clearTimeout(this.retryTimer);
    this.listener.onConnection("connecting");
    this.opened = false;
    const open = this.options.open ?? ((url: string) => new WebSocket(url));
    const socket = open(this.options.url);
    this.socket = socket;
    socket.onopen = () => this.whenOpen();
    socket.onmessage = (frame) => this.whenFrame(String(frame.data));
    socket.onclose = () => this.whenClosed(socket);
  }

  /** Closes the socket and never opens another. */
  stop(): void {
    this.stopped = true;
    this.clearTimers();
    this.socket?.close();
    this.socket = null;
  }

  private whenOpen(): void {
    this.attempts = 0;
    this.opened = true;
    this.listener.onConnection("online");
    this.schedulePing();
  }

  private whenFrame(data: string): void {
    const event = JSON.parse(data) as DeskEvent;
    if (event.type === "pong") {
      clearTimeout(this.pongTimer);
      return;
    }
    this.listener.onEvent(event);
  }

  private whenClosed(socket: WebSocket): void {
    if (this.stopped || this.socket !== socket) return;
    this.socket = null;
    this.clearTimers();
    this.listener.onConnection("offline");
    if (!this.opened) this.listener.onRefused();
    this.retryTimer = setTimeout(() => this.start(), this.nextDelay());
  }

  private nextDelay(): number {
    const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.attempts);
    this.attempts += 1;
    const random = this.options.random ?? Math.random;
    // Half of it random, so that a hundred desks do not return in the same moment.
    return full / 2 + (full / 2) * random();
  }

  private schedulePing(): void {
    this.pingTimer = setTimeout(() => {
      this.socket?.send(JSON.stringify({ type: "ping" }));
      this.pongTimer = setTimeout(() => this.abandon(), PONG_WITHIN_MS);
      this.schedulePing();
    }, PING_EVERY_MS);
  }

  /** A line without an answer may take minutes to close by itself. */
  private abandon(): void {
    const socket = this.socket;
    if (!socket) return;
    socket.close();
    this.whenClosed(socket);
  }

  private clearTimers(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.pingTimer);
    clearTimeout(this.pongTimer);
  }
}
