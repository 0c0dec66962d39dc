/** What the desk does when the wire or the agent moves: reads what changed, records it, and lets no error pass unsaid. */
import type { ClosingCodes, DeskApi } from "../api/client";
import { ApiError, errorKey } from "../api/errors";
import type { Connection, SocketListener } from "../api/socket";
import type { DeskEvent, Message, Scope, Summary } from "../api/types";
import { coalesce } from "./coalesce";
import type { Mode } from "./drafts";
import { firstSeq, lastSeq, leavesGap, resumePoint } from "./messages";
import { findSummary } from "./model";
import { newcomers } from "./queue";
import { hasWorkplace, serves, watches } from "./roles";
import { PendingLines, TypingSigns } from "./signs";
import type { DeskStore } from "./store";

export type Alert =
  | { kind: "queue" | "urgent"; name: string }
  | { kind: "message"; id: string; name: string };

export interface ControllerOptions {
  onAlert: (alert: Alert) => void;
  /** A background refresh failed; the agent is told once in the corner, the next event tries again. */
  onTrouble: (errorKey: string) => void;
  onReplaced: () => void;
  /** Offers or transfers on this desk have changed, or may have while the line was cut. */
  onOffers?: () => void;
  now?: () => number;
}

const URGENT = 1; // danger and life support are called out in their own tone
/** What one read of a transcript holds at most (console/server/conversation_api.py). */
export const PAGE_LINES = 500;

export class DeskController implements SocketListener {
  readonly refreshQueue = coalesce(() => this.readQueue());
  readonly refreshLists = coalesce(() => this.readLists());
  private wasOnline = false;
  private readonly fetching = new Set<string>();
  private readonly typingSigns: TypingSigns;
  private readonly pending: PendingLines;

  constructor(
    private readonly api: DeskApi,
    private readonly store: DeskStore,
    private readonly options: ControllerOptions,
  ) {
    this.typingSigns = new TypingSigns(store);
    this.pending = new PendingLines(store, (id) => this.tell(this.catchUp(id)));
  }

  /** Reads everything the desk shows first. */
  load(): Promise<void> {
    return this.tell(Promise.all([this.refreshQueue(), this.refreshLists()]));
  }

  onConnection(connection: Connection): void {
    this.store.record({ type: "connection.changed", connection });
    if (connection !== "online") return;
    this.options.onOffers?.();
    // Also after the first connection: what happened between the first read and the open socket was told to nobody.
    void this.tell(this.wasOnline ? this.resync() : this.load());
    this.wasOnline = true;
  }

  onRefused(): void {
    // Asking who we are makes a lost session visible as 401; while the server is away the banner already says so.
    this.api.me().catch(() => undefined);
  }

  onEvent(event: DeskEvent): void {
    switch (event.type) {
      case "queue.changed":
        return void this.tell(this.refreshQueue());
      case "offers.changed":
        return this.options.onOffers?.();
      case "conversation.changed":
        this.store.record({ type: "owner.changed", id: event.conversation_id, owner: event.owner, epoch: event.epoch });
        return void this.tell(this.whenConversationChanged(event.conversation_id));
      case "message":
        return this.whenMessage(event.conversation_id, event.message);
      case "typing":
        return this.typingSigns.when(event.conversation_id, event.on);
      case "read":
        this.store.record({ type: "customer.read", id: event.conversation_id, seq: event.seq });
        break;
      case "alarm":
        this.store.record({ type: "area.changed", area: "alarms" });
        this.options.onTrouble("alarms.live");
        break;
      case "area.changed":
        this.store.record({ type: "area.changed", area: event.area });
        break;
      case "alert":
        this.options.onTrouble(`alert.${event.why}`);
        break;
      case "session.replaced":
        this.options.onReplaced();
        break;
    }
  }

