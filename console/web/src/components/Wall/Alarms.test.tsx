import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import type { Alarm, Wall } from "../../api/wall";
import { LocaleProvider } from "../../locale/locale";
import { Alarms } from "./Alarms";

function alarm(kind: string, id: string | null): Alarm {
  return { kind, since: null, conversation_id: id, display_name: id, agent_id: null, skill: null, count: 1 };
}

function show(alarms: Alarm[]) {
  const onOpen = vi.fn();
  const wall = { alarms, agents: [] } as unknown as Wall;
  render(
    <LocaleProvider>
      <Alarms live={{ wall, errorKey: null, ahead: 0 }} onOpen={onOpen} onAgent={() => undefined} />
    </LocaleProvider>,
  );
  return onOpen;
}

test("a press on an alarm opens its chat", () => {
  const onOpen = show([alarm("danger_waiting", "web:v1")]);

  fireEvent.click(screen.getByTestId("wall-alarm"));

  expect(onOpen).toHaveBeenCalledWith("web:v1");
});

test("one kind can be looked at alone, and all again", () => {
  show([alarm("wait_broken", "a"), alarm("wait_broken", "b"), alarm("angry", "c")]);
  const [, angry] = screen.getAllByTestId("wall-alarm-kind");

  fireEvent.click(angry!);
  const alone = screen.getAllByTestId("wall-alarm").length;
  fireEvent.click(angry!);

  expect([alone, screen.getAllByTestId("wall-alarm").length]).toEqual([1, 3]);
});
