/** Older lines, marks of reading, opinions, and several tabs of one visitor. */

import { describe, expect, test } from "vitest";
import { MemoryStore } from "../src/connection/storage";
import { LONGEST_WAIT_MS, settle, stageForEachTest, texts } from "./stage";

const stage = stageForEachTest();

describe("older lines", () => {
  function past(lines: number): void {
    for (let number = 1; number <= lines; number += 1) stage.door.say(`第${number}句`);
  }

  test("come in pages until the first line of all", async () => {
    past(70);
    stage.door.historyLines = 10;
    const connection = await stage.open();
    expect(connection.getSnapshot().messages[0]?.seq).toBe(61);

    await connection.loadOlder();
    expect(connection.getSnapshot()).toMatchObject({ isWhole: false, past: "idle" });
    await connection.loadOlder();

    expect(connection.getSnapshot().messages.map((message) => message.seq)).toEqual(Array.from({ length: 70 }, (_, at) => at + 1));
    expect(connection.getSnapshot().isWhole).toBe(true);
  });

  test("are asked for once at a time", async () => {
    past(70);
    stage.door.historyLines = 10;
    const connection = await stage.open();

    await Promise.all([connection.loadOlder(), connection.loadOlder()]);

    expect(connection.getSnapshot().messages).toHaveLength(60);
  });

  test("say so when they cannot be had, and can be asked for again", async () => {
    past(20);
    stage.door.historyLines = 10;
    const connection = await stage.open();
    stage.door.isUnreachable = true;
    await connection.loadOlder();
    expect(connection.getSnapshot().past).toBe("failed");
    stage.door.isUnreachable = false;

    await connection.loadOlder();

    expect(texts(connection)).toHaveLength(20);
  });
});

describe("two tabs of one visitor", () => {
  test("show at once what is said in either", async () => {
    const store = new MemoryStore();
    const [one, two] = [await stage.open(store), await stage.open(store)];

    one.sendText("我家停电了");
    await settle();

    expect(texts(two)).toEqual(["我家停电了"]);
  });

  test("count as read what either has shown", async () => {
    const store = new MemoryStore();
    const [one, two] = [await stage.open(store), await stage.open(store)];
    stage.door.say("您好");

    one.markRead();

    expect(two.getSnapshot().customerRead).toBe(1);
  });

  test("that began at once are one visitor", async () => {
    const store = new MemoryStore();

    const [one, two] = await Promise.all([stage.open(store), stage.open(store)]);
    one.sendText("是我");
    await settle();

    expect(texts(two)).toEqual(["是我"]);
    expect(new Set(stage.door.hellos.map((hello) => hello.token)).size).toBe(1);
  });

  test("know an opinion given in either, and after a reload", async () => {
    const store = new MemoryStore();
    const [one, two] = [await stage.open(store), await stage.open(store)];
    stage.door.say("本月 190.20 元");

    expect(await one.evaluate({ seq: 1, value: -1, reason: "too_long" })).toBeNull();
    const three = await stage.open(store);

    [two, three].forEach((tab) => expect(tab.getSnapshot().evaluations[1]).toMatchObject({ value: -1, reason: "too_long" }));
  });
});

describe("marks", () => {
  test("tell how far the agent has read", async () => {
    const connection = await stage.open();
    connection.sendText("师傅到哪了");
    await settle();

    stage.door.readAsAgent(1);

    expect(connection.getSnapshot().agentRead).toBe(1);
  });

  test("are sent again when the line broke before they arrived", async () => {
    const connection = await stage.open();
    stage.door.say("您好");
    stage.door.isSilent = true;
    connection.markRead();
    stage.door.isSilent = false;
    stage.door.drop();
    await settle(LONGEST_WAIT_MS);

    connection.markRead();

    expect(stage.door.customerRead).toBe(1);
  });

  test("and typing travel without a socket too", async () => {
    stage.door.refusesSockets = true;
    const connection = await stage.open();
    await settle(5_000);
    stage.door.say("您好");
    await settle();

    connection.markRead();
    connection.setTyping(true);
    await settle();
    stage.door.readAsAgent(1);
    await settle(30_000);

    expect(stage.door.signs).toEqual([{ type: "read", seq: 1 }, { type: "typing", on: true }]);
    expect(connection.getSnapshot()).toMatchObject({ customerRead: 1, agentRead: 1 });
  });
});