  /** After a cut: the lists, the missed messages, and the whole conversation when its owner changed meanwhile. */
  async resync(): Promise<void> {
    const { openId } = this.store.read();
    await Promise.all([this.refreshQueue(), this.refreshLists(), openId ? this.catchUp(openId) : null]);
    if (openId && this.ownerMayHaveChanged(openId)) await this.readDetail(openId);
  }

  async open(id: string): Promise<void> {
    if (this.store.read().openId !== id) this.store.record({ type: "conversation.opened", id });
    try {
      await this.readDetail(id);
      this.markSeen(id);
    } catch (error) {
      this.store.record({ type: "conversation.unreadable", id, errorKey: errorKey(error) });
    }
  }

  /** Reads a conversation that may be opened next, so that it then stands there at once; marks nothing as read. */
  prefetch(id: string): void {
    if (this.store.read().threads[id] || this.fetching.has(id)) return;
    this.fetching.add(id);
    // What fails here is read again, and told of, when it is opened.
    void this.readDetail(id, true).catch(() => undefined).finally(() => this.fetching.delete(id));
  }

  /** Reads one page more of what this person said at other doors. */
  async readHistory(id: string): Promise<void> {
    const held = this.store.read().pasts[id];
    if (held && held.before === null) return;
    const history = await this.api.history(id, held?.before ?? null);
    this.store.record({ type: "history.read", id, history });
  }

  /** Reads backwards until the line is held. */
  async readBackTo(id: string, seq: number): Promise<void> {
    while (firstSeq(this.store.read().threads[id]?.messages ?? []) > Math.max(1, seq)) await this.readEarlier(id);
  }

  leave(): void {
    this.store.record({ type: "conversation.closed" });
  }

  markSeen(id: string): void {
    const before = this.store.read().seen[id] ?? 0;
    this.store.record({ type: "conversation.seen", id });
    const { seen, mine } = this.store.read();
    const seq = seen[id] ?? 0;
    // The customer is told by the server; a mark that is lost comes with the next one.
    if (seq > before && mine?.some((one) => one.id === id)) this.api.read(id, seq).catch(() => undefined);
  }

  async accept(escalationId: number): Promise<void> {
    try {
      await this.own(await this.api.accept(escalationId));
    } finally {
      // Also when another agent was faster: the queue shown here is stale.
      void this.tell(this.refreshQueue());
    }
  }

  async takeOver(id: string): Promise<void> {
    await this.own(await this.api.takeOver(id));
    void this.tell(this.refreshQueue());
  }

  async send(id: string, mode: Mode, clientId: string, text: string): Promise<Message> {
    const message = await (mode === "note" ? this.api.note(id, clientId, text) : this.api.reply(id, clientId, text));
    this.takeIn(id, message, false);
    return message;
  }

  /** A line this page caused by another way than `send`. */
  takeInLine(id: string, message: Message): void {
    this.takeIn(id, message, false);
  }

  async giveBack(id: string, note: string): Promise<void> {
    await this.letGo(await this.api.giveBack(id, note));
  }

  async close(id: string, summary: string, codes?: ClosingCodes): Promise<void> {
    await this.letGo(await this.api.close(id, summary, codes));
  }

  typing(id: string, on: boolean): void {
    // A lost "is typing" is worth no word to the agent.
    this.api.typing(id, on).catch(() => undefined);
  }

  /** Reads the page of the transcript before the oldest line held. */
  async readEarlier(id: string): Promise<void> {
    const first = firstSeq(this.store.read().threads[id]?.messages ?? []);
    const messages = await this.api.messages(id, Math.max(0, first - 1 - PAGE_LINES));
    this.store.record({ type: "messages.arrived", id, messages, live: false });
  }

  stop(): void {
    this.pending.stop();
    this.typingSigns.stop();
  }

  private async own(summary: Summary): Promise<void> {
    this.store.record({ type: "summary.changed", summary });
    await Promise.all([this.refreshLists(), this.open(summary.id)]);
  }

