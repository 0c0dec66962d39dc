/** Going on in another door: the code as the customer sees it, and what an address may bring. */

import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Resume } from "../src/components/Resume/Resume";
import type { ResumeCode } from "../src/connection/wire";
import { clearArrival, readArrival } from "../src/page/arrival";
import { stageForEachTest } from "./stage";

const MADE: ResumeCode = { code: "482913", expires_at: "2026-11-21T10:10:00+08:00", seconds: 600, doors: ["wechat", "alipay"], qr: "data:image/jpeg;base64,/9j/" };
const WORD = "a".repeat(32);

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("the code", () => {
  test("is shown with its picture, its minutes and where to send it", async () => {
    render(<Resume doors={["wechat"]} lastSeq={3} onMake={() => Promise.resolve(MADE)} />);
    fireEvent.click(screen.getByTestId("resume-offer"));

    await waitFor(() => expect(screen.getByTestId("resume-code").textContent).toBe("继续 482913"));
    expect(screen.getByRole("img").getAttribute("src")).toBe(MADE.qr);
    expect(screen.getByText(/微信或支付宝/)).toBeTruthy();
    expect(screen.getByText(/^10 分钟内有效/)).toBeTruthy();
  });

  test("counts down and ends", async () => {
    vi.useFakeTimers();
    render(<Resume doors={["wechat"]} lastSeq={3} onMake={() => Promise.resolve(MADE)} />);
    fireEvent.click(screen.getByTestId("resume-offer"));
    await vi.advanceTimersByTimeAsync(541_000);
    expect(screen.getByText(/^1 分钟内有效/)).toBeTruthy();

    await vi.advanceTimersByTimeAsync(60_000);

    expect(screen.queryByTestId("resume-code")).toBeNull();
    expect(screen.getByText("这个码过期了。")).toBeTruthy();
  });

  test("that cannot be had is said so, and may be asked for again", async () => {
    const make = vi.fn().mockRejectedValueOnce(new Error("no")).mockResolvedValue({ ...MADE, qr: undefined });
    render(<Resume doors={["wechat"]} lastSeq={3} onMake={make} />);
    fireEvent.click(screen.getByTestId("resume-offer"));
    await waitFor(() => expect(screen.getByText(/暂时取不到码/)).toBeTruthy());

    fireEvent.click(screen.getByTestId("resume-again"));

    await waitFor(() => expect(screen.getByTestId("resume-code")).toBeTruthy());
    expect(screen.queryByRole("img")).toBeNull();
  });

  test("goes when the talk goes on", async () => {
    const make = (): Promise<ResumeCode> => Promise.resolve(MADE);
    const { rerender } = render(<Resume doors={["wechat"]} lastSeq={3} onMake={make} />);
    fireEvent.click(screen.getByTestId("resume-offer"));
    await waitFor(() => expect(screen.getByTestId("resume-code")).toBeTruthy());

    rerender(<Resume doors={["wechat"]} lastSeq={4} onMake={make} />);

    expect(screen.queryByTestId("resume-panel")).toBeNull();
  });

  test("is not offered before anything was said", () => {
    render(<Resume doors={[]} lastSeq={0} onMake={() => Promise.resolve(MADE)} />);

    expect(screen.queryByTestId("resume-offer")).toBeNull();
  });
});

describe("the visitor's own code", () => {
  const stage = stageForEachTest();

  test("is asked for with the visitor's token", async () => {
    const connection = await stage.open();

    expect((await connection.resuming.make()).code).toBe("482913");
    expect(stage.door.resumeTokens).toHaveLength(1);
  });
});

describe("what an address brings", () => {
  test.each([
    ["a token of our own server", `#token=t.o.k&word=${WORD}`, `x=1; gridtalk_handover=${WORD}`, { token: "t.o.k", code: null }],
    ["a token somebody else wrote there", `#token=t.o.k&word=${WORD}`, "x=1", { token: null, code: null }],
    ["a token without its word", "#token=t.o.k", "gridtalk_handover=", { token: null, code: null }],
    ["a token with another word", `#token=t.o.k&word=${WORD}`, "gridtalk_handover=b", { token: null, code: null }],
    ["a code", "#resume=482913570246", "", { token: null, code: "482913570246" }],
    ["no code", "#resume=48291", "", { token: null, code: null }],
    ["nothing", "", "", { token: null, code: null }],
  ])("%s", (_case, hash, cookies, expected) => {
    expect(readArrival(hash, cookies)).toEqual(expected);
  });

  test("does not stay in the address", () => {
    window.history.replaceState(null, "", "/?embed=1#token=secret");

    clearArrival();

    expect(window.location.href).toMatch(/\/\?embed=1$/);
  });
});