describe("opinions", () => {
  test("that are refused name the reason and change nothing", async () => {
    const connection = await stage.open();
    stage.door.say("您好");
    stage.door.refusal = "evaluation.closed";

    expect(await connection.evaluate({ seq: 1, value: 1 })).toBe("evaluation.closed");
    expect(connection.getSnapshot().evaluations).toEqual({});
  });

  test("that find no network say so", async () => {
    const connection = await stage.open();
    stage.door.isUnreachable = true;

    expect(await connection.evaluate({ seq: 1, value: 1 })).toBe("web.unreachable");
  });

  test("reach a tab without a socket", async () => {
    stage.door.refusesSockets = true;
    const store = new MemoryStore();
    const [one, two] = [await stage.open(store), await stage.open(store)];
    await settle(5_000);
    stage.door.say("您好");
    await settle();

    await one.evaluate({ seq: 1, value: 1 });
    await settle();

    expect(two.getSnapshot().evaluations[1]?.value).toBe(1);
  });
});

describe("order", () => {
  test("holds when the server is in a hurry with some lines only", async () => {
    const connection = await stage.open();
    stage.door.refusal = "web.rate.limited";
    ["一", "二", "三"].forEach((text) => connection.sendText(text));
    await settle();
    stage.door.refusal = null;
    await settle(5_000);

    expect(stage.door.messages.map((message) => message.text)).toEqual(["一", "二", "三"]);
    expect(connection.getSnapshot().unsent).toEqual([]);
  });

  test("a line that is refused for good does not hold up those after it", async () => {
    const connection = await stage.open();
    stage.door.isSilent = true;
    ["坏的", "好的"].forEach((text) => connection.sendText(text));
    const { client_id } = connection.getSnapshot().unsent[0]!.frame;
    stage.door.isSilent = false;

    stage.door.socket.tell({ type: "error", code: "web.text.too_long", message: "no", client_id });
    await settle();

    expect(stage.door.messages.map((message) => message.text)).toEqual(["好的"]);
    expect(connection.getSnapshot().unsent).toMatchObject([{ state: "refused" }]);
  });

  test("typed offline, kept over a reload, sent once in order when back", async () => {
    const store = new MemoryStore();
    const before = await stage.open(store);
    stage.door.isUnreachable = stage.door.refusesSockets = true;
    stage.door.drop();
    ["一", "二", "三"].forEach((text) => before.sendText(text));
    before.stop();
    const after = await stage.open(store);
    expect(after.getSnapshot().unsent).toHaveLength(3);

    stage.door.isUnreachable = stage.door.refusesSockets = false;
    await settle(LONGEST_WAIT_MS);

    expect(stage.door.messages.map((message) => message.text)).toEqual(["一", "二", "三"]);
    expect(texts(after)).toEqual(["一", "二", "三"]);
  });
});

test("whoever was sent away types no more", async () => {
  const connection = await stage.open();
  stage.door.socket.tell({ type: "typing", role: "bot", on: true });
  expect(connection.getSnapshot().typing).toBe("bot");

  stage.door.socket.tell({ type: "owner", owner: "agent" });

  expect(connection.getSnapshot().typing).toBeNull();
});

test("a long history is told to the page in a few strokes", async () => {
  for (let number = 1; number <= 150; number += 1) stage.door.say(`第${number}句`);
  const connection = await stage.open();
  const heard: number[] = [];
  connection.subscribe(() => heard.push(connection.getSnapshot().messages.length));
  for (let number = 151; number <= 200; number += 1) stage.door.say(`第${number}句`);

  await settle(100);

  expect(heard[heard.length - 1]).toBe(200);
  expect(heard.length).toBeLessThan(5);
});
