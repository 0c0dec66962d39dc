import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import type { DeskApi } from "../../api/client";
import { ApiError } from "../../api/errors";
import type { Summary } from "../../api/types";
import { compose } from "../../hooks/useCompose";
import { DeskContext } from "../../hooks/useDeskTools";
import { LocaleProvider } from "../../locale/locale";
import { aMessage, anApi, aSummary, ME } from "../../testing/builders";
import { Composer } from "./Composer";

const CANNED = {
  id: 7, owner: null, folder: "停电", skill: "", shortcut: "td", title: "停电已登记", text: "{姓氏}，已登记。", expires_at: null,
  ends_soon: false, ended: false, version: 1, live_version: 1, state: "approved", uses: 0,
  written_by: { id: "K", name: "K" }, written_at: "", reason: "", initials: "tdydj",
}; // prettier-ignore
const SUGGESTION = { id: 3, seq: 1, kind: "knowledge", source: "tier1", title: "第一档", text: "每度 0.5 元。", intent: "", state: "shown" };
const PROMISE = {
  id: 5, conversation_id: "c1", seq: 2, agent: { id: "K0104", name: "Jiang" }, text: "今天18点前到",
  due_at: "2026-11-21T18:00:00+08:00", state: "watching", confirmed: false, reminded: false, late: false,
}; // prettier-ignore

