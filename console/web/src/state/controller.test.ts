import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ApiError } from "../api/errors";
import { aDetail, aMessage, anApi, anEscalation, aSummary, ME, messages, SUPERVISOR } from "../testing/builders";
import { DeskController, PAGE_LINES } from "./controller";
import { createStore } from "./store";

function aDesk(me = ME) {
  const api = anApi();
  const store = createStore(me);
  const options = { onAlert: vi.fn(), onTrouble: vi.fn(), onReplaced: vi.fn(), now: () => 0 };
  return { api, store, options, controller: new DeskController(api, store, options) };
}

const heldSeqs = (desk: ReturnType<typeof aDesk>, id: string) =>
  desk.store.read().threads[id]?.messages.map((message) => message.seq);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a reconnect reads the lists and the open conversation after its last message", async () => {
  const desk = aDesk();
  desk.api.conversation.mockResolvedValue(aDetail("a", messages(1, 4)));
  desk.api.conversations.mockResolvedValue([aSummary("a", { last_seq: 4 })]);
  desk.controller.onConnection("online");
  await desk.controller.open("a");
  vi.clearAllMocks();
  desk.api.messages.mockResolvedValue([aMessage(5), aMessage(6)]);

  desk.controller.onConnection("offline");
  desk.controller.onConnection("online");
  await vi.waitFor(() => expect(heldSeqs(desk, "a")).toEqual([1, 2, 3, 4, 5, 6]));

  expect(desk.api.messages).toHaveBeenCalledWith("a", 4);
  expect(desk.api.queue).toHaveBeenCalledOnce();
  expect(desk.api.conversations).toHaveBeenCalledWith("mine");
});

test("a reconnect reads the whole conversation when its owner changed meanwhile", async () => {
  const desk = aDesk();
  desk.api.conversation.mockResolvedValue(aDetail("a", messages(1, 1), { epoch: 2 }));
  await desk.controller.open("a");
  desk.api.conversation.mockResolvedValue(aDetail("a", messages(1, 1), { epoch: 3, owner: "bot", agent: null }));

  await desk.controller.resync();

  expect(desk.store.read().threads.a?.conversation.owner).toBe("bot");
});

test("a gap in the live messages is filled from the server", async () => {
  const desk = aDesk();
  desk.api.conversation.mockResolvedValue(aDetail("a", messages(1, 2)));
  await desk.controller.open("a");
  desk.api.messages.mockResolvedValue(messages(3, 5));

  desk.controller.onEvent({ type: "message", conversation_id: "a", message: aMessage(5) });
  await vi.waitFor(() => expect(heldSeqs(desk, "a")).toEqual([1, 2, 3, 4, 5]));

  expect(desk.api.messages).toHaveBeenCalledWith("a", 2);
});

test("catching up reads page after page", async () => {
  const desk = aDesk();
  await desk.controller.open("a");
  desk.api.messages.mockResolvedValueOnce(messages(2, PAGE_LINES + 1)).mockResolvedValueOnce(messages(PAGE_LINES + 2, PAGE_LINES + 3));

  await desk.controller.resync();

  expect(desk.store.read().threads.a?.messages).toHaveLength(PAGE_LINES + 3);
});

test("a pending reply is asked about until it was delivered", async () => {
  const desk = aDesk();
  await desk.controller.open("a");
  desk.api.reply.mockResolvedValue(aMessage(2, { role: "agent", delivery: "pending" }));
  desk.api.messages.mockResolvedValueOnce([aMessage(2, { role: "agent", delivery: "pending" })]);
  desk.api.messages.mockResolvedValueOnce([aMessage(2, { role: "agent", delivery: "sent" })]);

  await desk.controller.send("a", "reply", "id-1", "hello");
  await vi.advanceTimersByTimeAsync(60_000);

  expect(desk.store.read().threads.a?.messages[1]?.delivery).toBe("sent");
  expect(desk.api.messages).toHaveBeenCalledTimes(2);
});

