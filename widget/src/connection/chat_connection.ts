/** The customer's conversation as one observable object; it draws nothing and holds no text of its own. */

import { applyAck, applyEvaluations, applyFrame, applyPast, emptyConversation, type Conversation } from "./conversation";
import { Door } from "./door";
import { Lifeline, type Phase } from "./lifeline";
import { Outbox, type OutboundFrame, type OutboxItem } from "./outbox";
import { Pictures, type PictureState } from "./pictures";
import type { Ports } from "./ports";
import { codeOf, Records, type PastState } from "./records";
import { Resuming } from "./resuming";
import type { KeyStore } from "./storage";
import type { AckFrame, Button, ErrorFrame, Opinion, ServerFrame, Session } from "./wire";

const LATE_AFTER_MS = 15_000;
const TYPING_EXPIRES_MS = 30_000;
const TOGETHER_MS = 30;
const REPEAT_AFTER_MS = 5_000;
const RATE_LIMITED = "web.rate.limited";

export interface ChatSnapshot extends Conversation {
  readonly phase: Phase;
  readonly unsent: readonly OutboxItem[];
  /** The picture chosen or on its way, if any. */
  readonly picture: PictureState | null;
  /** How it stands with the lines before the first of the messages. */
  readonly past: PastState;
}

type Timer = ReturnType<typeof setTimeout>;

/** Sends, receives and remembers; a component subscribes to its snapshots. */
export class ChatConnection {
  private readonly outbox: Outbox;
  private readonly lifeline: Lifeline;
  readonly pictures: Pictures;
  readonly records: Records;
  readonly resuming: Resuming;
  private readonly listeners = new Set<() => void>();
  private readonly timers = new Map<string, Timer>();
  private typingTimer: Timer | undefined;
  private soon: Timer | undefined;
  private conversation = emptyConversation();
  private phase: Phase = "connecting";
  private visitorId = "";
  private readSeq = 0;
  /** The item the server has been given and has not yet taken: the next one waits for it. */
  private underway = "";
  private snapshot: ChatSnapshot;

  constructor(private readonly ports: Ports) {
    this.outbox = new Outbox(ports);
    const door = new Door(ports);
    const sendImage = (media_id: string): void => this.enqueue({ type: "image", client_id: ports.createId(), media_id });
    this.pictures = new Pictures(door, () => this.publish(), sendImage);
    this.records = new Records(door, () => this.publish());
    this.resuming = new Resuming(door);
    this.lifeline = new Lifeline(ports, door, {
      onSession: (session) => this.adopt(session),
      onFrame: (frame) => this.receive(frame),
      onPhase: (phase) => this.enter(phase),
      lastSeq: () => this.conversation.lastSeq,
    });
    this.snapshot = this.takeSnapshot();
  }

  /** Where the page keeps what a reload must not lose. */
  get store(): KeyStore {
    return this.ports.store;
  }

  start(): void {
    this.lifeline.start();
  }

