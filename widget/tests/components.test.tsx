/** What the customer sees and can do, without a browser. */

import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ChatCard } from "../src/components/ChatCard/ChatCard";
import { Composer } from "../src/components/Composer/Composer";
import { MessageList } from "../src/components/MessageList/MessageList";
import { formatDay, openChoices } from "../src/components/MessageList/timeline";
import { linkLabel, splitLinks } from "../src/components/MessageRow/links";
import type { ChatSnapshot } from "../src/connection/chat_connection";
import { emptyConversation } from "../src/connection/conversation";
import type { Message } from "../src/connection/wire";
import words from "../src/locales/zh-CN.json";

afterEach(cleanup);

function line(seq: number, more: Partial<Message> = {}): Message {
  return { seq, role: "bot", at: "2026-11-21T10:00:00+08:00", text: `第${seq}句`, ...more };
}

function chatOf(...messages: Message[]): ChatSnapshot {
  return { ...emptyConversation(), messages, lastSeq: messages.length, phase: "online", unsent: [], picture: null, past: "idle" };
}

function renderList(chat: ChatSnapshot, onPress = vi.fn()) {
  render(<MessageList chat={chat} isWatched onPress={onPress} onRetry={vi.fn()} onSeen={vi.fn()} onOlder={vi.fn()} />);
  return onPress;
}

describe("quick replies", () => {
  const buttons = [{ label: "是", payload: "确认报修" }];

  test("a press hands over label and payload", () => {
    const onPress = renderList(chatOf(line(1, { buttons })));

    fireEvent.click(screen.getByTestId("quick-reply"));

    expect(onPress).toHaveBeenCalledWith({ label: "是", payload: "确认报修" });
  });

  test("only the last line of the assistant has open choices", () => {
    expect(openChoices([line(1, { buttons }), line(2)], [])).toEqual([]);
  });

  test("an answer on its way closes the choices", () => {
    const item = { frame: { type: "message", client_id: "c1", text: "是" }, at: 0, state: "sending" } as const;

    expect(openChoices([line(1, { buttons })], [item])).toEqual([]);
  });

  test("a system line after the question leaves them open", () => {
    expect(openChoices([line(1, { buttons }), line(2, { role: "system" })], [])).toEqual(buttons);
  });
});

describe("message list", () => {
  test("draws markup as text", () => {
    renderList(chatOf(line(1, { text: "<img src=x onerror=alert(1)>" })));

    expect(screen.getByTestId("message").textContent).toContain("<img src=x onerror=alert(1)>");
    expect(document.querySelector("img")).toBeNull();
  });

  test("introduces the assistant until the customer has spoken", () => {
    renderList(chatOf(line(1), line(2, { role: "customer" })));

    expect(screen.queryByTestId("welcome")).toBeNull();
  });
});

describe("card", () => {
  test("shows title, rows, total and note", () => {
    const rows = [{ label: "用电量", value: "318 度" }];
    const total = { label: "合计", value: "190.20 元" };

    render(<ChatCard card={{ kind: "bill", title: "2026年10月电费", rows, total, note: "含阶梯" }} />);

    const text = screen.getByTestId("card").textContent;
    ["2026年10月电费", "用电量", "318 度", "合计", "190.20 元", "含阶梯"].forEach((part) => expect(text).toContain(part));
  });
});

describe("composer", () => {
  function renderComposer() {
    const onSend = vi.fn();
    render(<Composer onSend={onSend} onTyping={vi.fn()} />);
    return { onSend, field: screen.getByTestId<HTMLTextAreaElement>("chat-input") };
  }

  test("Enter sends the trimmed text and clears the field", () => {
    const { onSend, field } = renderComposer();
    fireEvent.change(field, { target: { value: "  查电费 " } });

    fireEvent.keyDown(field, { key: "Enter" });

    expect(onSend).toHaveBeenCalledWith("查电费");
    expect(field.value).toBe("");
  });

  test.each([
    ["while composing", { key: "Enter", isComposing: true }],
    ["on the Enter Safari sends at the end of composing", { key: "Enter", keyCode: 229 }],
    ["with Shift", { key: "Enter", shiftKey: true }],
  ])("Enter does not send %s", (_case, key) => {
    const { onSend, field } = renderComposer();
    fireEvent.change(field, { target: { value: "查电费" } });

    fireEvent.keyDown(field, key);

    expect(onSend).not.toHaveBeenCalled();
  });

  test("more than the limit is not sent and says how much to remove", () => {
    const { onSend, field } = renderComposer();
    fireEvent.change(field, { target: { value: "长".repeat(2003) } });

    fireEvent.keyDown(field, { key: "Enter" });

    expect(onSend).not.toHaveBeenCalled();
    expect(screen.getByRole("alert").textContent).toContain("请删去 3 字");
  });

  test("the counter appears from 1,800 characters", () => {
    const { field } = renderComposer();

    fireEvent.change(field, { target: { value: "长".repeat(1800) } });

    expect(screen.getByText("1800/2000")).toBeTruthy();
  });
});

describe("links", () => {
  test.each([
    ["见 https://a.cn/x?y=1。谢谢", ["https://a.cn/x?y=1"]],
    ["http://a.cn，https://b.cn", ["http://a.cn", "https://b.cn"]],
    ["javascript:alert(1) ftp://a.cn", []],
  ])("finds the addresses of %s", (text, addresses) => {
    const parts = splitLinks(text);

    expect(parts.filter((part) => part.href).map((part) => part.href)).toEqual(addresses);
    expect(parts.map((part) => part.text).join("")).toBe(text);
  });

  test.each([
    ["https://pay.example.cn/p/Y26112100001?signature=f454b05efe6ec1b2cb77e2d0b3b00a08", "pay.example.cn/p/Y26112100001…"],
    ["https://example.cn/", "example.cn"],
    [`https://example.cn/${"a".repeat(60)}`, `example.cn/${"a".repeat(33)}…`],
  ])("shows of %s where it leads", (href, label) => {
    expect(linkLabel(href)).toBe(label);
  });
});

describe("days", () => {
  const now = new Date("2026-11-21T10:00:00+08:00");

  test.each([
    ["2026-11-21T00:10:00+08:00", "今天"],
    ["2026-11-20T23:50:00+08:00", "昨天"],
    ["2026-11-15T10:00:00+08:00", "11月15日 周日"],
    ["2025-12-31T10:00:00+08:00", "2025年12月31日 周三"],
  ])("%s is %s", (at, said) => {
    expect(formatDay(new Date(at), now, words.time)).toBe(said);
  });
});