  private async letGo(summary: Summary): Promise<void> {
    this.store.record({ type: "summary.changed", summary });
    await this.tell(Promise.all([this.refreshLists(), this.readDetail(summary.id)]));
  }

  private async whenConversationChanged(id: string): Promise<void> {
    const isOpen = this.store.read().openId === id;
    await Promise.all([this.refreshLists(), isOpen ? this.readDetail(id).catch((error) => this.whenTaken(error)) : null]);
  }

  /** A chat that a colleague has taken is no longer for this agent to read: what was read stays, and is said to be old. */
  private whenTaken(error: unknown): void {
    if (!(error instanceof ApiError && error.status === 403)) throw error;
    this.options.onTrouble("error.taken_away");
  }

  private whenMessage(id: string, message: Message): void {
    const known = findSummary(this.store.read(), id);
    this.takeIn(id, message, true);
    if (message.role === "customer") this.typingSigns.when(id, false);
    if (!known || message.role !== "customer") return;
    if (this.store.read().mine?.some((one) => one.id === id)) {
      this.options.onAlert({ kind: "message", id, name: known.display_name });
    }
  }

  private takeIn(id: string, message: Message, live: boolean): void {
    const held = this.store.read().threads[id]?.messages;
    const gap = held !== undefined && leavesGap(held, message);
    // The place to replay from is taken before the newcomer hides the gap.
    if (gap) void this.tell(this.catchUp(id));
    this.store.record({ type: "messages.arrived", id, messages: [message], live, at: this.now() });
    this.pending.follow(id);
  }

  private async catchUp(id: string): Promise<void> {
    const held = this.store.read().threads[id];
    if (!held) return;
    let messages: Message[];
    let after = resumePoint(held.messages);
    do {
      messages = await this.api.messages(id, after);
      this.store.record({ type: "messages.arrived", id, messages, live: false, at: this.now() });
      after = lastSeq(messages);
    } while (messages.length >= PAGE_LINES);
  }

  private ownerMayHaveChanged(id: string): boolean {
    const { mine, all, threads } = this.store.read();
    const listed = [...(mine ?? []), ...(all ?? [])].find((one) => one.id === id);
    return !listed || listed.epoch !== threads[id]?.conversation.epoch || !threads[id];
  }

  private async readDetail(id: string, peek = false): Promise<void> {
    const detail = await this.api.conversation(id, peek);
    const held = this.store.read().threads[id]?.messages ?? [];
    // The detail holds the latest page only: what lies between it and an old reading is fetched first.
    if (held.length > 0 && firstSeq(detail.messages) > lastSeq(held) + 1) await this.catchUp(id);
    this.store.record({ type: "detail.read", detail, readAt: this.now() });
    if (!peek) this.pending.follow(id);
  }

  private async readQueue(): Promise<void> {
    const { queue: before, me } = this.store.read();
    if (!serves(me)) return;
    const escalations = await this.api.queue();
    this.store.record({ type: "queue.read", escalations, readAt: this.now() });
    const first = before && newcomers(before.escalations, escalations)[0];
    if (first) this.options.onAlert({ kind: first.priority <= URGENT ? "urgent" : "queue", name: first.display_name });
  }

  private async readLists(): Promise<void> {
    const { me } = this.store.read();
    const scopes: Scope[] = [...(hasWorkplace(me) ? (["mine"] as const) : []), ...(watches(me) ? (["all"] as const) : [])];
    await Promise.all(
      scopes.map(async (scope) => {
        const conversations = await this.api.conversations(scope);
        this.store.record({ type: "list.read", scope, conversations, readAt: this.now() });
      }),
    );
  }

  private readonly now = (): number => (this.options.now ?? (() => performance.now()))();

  private async tell(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      // A 401 has its own page, and a dead line has its banner.
      const silent = error instanceof ApiError && (error.status === 401 || error.kind !== "http");
      if (!silent) this.options.onTrouble(errorKey(error));
    }
  }
}
