/** What every test of the connection stands on: a fresh door, stopped clocks, and tabs that are closed afterwards. */

import { afterEach, beforeEach, vi } from "vitest";
import { ChatConnection } from "../src/connection/chat_connection";
import { MemoryStore } from "../src/connection/storage";
import { FakeDoor } from "./fake_door";

/** Longer than the longest wait between two attempts. */
export const LONGEST_WAIT_MS = 40_000;

export interface Stage {
  door: FakeDoor;
  /** Opens a tab of the browser that owns the store. */
  open(store?: MemoryStore): Promise<ChatConnection>;
}

/** Sets the stage anew for each test of the file. */
export function stageForEachTest(): Stage {
  const opened: ChatConnection[] = [];
  const stage: Stage = {
    door: new FakeDoor(),
    open: async (store = new MemoryStore()) => {
      const connection = new ChatConnection(stage.door.ports(store));
      opened.push(connection);
      connection.start();
      await settle();
      return connection;
    },
  };
  beforeEach(() => {
    vi.useFakeTimers();
    stage.door = new FakeDoor();
  });
  afterEach(() => {
    opened.splice(0).forEach((connection) => connection.stop());
    vi.useRealTimers();
  });
  return stage;
}

/** Lets time pass and everything due in it happen. */
export async function settle(milliseconds = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

/** The lines the customer sees at their places. */
export function texts(connection: ChatConnection): string[] {
  return connection.getSnapshot().messages.map((message) => message.text);
}
