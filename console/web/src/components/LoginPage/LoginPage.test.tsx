import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { ApiError } from "../../api/errors";
import { LocaleProvider } from "../../locale/locale";
import { LoginPage } from "./LoginPage";

function logIn(onLogin: () => Promise<void>): void {
  render(
    <LocaleProvider>
      <LoginPage noticeKey={null} onLogin={onLogin} />
    </LocaleProvider>,
  );
  fireEvent.change(screen.getByTestId("login-username"), { target: { value: " K0104 " } });
  fireEvent.change(screen.getByTestId("login-password"), { target: { value: "word" } });
  fireEvent.click(screen.getByTestId("login-submit"));
}

test.each([
  ["工号或密码不正确", new ApiError("http", 401, { code: "console.login.failed" })],
  ["锁定", new ApiError("http", 429)],
  ["连不上服务器", new ApiError("network")],
])("a refused log in says %s", async (words, error) => {
  logIn(() => Promise.reject(error));

  const alert = await screen.findByTestId("login-error");

  expect(alert.textContent).toContain(words);
});

test("a log in sends the trimmed number and the password", async () => {
  const onLogin = vi.fn(async () => undefined);

  logIn(onLogin);

  await vi.waitFor(() => expect(onLogin).toHaveBeenCalledExactlyOnceWith("K0104", "word"));
});
