import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App as Antd } from "antd";
import { describe, expect, it, vi } from "vitest";

import type { Asked, Offer, Transfer } from "../../api/offers";
import { LocaleProvider } from "../../locale/locale";
import { anApi, anEscalation } from "../../testing/builders";
import { Offers } from "./Offers";
import { useOffers } from "./useOffers";

const PATH = {
  asked: { skill: "billing", region: "D1" },
  waited_s: 95,
  relaxed: ["region"],
  considered: [
    { agent: { id: "K0104", name: "Jiang" }, outcome: "chosen" as const, why: ["known", "least_busy"], load: 1, max_chats: 4 },
    { agent: { id: "K0105", name: "Gu" }, outcome: "out" as const, why: ["away"], load: 0, max_chats: 4 },
  ],
};

function anOffer(id: number, more: Partial<Offer> = {}): Offer {
  return { escalation: anEscalation(id, { state: "offered" }), left_s: 20, path: PATH, ...more };
}

function aTransfer(id: number, more: Partial<Transfer> = {}): Transfer {
  return {
    id,
    mine: false,
    conversation_id: `c${id}`,
    display_name: `visitor ${id}`,
    channel: "web",
    last_text: "help",
    giver: { id: "K0105", name: "Gu" },
    to: { id: "K0104", name: "Jiang" },
    skill: "",
    note: "wants the bill of October",
    left_s: 60,
    ...more,
  };
}

function show(asked: Partial<Asked>) {
  const api = anApi();
  const raise = vi.fn();
  const onAccept = vi.fn();
  const onTake = vi.fn();
  const onEnded = vi.fn();
  const told: Asked = { status: "online", offers: [], transfers: [], ...asked };
  api.request.mockImplementation((async () => told) as never);
  function Host() {
    const offers = useOffers(api, raise, () => undefined, { onEnded });
    return (
      <>
        <button onClick={offers.refresh}>refresh</button>
        <Offers offers={offers} busyId={null} onAccept={onAccept} onTake={onTake} />
      </>
    );
  }
  render(
    <LocaleProvider>
      <Antd>
        <Host />
      </Antd>
    </LocaleProvider>,
  );
  fireEvent.click(screen.getByText("refresh"));
  return { api, raise, onAccept, onTake, onEnded };
}

describe("what is asked of the agent", () => {
  it("shows an offer with its clock and why it came here, and calls the agent once", async () => {
    const { raise, onAccept } = show({ offers: [anOffer(7)] });

    const card = await screen.findByTestId("offer");
    fireEvent.click(screen.getByText("refresh"));
    fireEvent.click(screen.getByTestId("offer-accept"));

    expect(card.textContent).toContain("visitor 7");
    expect(screen.getByRole("timer").textContent).toBe("20 s");
    expect(screen.getByTestId("reason-path").textContent).toMatch(/Jiang.*Gu/);
    expect(onAccept).toHaveBeenCalledWith(expect.objectContaining({ id: 7 }));
    await waitFor(() => expect(raise).toHaveBeenCalledTimes(1));
  });

  it("declines with the reason that was chosen, and reads anew", async () => {
    const { api } = show({ offers: [anOffer(7)] });

    fireEvent.click(await screen.findByTestId("decline"));
    fireEvent.click(await screen.findByTestId("decline-busy"));

    await waitFor(() =>
      expect(api.request).toHaveBeenCalledWith("POST", "/api/escalations/7/decline", { reason: expect.any(String) }),
    );
    await waitFor(() => expect(api.request.mock.calls.filter(([method]) => method === "GET").length).toBeGreaterThan(1));
  });

  it("shows a colleague's transfer with the note, and the own one with the way back", async () => {
    const { api, onTake } = show({ transfers: [aTransfer(3), aTransfer(4, { mine: true, to: null, skill: "billing" })] });

    fireEvent.click(await screen.findByTestId("transfer-accept"));
    fireEvent.click(screen.getByTestId("transfer-withdraw"));

    expect(screen.getByTestId("transfer-asked").textContent).toContain("wants the bill of October");
    expect(onTake).toHaveBeenCalledWith(expect.objectContaining({ id: 3 }));
    await waitFor(() => expect(api.request).toHaveBeenCalledWith("POST", "/api/transfers/4/withdraw", {}));
  });

  it("tells the giver that a transfer ended, and not that one was withdrawn by the own hand", async () => {
    const { api, onEnded } = show({ transfers: [aTransfer(3, { mine: true }), aTransfer(4, { mine: true })] });
    const still = { status: "online", offers: [], transfers: [aTransfer(3, { mine: true })] };
    await screen.findAllByTestId("transfer-withdraw");

    api.request.mockImplementation((async () => still) as never);
    fireEvent.click(screen.getAllByTestId("transfer-withdraw")[1]!);
    await waitFor(() => expect(screen.getAllByTestId("transfer-given")).toHaveLength(1));
    expect(onEnded).not.toHaveBeenCalled();

    api.request.mockImplementation((async () => ({ ...still, transfers: [] })) as never);
    fireEvent.click(screen.getByText("refresh"));
    await waitFor(() => expect(onEnded).toHaveBeenCalledWith(expect.objectContaining({ id: 3 })));
  });

  it("takes no room when nothing is asked", async () => {
    const { api } = show({});

    await waitFor(() => expect(api.request).toHaveBeenCalled());

    expect(screen.queryByTestId("offers")).toBeNull();
  });
});
