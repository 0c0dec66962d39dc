import { expect, test, vi } from "vitest";

import { ME } from "../testing/builders";
import { createApi } from "./client";

function aServer(...answers: Response[]) {
  const calls = vi.fn<typeof fetch>();
  answers.forEach((answer) => calls.mockResolvedValueOnce(answer));
  const onUnauthorized = vi.fn();
  return { calls, onUnauthorized, api: createApi({ onUnauthorized, fetch: calls }) };
}

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

test("a write carries the session's token", async () => {
  const { api, calls } = aServer(json(200, { agent: ME, csrf: "secret" }), json(201, { message: { seq: 1 } }));

  await api.login("K0104", "word");
  await api.reply("c/1", "id-1", "hello");

  const [path, init] = calls.mock.calls[1]!;
  expect(path).toBe("/api/conversations/c%2F1/messages");
  expect(init?.headers).toMatchObject({ "X-CSRF-Token": "secret" });
  expect(JSON.parse(String(init?.body))).toEqual({ client_id: "id-1", text: "hello" });
});

test("a refusal becomes an error with code and agent", async () => {
  const { api } = aServer(json(409, { code: "handoff.already_accepted", agent: { id: "K0105", name: "Gu" } }));

  await expect(api.accept(7)).rejects.toMatchObject({
    kind: "http",
    status: 409,
    code: "handoff.already_accepted",
    agent: { name: "Gu" },
  });
});

test("a refusal that is not JSON keeps its status", async () => {
  const { api } = aServer(new Response("<html>", { status: 502 }));

  await expect(api.queue()).rejects.toMatchObject({ kind: "http", status: 502, code: "" });
});

test("a 401 is told to the page, except for a wrong password", async () => {
  const { api, onUnauthorized } = aServer(json(401, { code: "console.login.failed" }), json(401, { code: "console.session.replaced" }));

  await expect(api.login("K0104", "wrong")).rejects.toMatchObject({ status: 401 });
  expect(onUnauthorized).not.toHaveBeenCalled();
  await expect(api.queue()).rejects.toMatchObject({ status: 401 });

  expect(onUnauthorized).toHaveBeenCalledOnce();
});

test("a server that is gone is a network error", async () => {
  const { api, calls } = aServer();
  calls.mockRejectedValueOnce(new TypeError("Failed to fetch"));

  await expect(api.queue()).rejects.toMatchObject({ kind: "network" });
});

test("a server that does not answer in time is a timeout", async () => {
  const hanging: typeof fetch = (_path, init) =>
    new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("aborted"))));
  const api = createApi({ onUnauthorized: vi.fn(), fetch: hanging, timeLimitMs: 1 });

  await expect(api.queue()).rejects.toMatchObject({ kind: "timeout" });
});
