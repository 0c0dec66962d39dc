import { expect, test } from "vitest";

import type { Wall, WallAgent, WallChat } from "../../api/wall";
import { chatsOf, colourOf, floorOrder, moods, percent, queueBySkill, secondsSince, waitingFirst } from "./wallView";

const NOW = Date.parse("2026-11-21T10:10:00+08:00");

function chat(id: string, secondsAgo: number, more: Partial<WallChat> = {}): WallChat {
  const at = new Date(NOW - secondsAgo * 1000).toISOString();
  return {
    conversation_id: id,
    display_name: id,
    channel: "web",
    mood: null,
    skill: "billing",
    priority: 5,
    reason: "asked",
    requested_at: at,
    accepted_at: null,
    agent_id: null,
    answered: false,
    open_since: at,
    limit: { amber: 60, red: 180 },
    attended: false,
    ...more,
  };
}

function agent(id: string, more: Partial<WallAgent> = {}): WallAgent {
  return { id, name: id, role: "agent", skills: ["billing"], max_chats: 8, state: "idle", since: null, load: 0, today: null, ...more };
}

function wall(more: Partial<Wall>): Wall {
  return { waiting: [], serving: [], agents: [], alarms: [], ...more } as Wall;
}

test("a wait turns amber and red at the limits the server told", () => {
  expect([59, 60, 179, 180].map((seconds) => colourOf(chat("c", seconds), NOW))).toEqual(["green", "amber", "amber", "red"]);
});

test("where nobody waits for a word everything is green", () => {
  expect(colourOf(chat("c", 9999, { open_since: null }), NOW)).toBe("green");
});

test("the queue is grouped by skill, the worst first, with who could take more", () => {
  const rows = queueBySkill(
    wall({
      waiting: [chat("a", 20), chat("b", 200, { skill: "fault" }), chat("c", 70)],
      agents: [agent("K1", { load: 3 }), agent("K2", { state: "offline" }), agent("S1", { role: "supervisor", skills: ["all"] })],
    }),
    NOW,
  );

  expect(rows.map(({ skill, count, colour, online, free }) => [skill, count, colour, online, free])).toEqual([
    ["fault", 1, "red", 0, 0],
    ["billing", 2, "amber", 1, 5],
  ]);
  expect(rows[1]!.longest.conversation_id).toBe("c");
});

test("danger waits in front of the longest wait", () => {
  const rows = waitingFirst(wall({ waiting: [chat("old", 900), chat("danger", 1, { priority: 0 })] }), NOW);

  expect(rows.map((one) => one.conversation_id)).toEqual(["danger", "old"]);
});

test("agents at work stand before those who are away, the fullest first, and supervisors not at all", () => {
  const order = floorOrder([
    agent("away", { state: "offline" }),
    agent("free"),
    agent("two", { state: "busy", load: 2 }),
    agent("full", { state: "full", load: 8 }),
    agent("boss", { role: "supervisor" }),
  ]);

  expect(order.map((one) => one.id)).toEqual(["full", "two", "free", "away"]);
});

test("moods count those that are known", () => {
  expect(moods(wall({ waiting: [chat("a", 1, { mood: 3 })], serving: [chat("b", 1, { mood: 1 }), chat("c", 1)] }))).toEqual([0, 1, 0, 1]);
});

test("a chat stands with the agent who serves it", () => {
  expect(chatsOf(wall({ serving: [chat("a", 1, { agent_id: "K1" }), chat("b", 1, { agent_id: "K2" })] }), "K2")).toHaveLength(1);
});

test("nothing to divide by is no percentage, and the future is no negative wait", () => {
  expect([percent(null), percent(0.826)]).toEqual(["–", "83%"]);
  expect(secondsSince(new Date(NOW + 5000).toISOString(), NOW)).toBe(0);
});
