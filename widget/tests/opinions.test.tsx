/** What the customer says about answers and services: the thumbs, the survey, the marks and the used choices. */

import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, test, vi } from "vitest";
import { MessageList } from "../src/components/MessageList/MessageList";
import { traitsOf } from "../src/components/MessageList/timeline";
import { OpinionsContext, type Opinions } from "../src/components/Survey/opinions";
import { Survey } from "../src/components/Survey/Survey";
import { Thumbs } from "../src/components/Thumbs/Thumbs";
import type { ChatSnapshot } from "../src/connection/chat_connection";
import { emptyConversation } from "../src/connection/conversation";
import { MemoryStore } from "../src/connection/storage";
import type { Evaluation, Message } from "../src/connection/wire";

afterEach(cleanup);

const AT = "2026-11-21T10:00:00+08:00";

function line(seq: number, more: Partial<Message> = {}): Message {
  return { seq, role: "bot", at: AT, text: `第${seq}句`, ...more };
}

function said(seq: number, value: number, more: Partial<Evaluation> = {}): Evaluation {
  return { seq, kind: value > 1 ? "service" : "answer", value, at: new Date().toISOString(), ...more };
}

function opinions(more: Partial<Opinions> = {}): Opinions {
  return { given: {}, surveySeq: 9, give: vi.fn(async () => null), store: new MemoryStore(), ...more };
}

function renderWith(held: Opinions, child: JSX.Element) {
  return render(<OpinionsContext.Provider value={held}>{child}</OpinionsContext.Provider>);
}

describe("survey", () => {
  test("takes stars, shows their word, and sends them with the comment", async () => {
    const held = opinions();
    renderWith(held, <Survey seq={9} at={AT} />);
    expect(screen.getByTestId<HTMLButtonElement>("survey-submit").disabled).toBe(true);

    fireEvent.click(screen.getAllByTestId("survey-star")[3]!);
    fireEvent.change(screen.getByTestId("survey-comment"), { target: { value: " 很耐心 " } });
    fireEvent.click(screen.getByTestId("survey-submit"));

    expect(screen.getByTestId("survey").textContent).toContain("满意");
    await waitFor(() => expect(held.give).toHaveBeenCalledWith({ seq: 9, value: 4, comment: "很耐心" }));
  });

  test("takes 200 characters of comment and no more", () => {
    renderWith(opinions(), <Survey seq={9} at={AT} />);

    expect(screen.getByTestId<HTMLTextAreaElement>("survey-comment").maxLength).toBe(200);
  });

  test("shows what was said, and lets it be changed for a day", () => {
    renderWith(opinions({ given: { 9: said(9, 5, { comment: "快" }) } }), <Survey seq={9} at={AT} />);
    expect(screen.getByTestId("survey-given").textContent).toContain("5 星 很满意");
    expect(screen.getByTestId("survey-given").textContent).toContain("快");

    fireEvent.click(screen.getByTestId("survey-change"));

    expect(screen.getAllByTestId<HTMLInputElement>("survey-star")[4]!.checked).toBe(true);
    cleanup();
    const old = new Date(Date.now() - 25 * 3_600_000).toISOString();
    renderWith(opinions({ given: { 9: said(9, 5, { at: old }) } }), <Survey seq={9} at={AT} />);
    expect(screen.queryByTestId("survey-change")).toBeNull();
  });

  test("does not open by itself twice", () => {
    const held = opinions();
    const { unmount } = renderWith(held, <Survey seq={9} at={AT} />);
    fireEvent.click(screen.getByTestId("survey-later"));
    unmount();

    renderWith(held, <Survey seq={9} at={AT} />);
    expect(screen.queryByTestId("survey")).toBeNull();
    fireEvent.click(screen.getByTestId("survey-open"));

    expect(screen.getByTestId("survey")).toBeTruthy();
  });

  test("of an older service does not open by itself", () => {
    renderWith(opinions({ surveySeq: 20 }), <Survey seq={9} at={AT} />);

    expect(screen.queryByTestId("survey")).toBeNull();
    expect(screen.getByTestId("survey-open")).toBeTruthy();
  });

  test("says why it was not taken and stays open", async () => {
    renderWith(opinions({ give: async () => "evaluation.closed" }), <Survey seq={9} at={AT} />);

    fireEvent.click(screen.getAllByTestId("survey-star")[0]!);
    fireEvent.click(screen.getByTestId("survey-submit"));

    expect((await screen.findByRole("alert")).textContent).toContain("已经过了一天");
    expect(screen.getByTestId("survey")).toBeTruthy();
  });
});

