/** What elder mode, the settings and a screen reader get, without a browser. */

import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Announcer } from "../src/components/Announcer/Announcer";
import { Settings } from "../src/components/Settings/Settings";
import { Shortcuts } from "../src/components/Shortcuts/Shortcuts";
import { Welcome } from "../src/components/Welcome/Welcome";
import { ChatConnection } from "../src/connection/chat_connection";
import { MemoryStore } from "../src/connection/storage";
import type { Message } from "../src/connection/wire";
import { LocaleContext, type Locale } from "../src/locales/locale";
import english from "../src/locales/en.json";
import chinese from "../src/locales/zh-CN.json";
import { ChatApp } from "../src/page/ChatApp";
import type { Look } from "../src/page/look";
import { LookContext } from "../src/page/use_look";
import { FakeDoor } from "./fake_door";

const LOOK: Look = { language: "zh-CN", theme: "auto", isElder: false };

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addListener: vi.fn(), removeListener: vi.fn() }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function line(seq: number, more: Partial<Message> = {}): Message {
  return { seq, role: "bot", at: "2026-11-21T10:00:00+08:00", text: `第${seq}句`, ...more };
}

function spoken(): string[] {
  return within(screen.getByRole("log")).queryAllByText(/./).map((paragraph) => paragraph.textContent ?? "");
}

describe("the announcer", () => {
  test("is a polite log of additions", () => {
    render(<Announcer messages={[]} historySeq={0} />);

    const log = screen.getByRole("log");

    expect([log.getAttribute("aria-live"), log.getAttribute("aria-relevant")]).toEqual(["polite", "additions"]);
  });

  test("says nothing of the history, and nothing before it is known", () => {
    const { rerender } = render(<Announcer messages={[line(1)]} historySeq={null} />);
    expect(spoken()).toEqual([]);

    rerender(<Announcer messages={[line(1), line(2)]} historySeq={2} />);

    expect(spoken()).toEqual([]);
  });

  test("says what the others say afterwards, never the customer's own", () => {
    const agent = { id: "K1", name: "江一苇" };
    const came = [line(1), line(2, { role: "customer" }), line(3), line(4, { role: "agent", agent }), line(5, { role: "system" })];

    render(<Announcer messages={came} historySeq={1} />);

    expect(spoken()).toEqual(["电小智：第3句", "江一苇：第4句", "系统提示：第5句"]);
  });

  test("keeps the same element for a line already said, also in another language", () => {
    const inWords = (words: Locale, ...messages: Message[]): JSX.Element => (
      <LocaleContext.Provider value={words}>
        <Announcer messages={messages} historySeq={0} />
      </LocaleContext.Provider>
    );
    const { rerender } = render(inWords(chinese, line(1)));
    const first = screen.getByRole("log").firstChild;

    rerender(inWords(english, line(1), line(2)));

    expect(screen.getByRole("log").firstChild).toBe(first);
    expect(spoken()).toEqual(["电小智：第1句", "Dian Xiaozhi: 第2句"]);
  });

  test("reads a card and the answers offered", () => {
    const card = { kind: "bill", title: "10月电费", rows: [{ label: "用电量", value: "318 度" }], total: { label: "合计", value: "190.20 元" } };
    const buttons = [
      { label: "是", payload: "y" },
      { label: "否", payload: "n" },
    ];

    render(<Announcer messages={[line(1, { card, buttons })]} historySeq={0} />);

    expect(spoken()).toEqual(["电小智：第1句。10月电费。用电量 318 度。合计 190.20 元。可以选择：是、否"]);
  });
});

describe("the shortcuts", () => {
  function renderShortcuts(look: Partial<Look>, props: Partial<Parameters<typeof Shortcuts>[0]> = {}) {
    const onShortcut = vi.fn();
    const change = vi.fn();
    render(
      <LookContext.Provider value={{ look: { ...LOOK, ...look }, change }}>
        <Shortcuts owner="bot" hasChoices={false} onShortcut={onShortcut} {...props} />
      </LookContext.Provider>,
    );
    return { onShortcut, change, labels: () => screen.queryAllByRole("button").map((button) => button.textContent) };
  }

  test("send their sentence", () => {
    const { onShortcut } = renderShortcuts({});

    fireEvent.click(screen.getAllByTestId("shortcut")[0]!);

    expect(onShortcut).toHaveBeenCalledWith({ label: "查电费", text: "查电费" });
  });

  test("begin with the way into elder mode", () => {
    const { change, labels } = renderShortcuts({});

    fireEvent.click(screen.getByTestId("elder-entry"));

    expect(labels()[0]).toBe("关怀模式");
    expect(change).toHaveBeenCalledWith({ isElder: true });
  });

  test("are few in elder mode, a person among them", () => {
    expect(renderShortcuts({ isElder: true }).labels()).toEqual(["查电费", "报修停电", "转人工"]);
  });

  test("leave in elder mode only the person beside an open question", () => {
    expect(renderShortcuts({ isElder: true }, { hasChoices: true }).labels()).toEqual(["转人工"]);
  });

  test("say in elder mode that the customer is in the queue", () => {
    renderShortcuts({ isElder: true }, { owner: "queue" });

    expect(screen.getByTestId<HTMLButtonElement>("human-button").disabled).toBe(true);
    expect(screen.getByTestId("human-button").textContent).toBe("正在排队");
  });

  test.each([true, false])("are gone while a person serves (elder: %s)", (isElder) => {
    expect(renderShortcuts({ isElder }, { owner: "agent" }).labels()).toEqual([]);
  });
});

