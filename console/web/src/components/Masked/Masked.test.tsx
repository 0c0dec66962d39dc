import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { ApiError } from "../../api/errors";
import { LocaleProvider } from "../../locale/locale";
import { Masked } from "./Masked";
import { MaskProvider } from "./MaskContext";

const REASONS = { reasons: [{ code: "call_back", words: false }, { code: "other", words: true }] };

function show(answer: () => Promise<unknown>, shown = "138****1011") {
  const request = vi.fn(async (method: string) => (method === "GET" ? REASONS : answer()));
  render(
    <LocaleProvider>
      <MaskProvider api={{ request: request as never }} conversationId="web:v1">
        <Masked field="slot:phone" shown={shown} />
      </MaskProvider>
    </LocaleProvider>,
  );
  return request;
}

async function choose(code: string): Promise<void> {
  fireEvent.click(screen.getByTestId("unmask-slot:phone"));
  fireEvent.click(await screen.findByLabelText(code));
}

test("a value without stars has no eye", () => {
  show(async () => undefined, "昨天");

  expect(screen.queryByRole("button")).toBeNull();
});

test("a value is shown for the reason that was given, and hidden again when its time is over", async () => {
  const request = show(async () => ({ value: "13800001011", until: "", seconds: 1, count: 1 }));

  await choose("回拨联系客户");
  fireEvent.click(screen.getByTestId("unmask-confirm"));

  expect((await screen.findByTestId("unmasked")).textContent).toContain("13800001011");
  expect(request).toHaveBeenLastCalledWith("POST", "/api/conversations/web%3Av1/unmask", {
    field: "slot:phone",
    reason: "call_back",
    words: "",
  });
  await waitFor(() => expect(screen.queryByText("13800001011")).toBeNull());
});

test("a reason that needs words waits for them", async () => {
  show(async () => undefined);

  await choose("其他");
  expect(screen.getByTestId<HTMLButtonElement>("unmask-confirm").disabled).toBe(true);
  fireEvent.change(screen.getByTestId("unmask-words"), { target: { value: "客户要求核对" } });

  expect(screen.getByTestId<HTMLButtonElement>("unmask-confirm").disabled).toBe(false);
});

test("a refusal says why and shows nothing", async () => {
  show(() => Promise.reject(new ApiError("http", 404, { code: "console.unmask.unknown" })));

  await choose("回拨联系客户");
  fireEvent.click(screen.getByTestId("unmask-confirm"));

  expect((await screen.findByRole("alert")).textContent).toContain("没有");
  expect(screen.queryByTestId("unmasked")).toBeNull();
});