describe("thumbs", () => {
  test("up is sent, and shown by what the server holds", () => {
    const held = opinions();
    renderWith(held, <Thumbs seq={2} />);

    fireEvent.click(screen.getByTestId("thumb_up"));

    expect(held.give).toHaveBeenCalledWith({ seq: 2, value: 1 });
    expect(screen.getByTestId("thumb_up").getAttribute("aria-pressed")).toBe("false");
  });

  test("down offers reasons, and can be turned to up", () => {
    const held = opinions({ given: { 2: said(2, -1, { reason: "wrong" }) } });
    renderWith(held, <Thumbs seq={2} />);
    expect(screen.getByTestId("fault-wrong").getAttribute("aria-pressed")).toBe("true");
    expect(screen.getAllByRole("button").map((button) => button.textContent).filter(Boolean)).toEqual(["没答对", "没听懂", "太长", "其他"]);

    fireEvent.click(screen.getByTestId("fault-too_long"));
    fireEvent.click(screen.getByTestId("thumb_up"));

    expect(vi.mocked(held.give).mock.calls).toEqual([[{ seq: 2, value: -1, reason: "too_long" }], [{ seq: 2, value: 1 }]]);
  });

  test("say why it was not taken", async () => {
    renderWith(opinions({ give: async () => "web.unreachable" }), <Thumbs seq={2} />);

    fireEvent.click(screen.getByTestId("thumb_down"));

    expect((await screen.findByRole("alert")).textContent).toContain("网络不通");
  });
});

describe("traits of lines", () => {
  const buttons = [
    { label: "是", payload: "确认" },
    { label: "不是", payload: "否认" },
  ];
  const asked = line(1, { role: "customer", text: "查电费" });

  test("the last bubble of each answer is evaluated, and no greeting", () => {
    const lines = [line(1), line(2, { role: "customer" }), line(3), line(4), line(5, { role: "customer" }), line(6), line(7, { role: "system" })];

    const ends = lines.filter((one) => traitsOf(lines, 0).get(one.seq)?.endsTurn).map((one) => one.seq);

    expect(ends).toEqual([4, 6]);
  });

  test.each([
    ["pressed", [asked, line(2, { buttons }), line(3, { role: "customer", text: "是" })], "是"],
    ["answered in other words", [asked, line(2, { buttons }), line(3, { role: "customer", text: "随便" })], undefined],
    ["overtaken by another question", [asked, line(2, { buttons }), line(3), line(4, { role: "customer", text: "是" })], undefined],
    ["answered after a word of the system", [asked, line(2, { buttons }), line(3, { role: "system" }), line(4, { role: "customer", text: "不是" })], "不是"],
  ])("choices that were %s", (_case, lines, chosen) => {
    expect(traitsOf(lines, 0).get(2)?.chosen).toBe(chosen);
  });

  test.each([
    [1, "delivered"],
    [3, "read"],
    [9, "read"],
  ])("the newest own line is, with the agent at %s, %s", (agentRead, mark) => {
    const traits = traitsOf([asked, line(2), line(3, { role: "customer" }), line(4)], agentRead);

    expect(traits.get(3)?.mark).toBe(mark);
    expect(traits.get(1)?.mark).toBeUndefined();
  });
});

describe("list", () => {
  function show(more: Partial<ChatSnapshot>, onOlder = vi.fn()) {
    const chat: ChatSnapshot = { ...emptyConversation(), phase: "online", unsent: [], picture: null, past: "idle", ...more };
    render(<MessageList chat={chat} isWatched onPress={vi.fn()} onRetry={vi.fn()} onSeen={vi.fn()} onOlder={onOlder} />);
    return onOlder;
  }

  test("offers older lines where there are some", () => {
    const onOlder = show({ messages: [line(61)] });

    fireEvent.click(screen.getByTestId("older"));

    expect(onOlder).toHaveBeenCalled();
    expect(screen.queryByTestId("welcome")).toBeNull();
  });

  test.each([
    ["the first line is here", { messages: [line(1)] }],
    ["everything before is known to be empty", { messages: [line(3)], isWhole: true }],
  ])("offers none when %s", (_case, more) => {
    show(more);

    expect(screen.queryByTestId("older")).toBeNull();
  });

  test("asks for older lines when the customer scrolls up to the top", () => {
    const onOlder = show({ messages: [line(61)] });

    fireEvent.scroll(screen.getByTestId("list"));

    expect(onOlder).toHaveBeenCalledOnce();
  });

  test("marks what waits for the network", () => {
    const frame = { type: "message", client_id: "client-1", text: "一" } as const;

    show({ phase: "reconnecting", unsent: [{ frame, at: 0, state: "sending" }] });

    expect(screen.getByTestId("waiting").textContent).toContain("联网后自动发出");
  });

  test("shows used choices, a survey and a mark in their lines", () => {
    const buttons = [{ label: "是", payload: "确认" }];
    show({ messages: [line(1, { role: "customer" }), line(2, { buttons }), line(3, { role: "customer", text: "是" }), line(4, { role: "system", survey: true })] });

    expect(screen.getByTestId("used-replies").querySelector("[data-used=true]")?.textContent).toBe("是");
    expect(screen.getByTestId("mark").dataset.mark).toBe("delivered");
    expect(screen.getByTestId("survey-open")).toBeTruthy();
    expect(screen.queryByTestId("quick-reply")).toBeNull();
  });
});