test("a refused reply changes nothing and tells the caller", async () => {
  const desk = aDesk();
  await desk.controller.open("a");
  desk.api.reply.mockRejectedValue(new ApiError("http", 409, { code: "handoff.not_owner" }));

  const sending = desk.controller.send("a", "reply", "id-1", "hello");

  await expect(sending).rejects.toMatchObject({ code: "handoff.not_owner" });
  expect(heldSeqs(desk, "a")).toEqual([1]);
});

test("an accept that came too late reads the queue again", async () => {
  const desk = aDesk();
  desk.api.accept.mockRejectedValue(new ApiError("http", 409, { code: "handoff.already_accepted" }));

  await expect(desk.controller.accept(7)).rejects.toBeInstanceOf(ApiError);

  expect(desk.api.queue).toHaveBeenCalledOnce();
});

test("an accepted conversation is opened", async () => {
  const desk = aDesk();
  desk.api.accept.mockResolvedValue(aSummary("c7"));

  await desk.controller.accept(7);

  expect(desk.store.read().openId).toBe("c7");
});

test("only a queue entry that is new calls the agent", async () => {
  const desk = aDesk();
  desk.api.queue.mockResolvedValue([anEscalation(1)]);
  await desk.controller.refreshQueue();
  expect(desk.options.onAlert).not.toHaveBeenCalled();
  desk.api.queue.mockResolvedValue([anEscalation(1), anEscalation(2)]);

  await desk.controller.refreshQueue();

  expect(desk.options.onAlert).toHaveBeenCalledExactlyOnceWith({ kind: "queue", name: "visitor 2" });
});

test("a customer's message calls only the agent who serves", async () => {
  const desk = aDesk(SUPERVISOR);
  desk.api.conversations.mockImplementation(async (scope) => (scope === "mine" ? [aSummary("a")] : [aSummary("a"), aSummary("b")]));
  await desk.controller.refreshLists();

  desk.controller.onEvent({ type: "message", conversation_id: "b", message: aMessage(2) });
  desk.controller.onEvent({ type: "message", conversation_id: "a", message: aMessage(2) });

  expect(desk.options.onAlert).toHaveBeenCalledExactlyOnceWith({ kind: "message", id: "a", name: "visitor a" });
});

test("typing fades when the customer just leaves", async () => {
  const desk = aDesk();

  desk.controller.onEvent({ type: "typing", conversation_id: "a", role: "customer", on: true });
  expect(desk.store.read().typing.a).toBe(true);
  await vi.advanceTimersByTimeAsync(10_000);

  expect(desk.store.read().typing.a).toBe(false);
});

test("the customer is told how far their own agent has seen, once for each new line", async () => {
  const desk = aDesk();
  desk.api.conversations.mockImplementation(async (scope) => (scope === "mine" ? [aSummary("a", { last_seq: 4 })] : []));
  desk.api.conversation.mockImplementation(async (id) => aDetail(id, messages(1, 4)));
  await desk.controller.refreshLists();
  await desk.controller.open("a");

  desk.controller.markSeen("a");
  await desk.controller.open("b");

  expect(desk.api.read).toHaveBeenCalledExactlyOnceWith("a", 4);
});

test("how far the customer has read never goes back", async () => {
  const desk = aDesk();
  await desk.controller.open("a");

  desk.controller.onEvent({ type: "read", conversation_id: "a", role: "customer", seq: 5 });
  desk.controller.onEvent({ type: "read", conversation_id: "a", role: "customer", seq: 3 });

  expect(desk.store.read().threads.a?.conversation.customer_read).toBe(5);
});

test("a conversation that cannot be read says why", async () => {
  const desk = aDesk();
  desk.api.conversation.mockRejectedValue(new ApiError("http", 403, { code: "console.not_allowed" }));

  await desk.controller.open("a");

  expect(desk.store.read().openError).toBe("error.forbidden");
});

test("a failed refresh is told unless the line is dead or the session is gone", async () => {
  const desk = aDesk();
  const failures = [new ApiError("network"), new ApiError("http", 401), new ApiError("http", 500)];

  for (const failure of failures) {
    desk.api.queue.mockRejectedValueOnce(failure);
    await desk.controller.load();
  }

  expect(desk.options.onTrouble).toHaveBeenCalledExactlyOnceWith("error.server");
});
