import { AppstoreOutlined } from "@ant-design/icons";
import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { LocaleProvider } from "../../locale/locale";
import { SUPERVISOR } from "../../testing/builders";
import { PagesNav } from "./PagesNav";

const pages = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `p${index}`, titleKey: `page ${index}`, icon: AppstoreOutlined }));

function show(count: number, pageKey: string | null = null, onPage = vi.fn()) {
  window.innerWidth = 1440;
  render(
    <LocaleProvider>
      <PagesNav me={SUPERVISOR} pageKey={pageKey} onPage={onPage} pages={pages(count)} />
    </LocaleProvider>,
  );
  return onPage;
}

test("few pages stand side by side without a menu", () => {
  show(4);

  expect(screen.queryByTestId("pages-menu")).toBeNull();
  expect(screen.getByTestId("page-p3")).toBeTruthy();
});

test("of many pages the rest is in a menu, which opens them", async () => {
  const onPage = show(9);
  expect(screen.queryByTestId("page-p5")).toBeNull();

  fireEvent.click(screen.getByTestId("pages-menu"));
  fireEvent.click(await screen.findByTestId("page-p5"));

  expect(onPage).toHaveBeenCalledWith("p5");
});

test("the menu wears the name of the page that is open in it", () => {
  show(9, "p7");

  expect(screen.getByTestId("pages-menu").textContent).toContain("page 7");
  expect(screen.getByTestId("pages-menu").getAttribute("aria-current")).toBe("page");
});
