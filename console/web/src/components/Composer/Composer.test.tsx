import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { ApiError } from "../../api/errors";
import type { Summary } from "../../api/types";
import { aSummary, ME } from "../../testing/builders";
import { LocaleProvider } from "../../locale/locale";
import { Composer } from "./Composer";

type Send = (mode: string, clientId: string, text: string) => Promise<void>;

function show(onSend = vi.fn<Send>(async () => undefined), conversation: Summary = aSummary("c1")) {
  const onTyping = vi.fn();
  render(
    <LocaleProvider>
      <Composer me={ME} conversation={conversation} online onSend={onSend} onTyping={onTyping} />
    </LocaleProvider>,
  );
  return { onSend, onTyping };
}

const input = () => screen.getByTestId<HTMLTextAreaElement>("reply-input");
const write = (text: string) => fireEvent.change(input(), { target: { value: text } });

test.each([["Enter", {}], ["Ctrl+Enter", { ctrlKey: true }]])("%s sends the text and empties the draft", async (_name, keys) => {
  const { onSend } = show();
  write(" hello ");

  fireEvent.keyDown(input(), { key: "Enter", ...keys });

  await waitFor(() => expect(input().value).toBe(""));
  expect(onSend).toHaveBeenCalledExactlyOnceWith("reply", expect.any(String), "hello");
});

test.each([
  ["while an input method composes", { isComposing: true }],
  ["while the key belongs to an input method", { keyCode: 229 }],
  ["with Shift", { shiftKey: true }],
])("Enter does not send %s", (_name, keys) => {
  const { onSend } = show();
  write("hello");

  fireEvent.keyDown(input(), { key: "Enter", ...keys });

  expect(onSend).not.toHaveBeenCalled();
});

test("a failed send keeps the text, says why, and repeats under the same id", async () => {
  const { onSend } = show(vi.fn<Send>().mockRejectedValueOnce(new ApiError("network")).mockResolvedValue(undefined));
  write("hello");

  fireEvent.click(screen.getByTestId("reply-send"));
  await screen.findByTestId("send-error");
  expect(input().value).toBe("hello");
  await waitFor(() => expect((screen.getByTestId("reply-send") as HTMLButtonElement).disabled).toBe(false));
  fireEvent.click(screen.getByTestId("reply-send"));

  await waitFor(() => expect(input().value).toBe(""));
  expect(onSend.mock.calls[1]?.[1]).toBe(onSend.mock.calls[0]?.[1]);
});

test("a note is sent as a note and is not typing to the customer", async () => {
  const { onSend, onTyping } = show();
  fireEvent.click(screen.getByTestId("mode-note"));
  write("inside");

  fireEvent.click(screen.getByTestId("reply-send"));

  await waitFor(() => expect(onSend).toHaveBeenCalledExactlyOnceWith("note", expect.any(String), "inside"));
  expect(onTyping).not.toHaveBeenCalled();
});

test("a reply in the making does not show up as a note", () => {
  show();
  write("for the customer");

  fireEvent.click(screen.getByTestId("mode-note"));

  expect(input().value).toBe("");
});

test("more than 2,000 characters cannot be sent", () => {
  const { onSend } = show();
  write("字".repeat(2001));

  fireEvent.keyDown(input(), { key: "Enter" });

  expect(onSend).not.toHaveBeenCalled();
  expect(screen.getByTestId<HTMLButtonElement>("reply-send").disabled).toBe(true);
});

test("who does not own the conversation may note but not reply", () => {
  show(undefined, aSummary("c1", { owner: "queue", agent: null }));

  expect(screen.queryByTestId("reply-input")).toBeNull();
  fireEvent.click(screen.getByTestId("mode-note"));

  expect(input()).toBeTruthy();
});

test("the customer is told that the agent types", () => {
  const { onTyping } = show();

  write("h");
  write("he");

  expect(onTyping).toHaveBeenCalledExactlyOnceWith(true);
});
