import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { CommandProvider, useCommand, useCommands } from "./commands";
import { isPressed, keyLabel } from "./keys";

function Offer({ run, on = true }: { run: () => void; on?: boolean }) {
  useCommand(on ? { id: "reply", titleKey: "command.reply", group: "chat", keys: "Alt+KeyR", run } : null);
  useCommand(on ? { id: "help", titleKey: "command.help", group: "view", keys: "?", run } : null);
  return <p>{useCommands().map((one) => one.id).join(",")}</p>;
}

const shown = (run: () => void, on?: boolean) => (
  <CommandProvider>
    <Offer run={run} on={on} />
    <textarea aria-label="text" />
    <div role="dialog">
      <button type="button">inside</button>
    </div>
  </CommandProvider>
);

test("a key runs the command that is shown, and none that is not", () => {
  const run = vi.fn();
  const { rerender } = render(shown(run));

  fireEvent.keyDown(window, { code: "KeyR", key: "®", altKey: true });
  expect(run).toHaveBeenCalledTimes(1);

  rerender(shown(run, false));
  fireEvent.keyDown(window, { code: "KeyR", key: "r", altKey: true });
  expect(run).toHaveBeenCalledTimes(1);
});

test("a letter without Alt belongs to who is writing", () => {
  const run = vi.fn();
  render(shown(run));

  fireEvent.keyDown(screen.getByLabelText("text"), { code: "Slash", key: "?" });
  expect(run).not.toHaveBeenCalled();

  fireEvent.keyDown(document.body, { code: "Slash", key: "?" });
  expect(run).toHaveBeenCalledTimes(1);
});

test("a dialog in front keeps the keys to itself", () => {
  const run = vi.fn();
  render(shown(run));

  fireEvent.keyDown(screen.getByText("inside"), { code: "KeyR", key: "r", altKey: true });

  expect(run).not.toHaveBeenCalled();
});

test("all commands offered are listed", () => {
  render(shown(vi.fn()));

  expect(screen.getByText("reply,help")).toBeTruthy();
});

test("keys read as they stand on the keyboard", () => {
  expect(["Alt+KeyR", "Ctrl+KeyK", "Alt+ArrowUp", "Alt+Digit1", "?"].map(keyLabel)).toEqual(["Alt+R", "Ctrl+K", "Alt+↑", "Alt+1", "?"]);
  expect(isPressed("Ctrl+KeyK", new KeyboardEvent("keydown", { code: "KeyK", metaKey: true }))).toBe(true);
  expect(isPressed("Alt+KeyK", new KeyboardEvent("keydown", { code: "KeyK", ctrlKey: true }))).toBe(false);
});