describe("the introduction", () => {
  test("shows the operator's sentence in place of ours", () => {
    render(<Welcome greeting="您好，缴费点这里" />);

    expect(screen.getByTestId("greeting").textContent).toBe("您好，缴费点这里");
  });
});

describe("the settings", () => {
  function Stage({ onClose }: { onClose(returnsFocus: boolean): void }): JSX.Element {
    const [look, setLook] = useState(LOOK);
    return (
      <LookContext.Provider value={{ look, change: (choice) => setLook({ ...look, ...choice }) }}>
        <button>elsewhere</button>
        <Settings opener={{ current: null }} onClose={onClose} />
      </LookContext.Provider>
    );
  }

  test("take the focus and give it back on Escape", () => {
    const onClose = vi.fn();
    render(<Stage onClose={onClose} />);

    expect(document.activeElement).toBe(screen.getByRole("dialog"));
    fireEvent.keyDown(screen.getByRole("dialog"), { key: "Escape" });

    expect(onClose).toHaveBeenCalledWith(true);
  });

  test("close when the focus or a press goes elsewhere, and leave it there", () => {
    const onClose = vi.fn();
    render(<Stage onClose={onClose} />);

    fireEvent.pointerDown(screen.getByText("elsewhere"));
    fireEvent.blur(screen.getByRole("dialog"), { relatedTarget: screen.getByText("elsewhere") });

    expect(onClose.mock.calls).toEqual([[false], [false]]);
  });

  test("are radio buttons and a switch with their states", () => {
    render(<Stage onClose={vi.fn()} />);

    fireEvent.click(screen.getByLabelText("English"));
    fireEvent.click(screen.getByLabelText("深色"));
    fireEvent.click(screen.getByRole("switch"));

    expect(screen.getByLabelText<HTMLInputElement>("English").checked).toBe(true);
    expect(screen.getByLabelText<HTMLInputElement>("深色").checked).toBe(true);
    expect(screen.getByRole("switch").getAttribute("aria-checked")).toBe("true");
  });
});

describe("the whole chat", () => {
  async function renderChat(store: MemoryStore, look: Partial<Look> = {}) {
    const door = new FakeDoor();
    const connection = new ChatConnection(door.ports(store));
    const options = { isEmbedded: false, title: null, accent: null, look: {} };
    render(<ChatApp connection={connection} options={options} look={{ ...LOOK, ...look }} store={store} />);
    await screen.findByTestId("chat-input");
    return connection;
  }

  test("speaks the chosen language at once and keeps it for the next visit", async () => {
    const store = new MemoryStore();
    await renderChat(store);

    fireEvent.click(screen.getByTestId("settings-button"));
    fireEvent.click(screen.getByTestId("choice-zh-TW"));

    expect((await screen.findByRole("dialog", { name: "顯示設定" })).id).toBe("settings");
    expect(document.documentElement.lang).toBe("zh-TW");
    expect(JSON.parse(store.get("gridtalk.look") ?? "{}")).toEqual({ language: "zh-TW" });
  });

  test("gives the focus back to the button of the settings", async () => {
    await renderChat(new MemoryStore());
    const button = screen.getByTestId("settings-button");

    fireEvent.click(button);
    expect(button.getAttribute("aria-expanded")).toBe("true");
    act(() => screen.getByTestId("settings-close").click());

    expect(document.activeElement).toBe(button);
    expect(screen.queryByTestId("settings")).toBeNull();
  });

  test("shows the label of a shortcut and sends what the assistant understands", async () => {
    const connection = await renderChat(new MemoryStore(), { language: "en" });

    const press = vi.spyOn(connection, "press");

    fireEvent.click(await screen.findByText("My bill"));

    expect(press).toHaveBeenCalledWith({ label: "My bill", payload: "查电费" });
  });
});
