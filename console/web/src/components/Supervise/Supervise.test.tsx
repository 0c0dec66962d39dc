import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App as Antd } from "antd";
import { expect, test } from "vitest";

import { ApiError } from "../../api/errors";
import { LocaleProvider } from "../../locale/locale";
import { initialState } from "../../state/model";
import { aDetail, anApi, SUPERVISOR } from "../../testing/builders";
import { Supervise } from "./Supervise";

const JIANG = { id: "K0104", name: "Jiang" };

function show(agent: typeof JIANG | null, present: object[] = []) {
  const api = anApi();
  api.request.mockImplementation(async (_method: string, path: string) => (path.endsWith("/attendance") ? { present } : { message: {} }));
  const detail = aDetail("web:v1", [], { agent, owner: agent ? "agent" : "bot" });
  const thread = { ...detail, messages: [] };
  render(
    <LocaleProvider>
      <Antd>
        <Supervise state={initialState(SUPERVISOR)} thread={thread} api={api} />
      </Antd>
    </LocaleProvider>,
  );
  return api;
}

function calls(api: ReturnType<typeof anApi>): string[] {
  return api.request.mock.calls.filter(([method]) => method === "POST").map(([, path]) => String(path));
}

test("a whisper goes to the agent and the field is empty again", async () => {
  const api = show(JIANG);
  fireEvent.change(screen.getByTestId("whisper-text"), { target: { value: "be kind" } });

  fireEvent.click(screen.getByTestId("whisper-send"));

  await waitFor(() => expect(screen.getByTestId("whisper-text")).toHaveProperty("value", ""));
  expect(calls(api)).toEqual(["/api/conversations/web%3Av1/whisper"]);
});

test("a refused line stays and goes out again under the same id", async () => {
  const api = show(JIANG);
  api.request.mockRejectedValueOnce(new ApiError("network"));
  fireEvent.change(screen.getByTestId("whisper-text"), { target: { value: "be kind" } });

  fireEvent.click(screen.getByTestId("whisper-send"));
  await waitFor(() => expect(calls(api)).toHaveLength(1));
  fireEvent.click(await screen.findByTestId("whisper-send"));
  await waitFor(() => expect(calls(api)).toHaveLength(2));

  const ids = api.request.mock.calls.filter(([method]) => method === "POST").map(([, , body]) => (body as { client_id: string }).client_id);
  expect(ids[0]).toBe(ids[1]);
});

test("only who has joined may speak to the customer", async () => {
  show(JIANG, [{ agent: { id: SUPERVISOR.id, name: SUPERVISOR.name }, kind: "join", since: "2026-11-21T10:00:00+08:00" }]);

  expect(await screen.findByTestId("join-text")).toBeTruthy();
});

test("where no agent serves there is nobody to whisper to", async () => {
  show(null);

  expect(await screen.findByTestId("watch")).toBeTruthy();
  expect(screen.queryByTestId("whisper-text")).toBeNull();
  expect(screen.queryByTestId("join")).toBeNull();
});
