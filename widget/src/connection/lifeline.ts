/** Keeps one link to the server alive: chooses socket or poll, comes back after a loss, replaces a bad token. */

import { backoffDelay } from "./backoff";
import type { Door } from "./door";
import type { Link, LinkEnd, LinkListener } from "./link";
import { PollLink } from "./poll_link";
import type { Ports } from "./ports";
import { SessionKeeper } from "./session";
import { SocketLink } from "./socket_link";
import type { ClientFrame, ServerFrame, Session } from "./wire";

const SOCKET_FAILURES_BEFORE_POLL = 2;
const PROBE_SOCKET_EVERY_MS = 60_000;
/** A link that lived shorter than this does not count as recovered: the next wait grows. */
const STEADY_AFTER_MS = 5_000;

export type Phase = "connecting" | "online" | "reconnecting";

export interface LifelineListener {
  onSession(session: Session): void;
  onFrame(frame: ServerFrame): void;
  onPhase(phase: Phase): void;
  lastSeq(): number;
}

type Timer = ReturnType<typeof setTimeout>;

/** The one line of a page to the server. */
export class Lifeline {
  private readonly keeper: SessionKeeper;
  private link: Link | null = null;
  private probe: Link | null = null;
  private attempts = 0;
  private unopened = 0;
  private rejections = 0;
  private welcomedAt = 0;
  private busy = false;
  private stopped = true;
  private retryTimer: Timer | undefined;
  private probeTimer: Timer | undefined;

  constructor(
    private readonly ports: Ports,
    private readonly door: Door,
    private readonly listener: LifelineListener,
  ) {
    this.keeper = new SessionKeeper(door, ports.store);
  }

  start(): void {
    this.stopped = false;
    this.listener.onPhase("connecting");
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.dropLinks();
    clearTimeout(this.retryTimer);
  }

  send(frame: ClientFrame): boolean {
    return this.link?.send(frame) ?? false;
  }

  /** Does now what would be done after the wait: the network is back, or the customer asks. */
  hurry(): void {
    if (this.stopped) return;
    if (this.link) return this.link.check();
    // Something has changed: how long the waits had grown says nothing about what comes now.
    this.attempts = 0;
    void this.connect();
  }

  private async connect(): Promise<void> {
    if (this.stopped || this.busy || this.link) return;
    this.busy = true;
    clearTimeout(this.retryTimer);
    try {
      const session = await this.keeper.obtain();
      if (!this.stopped) this.open(session);
    } catch {
      // Unreachable or refused for now, the cure is the same: wait and ask again; the status line says so.
      this.retryLater();
    } finally {
      this.busy = false;
    }
  }

  private open(session: Session): void {
    this.listener.onSession(session);
    this.link = this.shouldPoll() ? this.openPoll(session) : this.openSocket(session, this.mainListener());
  }

  /** After two sockets that did not open, polls and sockets take turns until one of them holds. */
  private shouldPoll(): boolean {
    return this.unopened >= SOCKET_FAILURES_BEFORE_POLL && this.unopened % 2 === 0;
  }

  private openSocket(session: Session, listener: LinkListener): Link {
    const socket = this.ports.openSocket(this.door.socketUrl);
    return new SocketLink(socket, { session, lastSeq: () => this.listener.lastSeq() }, listener);
  }

  private openPoll(session: Session): Link {
    return new PollLink(this.door, { session, lastSeq: () => this.listener.lastSeq() }, this.mainListener());
  }

  private mainListener(): LinkListener {
    return {
      onFrame: (frame) => {
        if (frame.type === "welcome") this.recover();
        this.deliver(frame);
      },
      onEnd: (end) => this.lose(end),
    };
  }

  private recover(): void {
    // Where only the poll has come through, the poll is what comes back first.
    this.unopened = this.link?.kind === "poll" ? SOCKET_FAILURES_BEFORE_POLL : 0;
    this.rejections = 0;
    this.welcomedAt = this.ports.now();
    if (this.link?.kind === "poll") this.probeLater();
  }

  private deliver(frame: ServerFrame): void {
    this.listener.onFrame(frame);
    if (frame.type === "welcome") this.listener.onPhase("online");
  }

  private lose(end: LinkEnd): void {
    this.dropLinks();
    this.listener.onPhase("reconnecting");
    if (this.welcomedAt && this.ports.now() - this.welcomedAt > STEADY_AFTER_MS) this.attempts = 0;
    this.welcomedAt = 0;
    if (end === "unopened") this.unopened += 1;
    if (end === "bad_token") this.keeper.reject();
    if (end === "bad_token" && this.rejections++ === 0) void this.connect();
    else this.retryLater();
  }

  private retryLater(): void {
    if (this.stopped) return;
    this.listener.onPhase("reconnecting");
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => void this.connect(), backoffDelay(this.attempts++, this.ports.random));
  }

  private dropLinks(): void {
    clearTimeout(this.probeTimer);
    this.probe?.close();
    this.link?.close();
    this.probe = this.link = null;
  }

  private probeLater(): void {
    clearTimeout(this.probeTimer);
    this.probeTimer = setTimeout(() => void this.probeSocket(), PROBE_SOCKET_EVERY_MS);
  }

  /** Tries a socket beside the running poll and moves over only once it is welcomed. */
  private async probeSocket(): Promise<void> {
    const session = await this.keeper.obtain();
    if (this.link?.kind !== "poll") return;
    const takeOver = (frame: ServerFrame): void => {
      if (this.probe && frame.type === "welcome") {
        this.link?.close();
        this.link = this.probe;
        this.probe = null;
        this.recover();
      }
      this.deliver(frame);
    };
    const giveUp = (end: LinkEnd): void => {
      if (!this.probe) return this.lose(end);
      this.probe = null;
      this.probeLater();
    };
    this.probe = this.openSocket(session, { onFrame: takeOver, onEnd: giveUp });
  }
}
