/** The entries in the settings, the sound, and what calls for attention in several tabs. */

import { act, cleanup, fireEvent, render, renderHook, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Tools } from "../src/components/Tools/Tools";
import type { ChatSnapshot } from "../src/connection/chat_connection";
import { emptyConversation } from "../src/connection/conversation";
import { MemoryStore } from "../src/connection/storage";
import type { Message } from "../src/connection/wire";
import { useMissed } from "../src/page/use_attention";
import { useSound } from "../src/page/use_sound";

afterEach(cleanup);

function line(seq: number, role: Message["role"] = "bot"): Message {
  return { seq, role, at: `2026-11-21T10:00:0${seq}+08:00`, text: "您好" };
}

function chatOf(messages: Message[], customerRead = 0): ChatSnapshot {
  return { ...emptyConversation(), messages, customerRead, phase: "online", unsent: [], picture: null, past: "idle" };
}

describe("tools", () => {
  function show(onTranscript = async (): Promise<string | null> => null) {
    const onSound = vi.fn();
    render(<Tools hasSound={false} onSound={onSound} onTranscript={onTranscript} />);
    return onSound;
  }

  test("switch the sound on", () => {
    const onSound = show();
    expect(screen.getByRole("switch").getAttribute("aria-checked")).toBe("false");

    fireEvent.click(screen.getByTestId("sound-switch"));

    expect(onSound).toHaveBeenCalledWith(true);
  });

  test("say when the conversation cannot be downloaded", async () => {
    show(async () => "web.unreachable");

    fireEvent.click(screen.getByTestId("transcript"));

    expect((await screen.findByRole("alert")).textContent).toContain("网络不通");
  });
});

describe("sound", () => {
  const started = vi.fn();

  beforeEach(() => {
    started.mockReset();
    const node = { connect: () => node, frequency: {}, gain: { setValueAtTime: vi.fn(), exponentialRampToValueAtTime: vi.fn() }, start: started, stop: vi.fn() };
    class Speaker {
      currentTime = 0;
      destination = node;
      resume = async () => undefined;
      createOscillator = () => node;
      createGain = () => node;
    }
    vi.stubGlobal("AudioContext", Speaker);
  });
  afterEach(() => vi.unstubAllGlobals());

  function open(store: MemoryStore, isWatched = false) {
    return renderHook(({ chat }) => useSound(store, chat, isWatched), { initialProps: { chat: chatOf([]) } });
  }

  test("is off until it is switched on, and stays on after a reload", () => {
    const store = new MemoryStore();
    const first = open(store);
    first.rerender({ chat: chatOf([line(1)]) });
    expect(started).not.toHaveBeenCalled();

    act(() => first.result.current.turn(true));
    expect(started).toHaveBeenCalledTimes(2);
    first.unmount();

    expect(open(store).result.current.isOn).toBe(true);
  });

  test("comes for a line that nobody sees, in one tab only", () => {
    const store = new MemoryStore();
    store.set("gridtalk.sound", "on");
    const tabs = [open(store), open(store)];
    window.dispatchEvent(new Event("pointerdown"));

    tabs.forEach((tab) => tab.rerender({ chat: chatOf([line(1)]) }));

    expect(started).toHaveBeenCalledTimes(2);
  });

  test.each([
    ["a line that is seen", chatOf([line(1)]), true],
    ["a line of the customer's own", chatOf([line(1, "customer")]), false],
    ["a line that was read in another tab", chatOf([line(1)], 1), false],
  ])("does not come for %s", (_case, chat, isWatched) => {
    const store = new MemoryStore();
    store.set("gridtalk.sound", "on");
    const tab = open(store, isWatched);
    window.dispatchEvent(new Event("pointerdown"));

    tab.rerender({ chat });

    expect(started).not.toHaveBeenCalled();
  });
});

test("what was read in another tab is not missed here", () => {
  const { result, rerender } = renderHook(({ read }) => useMissed([line(1), line(2)], false, read), { initialProps: { read: 0 } });
  expect(result.current).toBe(2);

  rerender({ read: 2 });

  expect(result.current).toBe(0);
});