/** A server that answers each path with what a test says. */
function server(answers: Readonly<Record<string, unknown>>): { api: DeskApi; request: ReturnType<typeof vi.fn> } {
  const request = vi.fn(async (_method: string, path: string) => {
    const key = Object.keys(answers).find((each) => path.endsWith(each));
    const answer = key === undefined ? {} : answers[key];
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { api: { ...anApi(), request: request as never }, request };
}

function show(answers: Readonly<Record<string, unknown>> = {}, conversation: Summary = aSummary("c1"), upload = vi.fn()) {
  const { api, request } = server({ "/api/canned": { canned: [CANNED], variables: ["姓氏"] }, ...answers });
  const onSend = vi.fn(async () => aMessage(9, { role: "agent" }));
  const takeIn = vi.fn();
  const tools = { api: { ...api, upload: upload as never }, areas: {}, open: vi.fn(), takeIn };
  render(
    <LocaleProvider>
      <DeskContext.Provider value={tools}>
        <Composer me={ME} conversation={conversation} online onSend={onSend} onTyping={vi.fn()} />
      </DeskContext.Provider>
    </LocaleProvider>,
  );
  return { request, onSend, takeIn };
}

const input = () => screen.getByTestId<HTMLTextAreaElement>("reply-input");
const write = (text: string) => fireEvent.change(input(), { target: { value: text } });
const called = (request: ReturnType<typeof vi.fn>, path: string) => request.mock.calls.some((call) => String(call[1]).endsWith(path));

test("a slash opens the list, Enter puts the filled reply in and does not send", async () => {
  const { request, onSend } = show({ "/canned/7": { text: "林，已登记。", missing: [] } });
  await waitFor(() => expect(called(request, "/api/canned")).toBe(true));
  write("您好，/td");
  await screen.findByTestId("canned-hit-td");

  fireEvent.keyDown(input(), { key: "Enter" });

  await waitFor(() => expect(input().value).toBe("您好，林，已登记。"));
  expect(onSend).not.toHaveBeenCalled();
  fireEvent.keyDown(input(), { key: "Enter" });
  await waitFor(() => expect(called(request, "/api/canned/7/uses")).toBe(true));
});

test("a blank nothing is known for is marked, and the reply cannot be sent", async () => {
  const { request, onSend } = show({ "/canned/7": { text: "{姓氏}，已登记。", missing: ["姓氏"] } });
  await waitFor(() => expect(called(request, "/api/canned")).toBe(true));
  write("/td");
  await screen.findByTestId("canned-hit-td");
  fireEvent.keyDown(input(), { key: "Enter" });

  expect((await screen.findByTestId("blanks")).textContent).toContain("姓氏");
  fireEvent.keyDown(input(), { key: "Enter" });

  expect(onSend).not.toHaveBeenCalled();
  expect(screen.getByTestId<HTMLButtonElement>("reply-send").disabled).toBe(true);
});

test("Escape shuts the list and keeps the slash", async () => {
  show();
  await waitFor(() => write("/td"));
  await screen.findByTestId("canned-palette");

  fireEvent.keyDown(input(), { key: "Escape" });

  expect(screen.queryByTestId("canned-palette")).toBeNull();
  expect(input().value).toBe("/td");
});

test("a suggestion is taken by a key, and what was sent of it is told", async () => {
  const { request } = show({ "/suggestions": { suggestions: [SUGGESTION] } });
  await screen.findByTestId("suggestion-1");

  fireEvent.keyDown(input(), { key: "1", altKey: true });
  expect(input().value).toBe("每度 0.5 元。");
  fireEvent.keyDown(input(), { key: "Enter" });

  await waitFor(() => expect(called(request, "/api/suggestions/3/sent")).toBe(true));
  const sent = request.mock.calls.find((call) => String(call[1]).endsWith("/sent"));
  expect(sent?.[2]).toEqual({ seq: 9 });
});

test("a suggestion is refused by a press", async () => {
  const { request } = show({ "/suggestions": { suggestions: [SUGGESTION] } });

  fireEvent.click(await screen.findByTestId("suggestion-reject-1"));

  await waitFor(() => expect(request).toHaveBeenCalledWith("POST", "/api/suggestions/3", { state: "rejected" }));
});

test("a promise that was heard is confirmed by one press", async () => {
  const { request } = show({ "/promises": { promises: [PROMISE] } });

  fireEvent.click(await screen.findByTestId("promise-confirm"));

  await waitFor(() => expect(request).toHaveBeenCalledWith("POST", "/api/promises/5", { act: "confirm", due_at: "" }));
});

const QUOTA = { left: 2, most: 5, reachable: true, window_open: true, window_ends_at: "2026-11-23T10:00:00+08:00" };
const WECHAT = aSummary("c1", { channel: "wechat" });

test("two messages left in WeChat are a warning", async () => {
  show({ "/quota": { quota: QUOTA } }, WECHAT);

  expect((await screen.findByTestId("quota-left")).dataset.level).toBe("low");
});

test("with none left nothing is sent until the agent chooses what happens to it", async () => {
  const { onSend } = show({ "/quota": { quota: { ...QUOTA, left: 0 } } }, WECHAT);
  await screen.findByTestId("quota-block");
  write("师傅明天到");
  fireEvent.keyDown(input(), { key: "Enter" });
  expect(onSend).not.toHaveBeenCalled();

  fireEvent.click(screen.getByTestId("quota-queue"));
  fireEvent.keyDown(input(), { key: "Enter" });

  await waitFor(() => expect(onSend).toHaveBeenCalledOnce());
});

test("an @ in a note names a colleague", async () => {
  const { request } = show({ "/api/colleagues": { colleagues: [{ id: "K0105", name: "顾南乔", role: "agent" }] } });
  await waitFor(() => expect(called(request, "/api/colleagues")).toBe(true));
  fireEvent.click(screen.getByTestId("mode-note"));
  write("请 @顾");
  await screen.findByTestId("name-hit-K0105");

  fireEvent.keyDown(input(), { key: "Enter" });

  expect(input().value).toBe("请 @顾南乔 ");
});

test("a pasted picture waits in the tray and is sent once, an unfit file is refused", async () => {
  const upload = vi.fn(async () => ({ message: aMessage(10, { role: "agent" }) }));
  const { takeIn } = show({}, undefined, upload);
  const picture = new File(["x"], "表箱.png", { type: "image/png" });
  const program = new File(["x"], "a.exe", { type: "application/x-msdownload" });
  const items = [picture, program].map((file) => ({ kind: "file", getAsFile: () => file }));

  fireEvent.paste(input(), { clipboardData: { items } });
  expect((await screen.findByTestId("file-tray")).textContent).toContain("表箱.png");
  fireEvent.click(screen.getByTestId("files-send"));

  await waitFor(() => expect(takeIn).toHaveBeenCalledOnce());
  expect(upload).toHaveBeenCalledOnce();
});

test("a session that ends in the middle of a sentence keeps the sentence", async () => {
  const failing = vi.fn(async () => {
    throw new ApiError("http", 401, { code: "console.session.expired" });
  });
  const { unmount } = render(
    <LocaleProvider>
      <Composer me={ME} conversation={aSummary("c1")} online onSend={failing} onTyping={vi.fn()} />
    </LocaleProvider>,
  );
  write("师傅已经出发");
  fireEvent.keyDown(input(), { key: "Enter" });
  await screen.findByTestId("send-error");
  unmount(); // the log-in page takes the desk's place

  show();

  expect(input().value).toBe("师傅已经出发");
});

test("ten thousand characters are refused with a clear word and kept", async () => {
  const { onSend } = show();
  const long = "字".repeat(10_000);
  write(long);
  fireEvent.keyDown(input(), { key: "Enter" });

  expect(onSend).not.toHaveBeenCalled();
  expect(screen.getByTestId("count").textContent).toContain("8000");
  expect(input().value).toBe(long);
});

test("words put in from beside the chat lead into the field, so that Enter sends them", async () => {
  const { onSend } = show();

  act(() => compose("c1", "师傅已经出发"));
  await waitFor(() => expect(document.activeElement).toBe(input()));
  fireEvent.keyDown(input(), { key: "Enter" });

  await waitFor(() => expect(onSend).toHaveBeenCalledOnce());
});
