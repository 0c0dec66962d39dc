/** The connection when something breaks: nothing is lost, nothing comes twice. */

import { describe, expect, test } from "vitest";
import { MemoryStore } from "../src/connection/storage";
import { LONGEST_WAIT_MS, settle, stageForEachTest, texts } from "./stage";

const stage = stageForEachTest();

describe("reconnecting", () => {
  test("brings what was missed, once and in order", async () => {
    stage.door.say("一");
    const connection = await stage.open();
    stage.door.drop();
    stage.door.say("二");
    stage.door.say("三");

    await settle(LONGEST_WAIT_MS);

    expect(stage.door.hellos.map((hello) => hello.last_seq)).toEqual([0, 1]);
    expect(texts(connection)).toEqual(["一", "二", "三"]);
  });

  test("resends what was not acknowledged under the same client_id, and it counts once", async () => {
    const connection = await stage.open();
    stage.door.losesAcks = true;
    connection.sendText("我家停电了");
    await settle();
    stage.door.drop();
    stage.door.losesAcks = false;

    await settle(LONGEST_WAIT_MS);

    expect(stage.door.messages.map((message) => message.text)).toEqual(["我家停电了"]);
    expect(new Set(stage.door.received.map((frame) => frame.client_id)).size).toBe(1);
    expect(texts(connection)).toEqual(["我家停电了"]);
    expect(connection.getSnapshot().unsent).toEqual([]);
  });

  test("sends in the order of writing what was written while offline", async () => {
    const connection = await stage.open();
    stage.door.isUnreachable = stage.door.refusesSockets = true;
    stage.door.drop();

    ["一", "二", "三"].forEach((text) => connection.sendText(text));
    stage.door.isUnreachable = stage.door.refusesSockets = false;
    await settle(LONGEST_WAIT_MS);

    expect(stage.door.messages.map((message) => message.text)).toEqual(["一", "二", "三"]);
    expect(texts(connection)).toEqual(["一", "二", "三"]);
  });

  test("does not let an acknowledgement hide the messages before it", async () => {
    const connection = await stage.open();
    stage.door.isSilent = true;
    connection.sendText("问");
    await settle();
    const { client_id } = connection.getSnapshot().unsent[0]!.frame;

    stage.door.socket.tell({ type: "ack", client_id, seq: 3 });
    stage.door.isSilent = false;
    stage.door.drop();
    ["一", "二"].forEach((text) => stage.door.say(text));
    stage.door.say("问", "customer", { client_id });
    await settle(LONGEST_WAIT_MS);

    expect(texts(connection)).toEqual(["一", "二", "问"]);
  });

  test("notices a dead socket by its missing pong", async () => {
    const connection = await stage.open();
    stage.door.isSilent = true;

    await settle(31_000);

    expect(connection.getSnapshot().phase).toBe("reconnecting");
  });

  test("keeps a socket that answers pings", async () => {
    await stage.open();

    await settle(120_000);

    expect(stage.door.sockets).toHaveLength(1);
  });

  test("waits longer after each failure", async () => {
    await stage.open();
    stage.door.isUnreachable = stage.door.refusesSockets = true;
    stage.door.drop();

    await settle(3_000);
    const early = stage.door.sockets.length;
    await settle(3_000);
    const late = stage.door.sockets.length - early;

    expect(early).toBeGreaterThan(late);
  });

  test("comes back at once when the page wakes it", async () => {
    const connection = await stage.open();
    stage.door.refusesSockets = true;
    stage.door.drop();
    await settle(300);
    stage.door.refusesSockets = false;

    connection.wake();
    await settle();

    expect(connection.getSnapshot().phase).toBe("online");
  });
});

describe("token", () => {
  test("starts a new session when the stored token is not accepted", async () => {
    const store = new MemoryStore();
    store.set("gridtalk.token", "forged");

    const connection = await stage.open(store);

    expect(stage.door.sessionRequests).toEqual([{ token: "forged" }, {}]);
    expect(connection.getSnapshot().phase).toBe("online");
  });

  test("starts a new conversation on close code 4401 and keeps the unsent line", async () => {
    stage.door.say("旧的对话");
    const connection = await stage.open();
    stage.door.expireTokens();
    stage.door.isSilent = true;
    connection.sendText("还在吗");
    stage.door.isSilent = false;

    stage.door.drop(4401);
    await settle(LONGEST_WAIT_MS);

    expect(texts(connection)).toEqual(["还在吗"]);
    expect(stage.door.hellos[1]).toEqual({ token: "token2", last_seq: 0 });
  });

  test("does not trouble the customer with the reason a socket was refused", async () => {
    const connection = await stage.open();
    stage.door.expireTokens();
    stage.door.drop();

    await settle(LONGEST_WAIT_MS);

    expect(stage.door.hellos.map((hello) => hello.token)).toEqual(["token1", "token1", "token2"]);
    expect(connection.getSnapshot().problem).toBeNull();
  });

  test("takes over the newer token of another tab instead of starting anew", async () => {
    const store = new MemoryStore();
    await stage.open(store);
    stage.door.validTokens.add("newer");
    store.set("gridtalk.token", "newer");

    stage.door.drop(4401);
    await settle(LONGEST_WAIT_MS);

    expect(stage.door.hellos[1]!.token).toBe("newer");
  });
});

describe("reload", () => {
  test("loses nothing that was not acknowledged", async () => {
    const store = new MemoryStore();
    const before = await stage.open(store);
    stage.door.isSilent = true;
    before.sendText("我家停电了");
    before.stop();
    stage.door.isSilent = false;

    const after = await stage.open(store);

    expect(texts(after)).toEqual(["我家停电了"]);
    expect(store.keys("gridtalk.outbox.")).toEqual([]);
  });

  test("does not ask an old question by itself", async () => {
    const store = new MemoryStore();
    const before = await stage.open(store);
    stage.door.isSilent = true;
    before.sendText("我家停电了");
    before.stop();
    stage.door.isSilent = false;
    await settle(11 * 60 * 1000);

    const after = await stage.open(store);

    expect(stage.door.received).toEqual([]);
    expect(after.getSnapshot().unsent).toMatchObject([{ state: "held" }]);
  });
});
