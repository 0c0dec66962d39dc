/** What the customer sees of the conversation: a pure fold of server frames; it talks to nobody. */

import type { Agent, ClientId, ErrorFrame, Evaluation, Message, Owner, PastPage, ServerFrame } from "./wire";
import type { OutboundFrame } from "./outbox";

export interface Conversation {
  /** Ordered by seq, each seq once. */
  readonly messages: readonly Message[];
  /** The greatest seq that came as a message: what a replay continues from. */
  readonly lastSeq: number;
  /** The newest seq there was when the page was opened: what is older is history. Null before the door has said so. */
  readonly historySeq: number | null;
  readonly owner: Owner;
  readonly agent: Agent | null;
  readonly typing: "bot" | "agent" | null;
  readonly problem: ErrorFrame | null;
  /** The greatest seq the customer has read, in whichever window, and the agent. */
  readonly customerRead: number;
  readonly agentRead: number;
  /** By the seq of the line they are about. */
  readonly evaluations: Readonly<Record<number, Evaluation>>;
  /** The first line of all is among the messages. */
  readonly isWhole: boolean;
}

/** A conversation of which nothing is known yet. */
export function emptyConversation(): Conversation {
  const marks = { customerRead: 0, agentRead: 0, evaluations: {}, isWhole: false };
  return { messages: [], lastSeq: 0, historySeq: null, owner: "bot", agent: null, typing: null, problem: null, ...marks };
}

/** Folds one frame into the conversation; frames it does not know change nothing. */
export function applyFrame(conversation: Conversation, frame: ServerFrame): Conversation {
  switch (frame.type) {
    case "welcome":
      return {
        ...applyEvaluations(conversation, frame.evaluations),
        historySeq: conversation.historySeq ?? frame.last_seq,
        owner: frame.owner,
        agent: frame.agent ?? null,
        typing: null,
        customerRead: frame.customer_read,
        agentRead: frame.agent_read,
      };
    case "owner":
      // Whoever was typing may have been sent away.
      return { ...conversation, owner: frame.owner, agent: frame.agent ?? null, typing: null };
    case "read":
      return applyRead(conversation, frame.role, frame.seq);
    case "evaluation":
      return applyEvaluations(conversation, [frame.evaluation]);
    case "message":
      return applyMessage(conversation, frame.message);
    case "typing":
      return { ...conversation, typing: frame.on ? frame.role : null };
    case "error":
      return { ...conversation, problem: frame };
    default:
      return conversation;
  }
}

/**
 * Draws an acknowledged message at its place before its own frame comes.
 *
 * `lastSeq` stays: an acknowledgement may overtake earlier messages, which a replay must still bring.
 */
export function applyAck(conversation: Conversation, seq: number, sent: OutboundFrame, at: string): Conversation {
  if (conversation.messages.some((message) => message.seq === seq)) return conversation;
  const client_id: ClientId = sent.client_id;
  const message: Message = { seq, role: "customer", at, client_id, ...contentOf(sent) };
  return { ...conversation, messages: insert(conversation.messages, message) };
}

/** What a line shows of a frame, as the server will write it. */
export function contentOf(sent: OutboundFrame): Pick<Message, "text" | "location" | "attachment"> {
  switch (sent.type) {
    case "press":
      return { text: sent.label };
    case "message":
      return { text: sent.text };
    case "location": {
      const { latitude, longitude, label = "" } = sent;
      return { text: label, location: { latitude, longitude, label } };
    }
    default: {
      const { type: kind, media_id = "" } = sent;
      const text = sent.type === "voice" ? (sent.text ?? "") : "";
      return { text, attachment: { kind, media_id, name: "", mime: "", size: 0, text } };
    }
  }
}

/** Puts a page of older lines before those that are there. */
export function applyPast(conversation: Conversation, page: PastPage): Conversation {
  const first = conversation.messages[0]?.seq ?? Infinity;
  const older = page.messages.filter((message) => message.seq < first && message.role !== "note");
  const known = applyEvaluations(conversation, page.evaluations);
  return { ...known, messages: [...older, ...conversation.messages], isWhole: !page.more };
}

/** Writes evaluations beside the lines they are about. */
export function applyEvaluations(conversation: Conversation, changed: readonly Evaluation[]): Conversation {
  if (changed.length === 0) return conversation;
  const named = Object.fromEntries(changed.map((evaluation) => [evaluation.seq, evaluation]));
  return { ...conversation, evaluations: { ...conversation.evaluations, ...named } };
}

function applyRead(conversation: Conversation, role: "customer" | "agent", seq: number): Conversation {
  const mark = role === "customer" ? "customerRead" : "agentRead";
  return { ...conversation, [mark]: Math.max(conversation[mark], seq) };
}

function applyMessage(conversation: Conversation, message: Message): Conversation {
  if (message.role === "note") return conversation;
  return {
    ...conversation,
    messages: insert(conversation.messages, message),
    lastSeq: Math.max(conversation.lastSeq, message.seq),
    typing: message.role === conversation.typing ? null : conversation.typing,
  };
}

function insert(messages: readonly Message[], message: Message): readonly Message[] {
  const before = messages.filter((other) => other.seq < message.seq);
  const after = messages.filter((other) => other.seq > message.seq);
  return [...before, message, ...after];
}
