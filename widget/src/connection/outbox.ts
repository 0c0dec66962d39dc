/** What the customer sent and the server has not yet acknowledged; it survives a reload and sends nothing itself. */

import type { Ports } from "./ports";
import type { ImageFrame, LocationFrame, PressFrame, SendFrame, VoiceFrame } from "./wire";

const PREFIX = "gridtalk.outbox.";

/** A question of long ago must not be asked by itself when the customer comes back: it waits for a tap. */
const STALE_AFTER_MS = 10 * 60 * 1000;

export type OutboundFrame = SendFrame | PressFrame | LocationFrame | ImageFrame | VoiceFrame;

const SAYING = new Set<string>(["message", "press", "location", "image", "voice"]);

/** Tells whether a frame becomes a line of the conversation. */
export function isOutbound(frame: { type: string }): frame is OutboundFrame {
  return SAYING.has(frame.type);
}

/** `sending`: under way; `late`: no answer yet, still repeated by itself; `held`: waits for the customer; `refused`: the server said no. */
export type OutboxState = "sending" | "late" | "held" | "refused";

export interface OutboxItem {
  readonly frame: OutboundFrame;
  readonly at: number;
  readonly state: OutboxState;
  readonly code?: string;
}

/** Keeps the items in the order they were written, one storage key each so that tabs do not overwrite one another. */
export class Outbox {
  private list: readonly OutboxItem[];

  constructor(private readonly ports: Pick<Ports, "store" | "now">) {
    this.list = this.restore();
  }

  get items(): readonly OutboxItem[] {
    return this.list;
  }

  /** The items to transmit on a fresh connection. */
  get due(): readonly OutboxItem[] {
    return this.list.filter((item) => item.state === "sending" || item.state === "late");
  }

  find(clientId: string): OutboxItem | undefined {
    return this.list.find((item) => item.frame.client_id === clientId);
  }

  add(frame: OutboundFrame): OutboxItem {
    const previous = this.list[this.list.length - 1];
    const at = Math.max(this.ports.now(), previous ? previous.at + 1 : 0);
    const item: OutboxItem = { frame, at, state: "sending" };
    this.list = [...this.list, item];
    this.persist(item);
    return item;
  }

  mark(clientId: string, state: OutboxState, code?: string): void {
    this.list = this.list.map((item) => {
      if (item.frame.client_id !== clientId) return item;
      const marked: OutboxItem = { frame: item.frame, at: item.at, state, ...(code ? { code } : {}) };
      this.persist(marked);
      return marked;
    });
  }

  remove(clientId: string): void {
    this.list = this.list.filter((item) => item.frame.client_id !== clientId);
    this.ports.store.remove(PREFIX + clientId);
  }

  private persist(item: OutboxItem): void {
    this.ports.store.set(PREFIX + item.frame.client_id, JSON.stringify(item));
  }

  private restore(): OutboxItem[] {
    const items = this.ports.store.keys(PREFIX).map((key) => this.readItem(key));
    return items.filter((item): item is OutboxItem => item !== null).sort((a, b) => a.at - b.at);
  }

  private readItem(key: string): OutboxItem | null {
    const item = parseItem(this.ports.store.get(key));
    if (!item) {
      this.ports.store.remove(key);
      return null;
    }
    const isStale = this.ports.now() - item.at > STALE_AFTER_MS;
    return isStale && item.state !== "refused" ? { ...item, state: "held" } : item;
  }
}

function parseItem(text: string | null): OutboxItem | null {
  try {
    const item = JSON.parse(text ?? "null") as OutboxItem | null;
    return item && typeof item.frame?.client_id === "string" && typeof item.at === "number" ? item : null;
  } catch {
    return null;
  }
}