  stop(): void {
    this.lifeline.stop();
    this.timers.forEach((timer) => clearTimeout(timer));
    this.timers.clear();
    clearTimeout(this.typingTimer);
    clearTimeout(this.soon);
    this.soon = undefined;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getSnapshot = (): ChatSnapshot => this.snapshot;

  sendText(text: string): void {
    this.enqueue({ type: "message", client_id: this.ports.createId(), text });
  }

  press(button: Button): void {
    this.enqueue({ type: "press", client_id: this.ports.createId(), label: button.label, payload: button.payload });
  }

  sendLocation(latitude: number, longitude: number): void {
    this.enqueue({ type: "location", client_id: this.ports.createId(), latitude, longitude, label: "" });
  }

  /** Sends an unsent item again under its first client_id. */
  retry(clientId: string): void {
    if (!this.outbox.find(clientId)) return;
    this.underway = "";
    this.begin(clientId);
    this.pump();
    this.lifeline.hurry();
    this.publish();
  }

  /** Asks for the lines before the first one that is here. */
  async loadOlder(): Promise<void> {
    const first = this.conversation.messages[0]?.seq;
    if (first === undefined || this.conversation.isWhole) return;
    const visitor = this.visitorId;
    const page = await this.records.before(first);
    if (!page || visitor !== this.visitorId) return;
    this.conversation = applyPast(this.conversation, page);
    this.publish();
  }

  /** Keeps what the customer thinks of a line; gives the code of what went wrong, or null. */
  async evaluate(opinion: Opinion): Promise<string | null> {
    try {
      const evaluation = await this.records.evaluate(opinion);
      this.conversation = applyEvaluations(this.conversation, [evaluation]);
      this.publish();
      return null;
    } catch (error) {
      return codeOf(error);
    }
  }

  setTyping(on: boolean): void {
    this.lifeline.send({ type: "typing", on });
  }

  /** Tells the server how far the customer has read. */
  markRead(): void {
    const seq = this.conversation.lastSeq;
    if (seq > this.readSeq && this.lifeline.send({ type: "read", seq })) this.readSeq = seq;
  }

  /** The network or the page came back: no need to wait any longer. */
  wake(): void {
    this.lifeline.hurry();
  }

  dismissProblem(): void {
    this.conversation = { ...this.conversation, problem: null };
    this.publish();
  }

  private enqueue(frame: OutboundFrame): void {
    this.conversation = { ...this.conversation, problem: null };
    this.begin(this.outbox.add(frame).frame.client_id);
    this.pump();
    this.publish();
  }

  private begin(clientId: string): void {
    this.outbox.mark(clientId, "sending");
    this.watch(clientId, LATE_AFTER_MS, () => this.markLate(clientId));
  }

  /** Sends the first item that is due; the others follow one by one, so that no refusal changes their order. */
  private pump(): void {
    const head = this.outbox.due[0];
    if (this.underway || !head) return;
    this.underway = head.frame.client_id;
    if (!this.lifeline.send(head.frame)) this.underway = "";
  }

  private watch(clientId: string, milliseconds: number, act: () => void): void {
    clearTimeout(this.timers.get(clientId));
    this.timers.set(clientId, setTimeout(act, milliseconds));
  }

  private markLate(clientId: string): void {
    if (this.outbox.find(clientId)?.state !== "sending") return;
    this.outbox.mark(clientId, "late");
    this.publish();
  }

  private adopt(session: Session): void {
    // Another visitor's conversation counts its seq from 1 again: nothing of the old one may stay.
    if (this.visitorId && this.visitorId !== session.visitor_id) {
      this.conversation = emptyConversation();
      this.readSeq = 0;
    }
    this.visitorId = session.visitor_id;
    this.pictures.adopt(session);
    this.records.adopt(session);
    this.resuming.adopt(session);
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    this.underway = "";
    if (phase === "online") {
      this.outbox.due.forEach((item) => this.begin(item.frame.client_id));
      this.pump();
    }
    if (phase === "reconnecting") this.conversation = { ...this.conversation, typing: null };
    this.publish();
  }

  private receive(frame: ServerFrame): void {
    if (frame.type === "ack") this.settle(frame);
    if (frame.type === "message" && frame.message.client_id) this.forget(frame.message.client_id);
    if (frame.type === "typing") this.watchTyping();
    if (frame.type === "welcome") this.readSeq = frame.customer_read;
    const isTold = frame.type === "error" && this.refuse(frame);
    if (!isTold) this.conversation = applyFrame(this.conversation, frame);
    if (frame.type === "message") this.publishSoon();
    else if (frame.type !== "pong") this.publish();
  }

  private settle(ack: AckFrame): void {
    const item = this.outbox.find(ack.client_id);
    if (!item) return;
    const at = new Date(this.ports.now()).toISOString();
    this.conversation = applyAck(this.conversation, ack.seq, item.frame, at);
    this.forget(ack.client_id);
  }

  /** Writes a refusal beside the line it is about; one about no line of ours is left to the notice. */
  private refuse(error: ErrorFrame): boolean {
    const id = error.client_id;
    if (!id || !this.outbox.find(id)) return false;
    if (isPassing(error.code)) this.repeatLater(id);
    else this.giveUp(id, error.code);
    return true;
  }

  private giveUp(clientId: string, code: string): void {
    this.outbox.mark(clientId, "refused", code);
    this.follow(clientId);
  }

  private repeatLater(clientId: string): void {
    this.outbox.mark(clientId, "late");
    this.watch(clientId, REPEAT_AFTER_MS, () => this.retry(clientId));
  }

  private forget(clientId: string): void {
    this.outbox.remove(clientId);
    this.follow(clientId);
  }

  /** One item is done with: its clock stops, and the next one may go. */
  private follow(clientId: string): void {
    clearTimeout(this.timers.get(clientId));
    this.timers.delete(clientId);
    if (this.underway !== clientId) return;
    this.underway = "";
    this.pump();
  }

  private watchTyping(): void {
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => {
      this.conversation = { ...this.conversation, typing: null };
      this.publish();
    }, TYPING_EXPIRES_MS);
  }

  private takeSnapshot(): ChatSnapshot {
    return { ...this.conversation, phase: this.phase, unsent: this.outbox.items, picture: this.pictures.state, past: this.records.state };
  }

  private publish(): void {
    clearTimeout(this.soon);
    this.soon = undefined;
    this.snapshot = this.takeSnapshot();
    this.listeners.forEach((listener) => listener());
  }

  /** A history comes as hundreds of lines: they are drawn together, not each with all that stood before it. */
  private publishSoon(): void {
    this.snapshot = this.takeSnapshot();
    this.soon ??= setTimeout(() => this.publish(), TOGETHER_MS);
  }
}

/** The server, not the line, is at fault: a flood, or a store that is away. The same line may be taken later. */
function isPassing(code: string): boolean {
  return code === RATE_LIMITED || !/^(web|media)\./.test(code);
}
