import { render } from "@testing-library/react";
import { expect, test } from "vitest";

import { Marked } from "./Found";

test("the searched words are marked wherever they stand, in any case", () => {
  const { container } = render(<Marked text="see Order f26 there" said="F26" />);

  expect(container.querySelector("mark")?.textContent).toBe("f26");
  expect(container.textContent).toBe("see Order f26 there");
});

test("script in a text stays text", () => {
  const { container } = render(<Marked text="<img src=x onerror=alert(1)>" said="img" />);

  expect(container.querySelector("img")).toBeNull();
});
