import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App as Antd } from "antd";
import { describe, expect, it, vi } from "vitest";

import { ApiError } from "../../api/errors";
import { createLocale, LocaleProvider } from "../../locale/locale";
import { aCard, anApi, aSummary } from "../../testing/builders";
import { summaryNote } from "./summaryNote";
import { TransferDialog } from "./TransferDialog";

const PEOPLE = {
  colleagues: [
    { id: "K0106", name: "Lin", role: "agent", status: "busy", load: 0, max_chats: 4, skills: ["fault"] },
    { id: "K0105", name: "Gu", role: "agent", status: "online", load: 3, max_chats: 4, skills: ["billing"] },
    { id: "K0107", name: "He", role: "agent", status: "offline", load: 0, max_chats: 4, skills: ["billing"] },
  ],
  skills: [
    { skill: "billing", online: 1 },
    { skill: "fault", online: 0 },
  ],
};

function show() {
  const api = anApi();
  const onDone = vi.fn();
  api.request.mockImplementation((async (method: string) => (method === "GET" ? PEOPLE : { conversation: {} })) as never);
  render(
    <LocaleProvider>
      <Antd>
        <TransferDialog api={api} conversation={aSummary("c1")} note="draft" onDone={onDone} onCancel={() => undefined} />
      </Antd>
    </LocaleProvider>,
  );
  return { api, onDone };
}

describe("passing a conversation on", () => {
  it("asks the colleague with the note, ready ones first and those gone not at all", async () => {
    const { api, onDone } = show();

    fireEvent.click(await screen.findByText("Gu"));
    fireEvent.click(screen.getByTestId("transfer-confirm"));

    await waitFor(() => expect(onDone).toHaveBeenCalled());
    expect(api.request).toHaveBeenCalledWith("POST", "/api/conversations/c1/transfer", { to: "K0105", note: "draft" });
    expect(screen.queryByText("He")).toBeNull();
    const names = screen.getAllByRole("radio").map((one) => (one as HTMLInputElement).value);
    expect(names.slice(0, 2)).toEqual(["K0105", "K0106"]);
  });

  it("asks nobody before somebody is chosen, and stays open when it is refused", async () => {
    const { api, onDone } = show();
    await screen.findByText("Gu");

    fireEvent.click(screen.getByTestId("transfer-confirm"));
    await screen.findByRole("alert");
    api.request.mockRejectedValueOnce(new ApiError("http", 409, { code: "handoff.transfer_pending" }));
    fireEvent.click(screen.getByText("Gu"));
    fireEvent.click(screen.getByTestId("transfer-confirm"));

    await waitFor(() => expect(api.request).toHaveBeenCalledTimes(2));
    expect(onDone).not.toHaveBeenCalled();
  });

  it("drafts the note from the card and says nothing of what is not known", () => {
    const locale = createLocale("en", () => undefined);
    const card = aCard({ intent: "bill_query", orders: ["F26112100012"], asked: "why so much" });

    expect(summaryNote(card, locale)).toBe(
      `Wants: ${locale.word("intent", "bill_query")}\nOrders: F26112100012\nIn their words: why so much`,
    );
    expect(summaryNote(aCard(), locale)).toBe("");
  });
});
