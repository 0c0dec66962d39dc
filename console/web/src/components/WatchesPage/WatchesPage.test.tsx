import { App as Antd } from "antd";
import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import type { DeskApi } from "../../api/client";
import type { Watch } from "../../api/watches";
import { DeskContext } from "../../hooks/useDeskTools";
import { LocaleProvider } from "../../locale/locale";
import { anApi, ME } from "../../testing/builders";
import { WatchesPage } from "./WatchesPage";

const NOW = Date.now();
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const PROMISE: Watch = {
  ...{ id: 1, kind: "promise", ref: "7", conversation_id: "wechat:wx_a", account_tail: "", title: "18点前到" },
  ...{ owner: { id: "K1", name: "Lin" }, begins_at: at(-60), due_at: at(-5), late: true, step: "lead", customer_told_at: at(-20) },
};
const CALL: Watch = { ...PROMISE, id: 2, kind: "call", ref: "9", conversation_id: null, account_tail: "6112", title: "outage_fault", owner: null, due_at: at(30), late: false, step: "", customer_told_at: null };

function shown(role: "agent" | "supervisor", onOpen = vi.fn()) {
  const api = anApi();
  const asked = vi.fn(async () => ({ watches: [PROMISE, CALL], at: at(0) }));
  api.request = asked as unknown as typeof api.request;
  const tools = { api: api as unknown as DeskApi, areas: {}, open: onOpen, takeIn: vi.fn() };
  render(
    <LocaleProvider>
      <Antd>
        <DeskContext.Provider value={tools}>
          <WatchesPage me={{ ...ME, role }} api={api as unknown as DeskApi} state={{} as never} onOpen={onOpen} />
        </DeskContext.Provider>
      </Antd>
    </LocaleProvider>,
  );
  return { asked, onOpen };
}

test("a supervisor sees what runs out of everybody, how long it has, and how far it was escalated", async () => {
  const { asked, onOpen } = shown("supervisor");

  const rows = await screen.findAllByTestId("watch");

  expect(asked).toHaveBeenCalledWith("GET", "/api/watches?scope=all");
  expect(rows[0]!.textContent).toMatch(/Lin.*5:0\d.*组长/);
  expect(rows[1]!.textContent).toContain("****6112");
  fireEvent.click(screen.getByText("打开会话"));
  expect(onOpen).toHaveBeenCalledWith("wechat:wx_a");
});

test("an agent sees their own", async () => {
  const { asked } = shown("agent");

  await screen.findAllByTestId("watch");

  expect(asked).toHaveBeenCalledWith("GET", "/api/watches?scope=mine");
});
