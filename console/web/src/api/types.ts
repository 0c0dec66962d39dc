/** What crosses the wire to the desk (docs/architecture.md, sections 4 and 6); refuses anything the page made up. */

export type Owner = "bot" | "queue" | "agent";
export type Role = "customer" | "bot" | "agent" | "system" | "note";
export type Delivery = "pending" | "sent" | "failed" | "suppressed";
export type Verified = "none" | "light" | "account";
export type Scope = "mine" | "all";

export interface AgentRef {
  id: string;
  name: string;
}

export type DeskRole = "agent" | "supervisor" | "quality" | "editor" | "administrator" | "auditor";

export interface Agent extends AgentRef {
  role: DeskRole;
  skills: string[];
  max_chats: number;
}

export interface Session {
  agent: Agent;
  csrf: string;
  rights?: string[];
  /** What is due before anything else. */
  must?: "password" | "totp" | null;
  totp?: boolean;
}

/** The password was right; the second factor comes next. */
export interface CodeDue {
  step: "code";
  ticket: string;
}

export interface LabelValue {
  label: string;
  value: string;
}

export interface MessageCard {
  kind: string;
  title: string;
  rows: LabelValue[];
  total?: LabelValue;
  note?: string;
  chart?: { kind: "bar"; labels: string[]; values: number[]; unit: string; highlight?: number };
}

export interface Location {
  latitude: number;
  longitude: number;
  label: string;
}

export interface Attachment {
  kind: string;
  media_id: string;
  name: string;
  mime: string;
  size: number;
  text: string;
}

export interface MessageButton {
  label: string;
  payload: string;
}

export interface Message {
  seq: number;
  role: Role;
  at: string;
  text: string;
  buttons?: MessageButton[];
  card?: MessageCard;
  location?: Location;
  attachment?: Attachment;
  /** A note of a supervisor to the agent. */
  whisper?: true;
  agent?: AgentRef;
  client_id?: string;
  delivery?: Delivery;
}

export interface Escalation {
  id: number;
  conversation_id: string;
  state: string;
  skill: string;
  priority: number;
  reason: string;
  requested_at: string;
  waiting_s: number;
  /** From when on the wait is late, and soon late; null: no limit. */
  limit_s?: number | null;
  amber_s?: number | null;
  display_name: string;
  channel: string;
  last_text: string;
}

export interface Summary {
  id: string;
  channel: string;
  display_name: string;
  owner: Owner;
  epoch: number;
  agent: AgentRef | null;
  last_text: string;
  last_at: string;
  last_seq: number;
  unread: number;
  /** The greatest `seq` the customer has read. */
  customer_read: number;
  /** The greatest `seq` its agent has read. */
  agent_read?: number;
  /** 0 content, 1 neutral, 2 annoyed, 3 angry; null: nothing read yet. */
  mood?: number | null;
  /** Seconds the customer has waited for a person's words; null: nobody waits. */
  waiting_s?: number | null;
  limit_s?: number | null;
  amber_s?: number | null;
  escalation: Escalation | null;
}

/** A line of the same person at another door. */
export interface PastLine {
  conversation_id: string;
  channel: string;
  message: Message;
}

export interface History {
  lines: PastLine[];
  /** Where the page before this one ends; null: there is none. */
  before: string | null;
}

export interface TakeoverCard {
  who: {
    display_name: string;
    channel: string;
    verified: Verified;
    accounts: { tail: string; address_masked: string }[];
  };
  intent: string;
  slots: { name: string; label: string; value: string }[];
  orders: string[];
  risks: string[];
  promises: { text: string; at: string }[];
  asked: string;
  mood: string;
  tried: { heard: number; missed: number; intents: string[]; shown: string[] };
  system: { kind: string; title: string; detail: string }[];
  last: { agent: string; state: string; at: string; note: string } | null;
  steps: NextStep[];
}

/** A next step: words for the composer, and the act whose dialog it opens, if any. */
export interface NextStep {
  id: string;
  reply: string;
  act: string;
  fields: Record<string, string>;
}

export interface TimelineEntry {
  name: string;
  actor: string;
  at: string;
  detail: string | Record<string, unknown> | null;
}

export interface Detail {
  conversation: Summary;
  card: TakeoverCard;
  messages: Message[];
  timeline: TimelineEntry[];
}

export type DeskEvent =
  | { type: "queue.changed" }
  | { type: "offers.changed" }
  | { type: "conversation.changed"; conversation_id: string; owner: Owner; epoch: number }
  | { type: "message"; conversation_id: string; message: Message }
  | { type: "typing"; conversation_id: string; role: "customer"; on: boolean }
  | { type: "read"; conversation_id: string; role: "customer"; seq: number }
  | { type: "area.changed"; area: string; conversation_id?: string }
  | { type: "alert"; conversation_id: string; why: "agent_silent" | "promise_due" }
  | { type: "session.replaced" }
  | { type: "alarm" }
  | { type: "pong" };

/** The problem+json body of every refusal; `agent` comes with `handoff.already_accepted`. */
export interface Problem {
  title?: string;
  status?: number;
  code?: string;
  detail?: string;
  agent?: AgentRef;
  /** With `panel.refused`: the utility's own code, and what it told with it. */
  reason?: string;
  facts?: Record<string, string | number | boolean>;
}
