/** The way around blocked WebSockets. */

import { describe, expect, test } from "vitest";
import { LONGEST_WAIT_MS, settle, stageForEachTest, texts } from "./stage";

const stage = stageForEachTest();

describe("long poll", () => {
  test("takes over after two sockets that did not open", async () => {
    stage.door.say("您好");
    stage.door.refusesSockets = true;

    const connection = await stage.open();
    await settle(5_000);

    expect(stage.door.sockets).toHaveLength(2);
    expect(connection.getSnapshot().phase).toBe("online");
    expect(texts(connection)).toEqual(["您好"]);
  });

  test("comes back as a poll at once where no socket opens", async () => {
    stage.door.refusesSockets = true;
    const connection = await stage.open();
    await settle(5_000);
    const sockets = stage.door.sockets.length;
    stage.door.isUnreachable = true;
    stage.door.say("您好");
    await settle(10);
    expect(connection.getSnapshot().phase).toBe("reconnecting");
    stage.door.isUnreachable = false;

    connection.wake();
    await settle();

    expect(connection.getSnapshot().phase).toBe("online");
    expect(stage.door.sockets).toHaveLength(sockets);
  });

  test("sends and receives", async () => {
    stage.door.refusesSockets = true;
    const connection = await stage.open();
    await settle(5_000);

    connection.sendText("查电费");
    await settle();
    stage.door.say("本月 190.20 元");
    await settle();

    expect(texts(connection)).toEqual(["查电费", "本月 190.20 元"]);
    expect(connection.getSnapshot().unsent).toEqual([]);
  });

  test("repeats by itself what an ill server refused", async () => {
    stage.door.refusesSockets = true;
    const connection = await stage.open();
    await settle(5_000);
    stage.door.refusal = "store.unavailable";
    connection.sendText("查电费");
    await settle();
    stage.door.refusal = null;

    await settle(10_000);

    expect(texts(connection)).toEqual(["查电费"]);
  });

  test("moves back to a socket once one opens, and misses nothing", async () => {
    stage.door.refusesSockets = true;
    const connection = await stage.open();
    await settle(5_000);
    stage.door.refusesSockets = false;

    await settle(61_000);
    stage.door.say("您好");
    await settle();

    expect(stage.door.sockets).toHaveLength(3);
    expect(texts(connection)).toEqual(["您好"]);
  });

  test("starts a new session when its token is not accepted", async () => {
    stage.door.refusesSockets = true;
    const connection = await stage.open();
    await settle(5_000);
    stage.door.expireTokens();

    connection.sendText("还在吗");
    await settle(LONGEST_WAIT_MS);

    expect(texts(connection)).toEqual(["还在吗"]);
  });
});
