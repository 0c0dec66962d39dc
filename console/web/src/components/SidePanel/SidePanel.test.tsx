import { render, screen } from "@testing-library/react";
import { App as Antd } from "antd";
import { expect, test } from "vitest";

import type { Aside } from "../../asides/asides";
import type { Agent } from "../../api/types";
import { LocaleProvider } from "../../locale/locale";
import { initialState, type Thread } from "../../state/model";
import { aDetail, anApi, ME, SUPERVISOR } from "../../testing/builders";
import { SidePanel } from "./SidePanel";

const Empty = () => null;
const TABS: readonly Aside[] = [
  { key: "card", titleKey: "aside.card", icon: Empty, View: Empty },
  { key: "supervise", titleKey: "aside.supervise", icon: Empty, View: Empty, roles: ["supervisor"] },
];

function show(me: Agent) {
  const thread = { ...aDetail("c1"), timeline: [] } as unknown as Thread;
  const api = anApi();
  api.request.mockImplementation(() => new Promise(() => undefined));
  render(
    <LocaleProvider>
      <Antd>
        <SidePanel state={initialState(me)} thread={thread} api={api} asides={TABS} />
      </Antd>
    </LocaleProvider>,
  );
}

test("a supervisor has the tab of supervision", () => {
  show(SUPERVISOR);
  expect(screen.getAllByRole("tab")).toHaveLength(2);
});

test("an agent is offered nothing that would be refused", () => {
  localStorage.setItem("gridtalk.desk.aside", "supervise");
  show(ME);
  expect(screen.getAllByRole("tab").map((tab) => tab.getAttribute("data-testid"))).toEqual(["aside-card"]);
});
