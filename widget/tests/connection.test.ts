/** The connection while nothing breaks: sessions, sending, order. */

import { describe, expect, test } from "vitest";
import { MemoryStore } from "../src/connection/storage";
import { LONGEST_WAIT_MS, settle, stageForEachTest, texts } from "./stage";

const stage = stageForEachTest();

describe("first connection", () => {
  test("replays the conversation so far", async () => {
    stage.door.say("您好");
    stage.door.say("请问有什么可以帮您？");

    const connection = await stage.open();

    expect(connection.getSnapshot().phase).toBe("online");
    expect(texts(connection)).toEqual(["您好", "请问有什么可以帮您？"]);
  });

  test("renews the stored token and stays the same visitor", async () => {
    const store = new MemoryStore();
    const first = await stage.open(store);
    first.stop();

    await stage.open(store);

    expect(stage.door.sessionRequests).toEqual([{}, { token: "token1" }]);
    expect(stage.door.hellos.map((hello) => hello.token)).toEqual(["token1", "token1"]);
  });

  test("waits for a server that cannot be reached", async () => {
    stage.door.isUnreachable = true;
    const connection = await stage.open();
    expect(connection.getSnapshot().phase).toBe("reconnecting");
    stage.door.isUnreachable = false;

    await settle(LONGEST_WAIT_MS);

    expect(connection.getSnapshot().phase).toBe("online");
  });
});

describe("sending", () => {
  test("draws an own line once, at its place, when it is acknowledged", async () => {
    const connection = await stage.open();

    connection.sendText("查电费");
    await settle();

    expect(texts(connection)).toEqual(["查电费"]);
    expect(connection.getSnapshot().unsent).toEqual([]);
  });

  test("sends a press with its label and payload", async () => {
    const connection = await stage.open();

    connection.press({ label: "是", payload: "确认报修" });
    await settle();

    expect(stage.door.received).toMatchObject([{ type: "press", label: "是", payload: "确认报修" }]);
    expect(texts(connection)).toEqual(["是"]);
  });

  test("keeps a refused line with its reason until it is retried", async () => {
    stage.door.refusal = "web.text.too_long";
    const connection = await stage.open();

    connection.sendText("长长长");
    await settle(60_000);

    expect(connection.getSnapshot().unsent).toMatchObject([{ state: "refused", code: "web.text.too_long" }]);
    expect(connection.getSnapshot().problem).toBeNull();
  });

  test.each(["web.rate.limited", "store.unavailable"])("repeats by itself what was refused with %s", async (code) => {
    stage.door.refusal = code;
    const connection = await stage.open();
    connection.sendText("查电费");
    await settle();
    stage.door.refusal = null;

    await settle(10_000);

    expect(texts(connection)).toEqual(["查电费"]);
    expect(new Set(stage.door.received.map((frame) => frame.client_id)).size).toBe(1);
  });

  test("shows an error about no line of its own as a problem", async () => {
    const connection = await stage.open();

    stage.door.socket.tell({ type: "error", code: "web.json.malformed", message: "malformed" });

    expect(connection.getSnapshot().problem).toMatchObject({ code: "web.json.malformed" });
  });

  test("marks a line late when no acknowledgement comes", async () => {
    stage.door.losesAcks = true;
    const connection = await stage.open();

    connection.sendText("查电费");
    await settle(15_000);

    expect(connection.getSnapshot().unsent).toMatchObject([{ state: "late" }]);
  });

  test("retries a late line under its first client_id", async () => {
    stage.door.losesAcks = true;
    const connection = await stage.open();
    connection.sendText("查电费");
    await settle(15_000);
    stage.door.losesAcks = false;

    connection.retry(connection.getSnapshot().unsent[0]!.frame.client_id);
    await settle();

    expect(new Set(stage.door.received.map((frame) => frame.client_id)).size).toBe(1);
    expect(stage.door.received).toHaveLength(2);
    expect(texts(connection)).toEqual(["查电费"]);
  });
});

describe("order", () => {
  test("draws by seq whatever the order of arrival, each seq once", async () => {
    const connection = await stage.open();
    const at = "2026-11-21T10:00:00+08:00";

    [3, 1, 2, 3].forEach((seq) => stage.door.socket.tell({ type: "message", message: { seq, role: "bot", at, text: `第${seq}句` } }));

    expect(texts(connection)).toEqual(["第1句", "第2句", "第3句"]);
  });

  test("never draws a note", async () => {
    const connection = await stage.open();

    stage.door.say("内部备注", "note");

    expect(texts(connection)).toEqual([]);
  });
});
