/** The connection against the door in memory: nothing lost, nothing doubled, whatever breaks. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ChatConnection } from "../src/connection/chat_connection";
import { MemoryStore } from "../src/connection/storage";
import { FakeDoor } from "./fake_door";

const LONGEST_WAIT_MS = 40_000;

let door: FakeDoor;
let opened: ChatConnection[];

beforeEach(() => {
  vi.useFakeTimers();
  door = new FakeDoor();
  opened = [];
});

afterEach(() => {
  opened.forEach((connection) => connection.stop());
  vi.useRealTimers();
});

async function open(store = new MemoryStore()): Promise<ChatConnection> {
  const connection = new ChatConnection(door.ports(store));
  opened.push(connection);
  connection.start();
  await settle();
  return connection;
}

async function settle(milliseconds = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

function texts(connection: ChatConnection): string[] {
  return connection.getSnapshot().messages.map((message) => message.text);
}

describe("first connection", () => {
  test("replays the conversation so far", async () => {
    door.say("您好");
    door.say("请问有什么可以帮您？");

    const connection = await open();

    expect(connection.getSnapshot().phase).toBe("online");
    expect(texts(connection)).toEqual(["您好", "请问有什么可以帮您？"]);
  });

  test("renews the stored token and stays the same visitor", async () => {
    const store = new MemoryStore();
    const first = await open(store);
    first.stop();

    await open(store);

    expect(door.sessionRequests).toEqual([{}, { token: "token1" }]);
    expect(door.hellos.map((hello) => hello.token)).toEqual(["token1", "token1"]);
  });

  test("waits for a server that cannot be reached", async () => {
    door.isUnreachable = true;
    const connection = await open();
    expect(connection.getSnapshot().phase).toBe("reconnecting");
    door.isUnreachable = false;

    await settle(LONGEST_WAIT_MS);

    expect(connection.getSnapshot().phase).toBe("online");
  });
});

describe("sending", () => {
  test("draws an own line once, at its place, when it is acknowledged", async () => {
    const connection = await open();

    connection.sendText("查电费");
    await settle();

    expect(texts(connection)).toEqual(["查电费"]);
    expect(connection.getSnapshot().unsent).toEqual([]);
  });

  test("sends a press with its label and payload", async () => {
    const connection = await open();

    connection.press({ label: "是", payload: "确认报修" });
    await settle();

    expect(door.received).toMatchObject([{ type: "press", label: "是", payload: "确认报修" }]);
    expect(texts(connection)).toEqual(["是"]);
  });

  test("keeps a refused line with its reason until it is retried", async () => {
    const connection = await open();

    connection.sendText("长".repeat(2001));
    await settle();

    expect(connection.getSnapshot().unsent).toMatchObject([{ state: "refused", code: "web.text.too_long" }]);
  });

  test("marks a line late when no acknowledgement comes", async () => {
    door.losesAcks = true;
    const connection = await open();

    connection.sendText("查电费");
    await settle(15_000);

    expect(connection.getSnapshot().unsent).toMatchObject([{ state: "late" }]);
  });

  test("retries a late line under its first client_id", async () => {
    door.losesAcks = true;
    const connection = await open();
    connection.sendText("查电费");
    await settle(15_000);
    door.losesAcks = false;

    connection.retry(connection.getSnapshot().unsent[0]!.frame.client_id);
    await settle();

    expect(new Set(door.received.map((frame) => frame.client_id)).size).toBe(1);
    expect(door.received).toHaveLength(2);
    expect(texts(connection)).toEqual(["查电费"]);
  });
});

describe("reconnecting", () => {
  test("brings what was missed, once and in order", async () => {
    door.say("一");
    const connection = await open();
    door.drop();
    door.say("二");
    door.say("三");

    await settle(LONGEST_WAIT_MS);

    expect(door.hellos.map((hello) => hello.last_seq)).toEqual([0, 1]);
    expect(texts(connection)).toEqual(["一", "二", "三"]);
  });

  test("resends what was not acknowledged under the same client_id, and it counts once", async () => {
    const connection = await open();
    door.losesAcks = true;
    connection.sendText("我家停电了");
    await settle();
    door.drop();
    door.losesAcks = false;

    await settle(LONGEST_WAIT_MS);

    expect(door.messages.map((message) => message.text)).toEqual(["我家停电了"]);
    expect(new Set(door.received.map((frame) => frame.client_id)).size).toBe(1);
    expect(texts(connection)).toEqual(["我家停电了"]);
    expect(connection.getSnapshot().unsent).toEqual([]);
  });

  test("sends in the order of writing what was written while offline", async () => {
    const connection = await open();
    door.isUnreachable = door.refusesSockets = true;
    door.drop();

    ["一", "二", "三"].forEach((text) => connection.sendText(text));
    door.isUnreachable = door.refusesSockets = false;
    await settle(LONGEST_WAIT_MS);

    expect(door.messages.map((message) => message.text)).toEqual(["一", "二", "三"]);
    expect(texts(connection)).toEqual(["一", "二", "三"]);
  });

  test("does not let an acknowledgement hide messages before it", async () => {
    door.say("一");
    const connection = await open();
    connection.sendText("问");
    const clientId = door.received[0]!.client_id;
    door.messages = door.messages.slice(0, 1);
    door.socket.tell({ type: "ack", client_id: clientId, seq: 9 });

    door.drop();
    await settle(LONGEST_WAIT_MS);

    expect(door.hellos[1]!.last_seq).toBeLessThan(9);
  });

  test("notices a dead socket by its missing pong", async () => {
    const connection = await open();
    door.isSilent = true;

    await settle(31_000);

    expect(connection.getSnapshot().phase).toBe("reconnecting");
  });

  test("keeps a socket that answers pings", async () => {
    await open();

    await settle(120_000);

    expect(door.sockets).toHaveLength(1);
  });

  test("waits longer after each failure", async () => {
    await open();
    door.isUnreachable = door.refusesSockets = true;
    door.drop();

    await settle(3_000);
    const early = door.sockets.length;
    await settle(3_000);
    const late = door.sockets.length - early;

    expect(early).toBeGreaterThan(late);
  });

  test("comes back at once when the page wakes it", async () => {
    const connection = await open();
    door.refusesSockets = true;
    door.drop();
    await settle(300);
    door.refusesSockets = false;

    connection.wake();
    await settle();

    expect(connection.getSnapshot().phase).toBe("online");
  });
});

describe("order", () => {
  test("draws by seq whatever the order of arrival, each seq once", async () => {
    const connection = await open();
    const at = "2026-11-21T10:00:00+08:00";

    [3, 1, 2, 3].forEach((seq) => door.socket.tell({ type: "message", message: { seq, role: "bot", at, text: `第${seq}句` } }));

    expect(texts(connection)).toEqual(["第1句", "第2句", "第3句"]);
  });

  test("never draws a note", async () => {
    const connection = await open();

    door.say("内部备注", "note");

    expect(texts(connection)).toEqual([]);
  });
});

describe("token", () => {
  test("starts a new session when the stored token is not accepted", async () => {
    const store = new MemoryStore();
    store.set("gridtalk.token", "forged");

    const connection = await open(store);

    expect(door.sessionRequests).toEqual([{ token: "forged" }, {}]);
    expect(connection.getSnapshot().phase).toBe("online");
  });

  test("starts a new conversation on close code 4401 and keeps the unsent line", async () => {
    door.say("旧的对话");
    const connection = await open();
    door.expireTokens();
    door.isSilent = true;
    connection.sendText("还在吗");
    door.isSilent = false;

    door.drop(4401);
    await settle(LONGEST_WAIT_MS);

    expect(texts(connection)).toEqual(["还在吗"]);
    expect(door.hellos[1]).toEqual({ token: "token2", last_seq: 0 });
  });

  test("takes over the newer token of another tab instead of starting anew", async () => {
    const store = new MemoryStore();
    await open(store);
    door.validTokens.add("newer");
    store.set("gridtalk.token", "newer");

    door.drop(4401);
    await settle(LONGEST_WAIT_MS);

    expect(door.hellos[1]!.token).toBe("newer");
  });
});

describe("reload", () => {
  test("loses nothing that was not acknowledged", async () => {
    const store = new MemoryStore();
    const before = await open(store);
    door.isSilent = true;
    before.sendText("我家停电了");
    before.stop();
    door.isSilent = false;

    const after = await open(store);

    expect(texts(after)).toEqual(["我家停电了"]);
    expect(store.keys("gridtalk.outbox.")).toEqual([]);
  });

  test("does not ask an old question by itself", async () => {
    const store = new MemoryStore();
    const before = await open(store);
    door.isSilent = true;
    before.sendText("我家停电了");
    before.stop();
    door.isSilent = false;
    await settle(11 * 60 * 1000);

    const after = await open(store);

    expect(door.received).toEqual([]);
    expect(after.getSnapshot().unsent).toMatchObject([{ state: "held" }]);
  });
});

describe("long poll", () => {
  test("takes over after two sockets that did not open", async () => {
    door.say("您好");
    door.refusesSockets = true;

    const connection = await open();
    await settle(5_000);

    expect(door.sockets).toHaveLength(2);
    expect(connection.getSnapshot().phase).toBe("online");
    expect(texts(connection)).toEqual(["您好"]);
  });

  test("sends and receives", async () => {
    door.refusesSockets = true;
    const connection = await open();
    await settle(5_000);

    connection.sendText("查电费");
    await settle();
    door.say("本月 190.20 元");
    await settle();

    expect(texts(connection)).toEqual(["查电费", "本月 190.20 元"]);
    expect(connection.getSnapshot().unsent).toEqual([]);
  });

  test("moves back to a socket once one opens, and misses nothing", async () => {
    door.refusesSockets = true;
    const connection = await open();
    await settle(5_000);
    door.refusesSockets = false;

    await settle(61_000);
    door.say("您好");
    await settle();

    expect(door.sockets).toHaveLength(3);
    expect(texts(connection)).toEqual(["您好"]);
  });

  test("starts a new session when its token is not accepted", async () => {
    door.refusesSockets = true;
    const connection = await open();
    await settle(5_000);
    door.expireTokens();

    connection.sendText("还在吗");
    await settle(LONGEST_WAIT_MS);

    expect(texts(connection)).toEqual(["还在吗"]);
  });
});
