/** How the wall reads at one moment: colours by the limits the server told, groups, and what stands first. */
import type { Wall, WallAgent, WallChat } from "../../api/wall";

export type Colour = "green" | "amber" | "red";

/** Seconds since a moment by the server's clock; nothing since a moment that is not there. */
export function secondsSince(iso: string | null, now: number): number {
  return iso === null ? 0 : Math.max(0, Math.floor((now - Date.parse(iso)) / 1000));
}

/** Green, too, for a chat in which nobody waits for a word. */
export function colourOf(chat: WallChat, now: number): Colour {
  if (chat.open_since === null) return "green";
  const seconds = secondsSince(chat.open_since, now);
  if (seconds >= chat.limit.red) return "red";
  return seconds >= chat.limit.amber ? "amber" : "green";
}

export interface SkillRow {
  readonly skill: string;
  readonly count: number;
  readonly longest: WallChat;
  readonly colour: Colour;
  /** Agents at the desk who have the skill, and how many more chats they may take. */
  readonly online: number;
  readonly free: number;
}

const WORST: Record<Colour, number> = { red: 2, amber: 1, green: 0 };

/** The queue by skill, the worst first, then the longest. */
export function queueBySkill(wall: Wall, now: number): SkillRow[] {
  const groups = new Map<string, WallChat[]>();
  for (const chat of wall.waiting) groups.set(chat.skill, [...(groups.get(chat.skill) ?? []), chat]);
  const rows = [...groups].map(([skill, chats]) => skillRow(wall, skill, chats, now));
  return rows.sort((a, b) => WORST[b.colour] - WORST[a.colour] || Date.parse(a.longest.requested_at) - Date.parse(b.longest.requested_at));
}

function skillRow(wall: Wall, skill: string, chats: WallChat[], now: number): SkillRow {
  const longest = chats.reduce((a, b) => (Date.parse(a.requested_at) <= Date.parse(b.requested_at) ? a : b));
  const worst = chats.map((chat) => colourOf(chat, now)).reduce((a, b) => (WORST[a] >= WORST[b] ? a : b));
  const present = wall.agents.filter((one) => one.role === "agent" && takesWork(one) && has(one, skill));
  const free = present.reduce((sum, one) => sum + Math.max(0, one.max_chats - one.load), 0);
  return { skill, count: chats.length, longest, colour: worst, online: present.length, free };
}

/** Who takes a break, or only serves on, gets nothing new. */
function takesWork(agent: WallAgent): boolean {
  return agent.state === "idle" || agent.state === "busy" || agent.state === "full";
}

function has(agent: WallAgent, skill: string): boolean {
  return skill === "general" || agent.skills.includes(skill) || agent.skills.includes("all");
}

/** Who waits, the reddest first: the rows a supervisor acts on. */
export function waitingFirst(wall: Wall, now: number): WallChat[] {
  return [...wall.waiting].sort(
    (a, b) =>
      a.priority - b.priority ||
      WORST[colourOf(b, now)] - WORST[colourOf(a, now)] ||
      Date.parse(a.requested_at) - Date.parse(b.requested_at),
  );
}

const STATES: Record<WallAgent["state"], number> = { full: 0, busy: 1, idle: 2, paused: 3, away: 4, offline: 5 };

/** Agents at work first, the fullest of them in front; supervisors are not on the floor. */
export function floorOrder(agents: readonly WallAgent[]): WallAgent[] {
  const floor = agents.filter((one) => one.role === "agent");
  return floor.sort((a, b) => STATES[a.state] - STATES[b.state] || b.load - a.load || a.id.localeCompare(b.id));
}

export function chatsOf(wall: Wall, agentId: string): WallChat[] {
  return wall.serving.filter((chat) => chat.agent_id === agentId);
}

/** How customers feel: how many of those here now are of each mood, those nothing is known of aside. */
export function moods(wall: Wall): number[] {
  const counts = [0, 0, 0, 0];
  for (const { mood } of [...wall.waiting, ...wall.serving]) if (mood !== null) counts[mood]! += 1;
  return counts;
}

export function percent(share: number | null): string {
  return share === null ? "–" : `${Math.round(share * 100)}%`;
}
