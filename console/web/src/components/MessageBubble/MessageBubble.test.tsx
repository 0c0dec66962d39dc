import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import type { Message } from "../../api/types";
import { aMessage } from "../../testing/builders";
import { LocaleProvider } from "../../locale/locale";
import { MessageBubble } from "./MessageBubble";

function show(message: Message): HTMLElement {
  render(
    <LocaleProvider>
      <MessageBubble message={message} customerName="visitor" />
    </LocaleProvider>,
  );
  return screen.getByTestId("desk-message");
}

test("markup in a message stays text", () => {
  const row = show(aMessage(1, { text: "<img src=x onerror=alert(1)>" }));

  expect(row.querySelector("img")).toBeNull();
  expect(row.textContent).toContain("<img src=x onerror=alert(1)>");
});

test("markup in a file name, a button or a card stays text", () => {
  const evil = `"><script>window.hit = 1</script><img src=x onerror="window.hit = 1">`;
  const row = show(
    aMessage(2, {
      attachment: { kind: "image", media_id: "0".repeat(32), name: evil, mime: "image/png", size: 9, text: "" },
      buttons: [{ label: evil, payload: evil }],
      card: { kind: "bill", title: evil, rows: [{ label: evil, value: evil }] },
    }),
  );

  expect(row.querySelector("script")).toBeNull();
  expect([...row.querySelectorAll("img")].map((image) => image.getAttribute("onerror"))).toEqual([null]);
  expect(row.querySelector("img")!.alt).toBe(evil);
  expect("hit" in window).toBe(false);
});

test("a suppressed line says that the customer has not seen it", () => {
  const row = show(aMessage(3, { role: "bot", delivery: "suppressed" }));

  expect(row.dataset.delivery).toBe("suppressed");
  expect(row.textContent).toContain("已拦截，客户未见");
});

test("a note says that it is internal", () => {
  const row = show(aMessage(4, { role: "note", agent: { id: "K0104", name: "Jiang" } }));

  expect(row.textContent).toContain("内部备注 · Jiang · 客户不可见");
});

test("a card shows its rows and its total", () => {
  const card = { kind: "bill" as const, title: "October", rows: [{ label: "usage", value: "318" }], total: { label: "sum", value: "190.20" } };

  const row = show(aMessage(5, { role: "bot", card }));

  expect(row.textContent).toContain("usage318");
  expect(row.textContent).toContain("sum190.20");
});

test("buttons are to read, not to press", () => {
  const row = show(aMessage(6, { role: "bot", buttons: [{ label: "Bill", payload: "bill" }] }));

  expect(row.textContent).toContain("Bill");
  expect(row.querySelector("button")).toBeNull();
});

test("a picture is shown from the desk's own server", () => {
  const attachment = { kind: "image", media_id: "ab12", name: "meter.png", mime: "image/png", size: 9, text: "" };

  const row = show(aMessage(7, { text: "[picture]", attachment }));

  expect(row.querySelector("img")?.getAttribute("src")).toBe("/api/media/ab12");
  expect(row.querySelector("a")?.getAttribute("href")).toBe("/api/media/ab12");
});

test("a voice without recording is only a line, a place shows its point", () => {
  const attachment = { kind: "voice", media_id: "", name: "", mime: "", size: 0, text: "" };

  expect(show(aMessage(8, { text: "[voice]", attachment })).querySelector("audio")).toBeNull();
  const place = { latitude: 29.04551, longitude: 126.1, label: "here" };
  render(
    <LocaleProvider>
      <MessageBubble message={aMessage(9, { text: "[place] here", location: place })} customerName="visitor" />
    </LocaleProvider>,
  );
  expect(screen.getByText("29.0455, 126.1000")).toBeTruthy();
});

test("a line the customer has read says so", () => {
  const said = aMessage(6, { role: "agent", delivery: "sent", agent: { id: "K0104", name: "Jiang" } });
  render(
    <LocaleProvider>
      <MessageBubble message={said} customerName="visitor" isRead />
    </LocaleProvider>,
  );

  expect(screen.getByTestId("read-mark").textContent).toBe("客户已读");
});

test("a file's name is text, whatever it holds, and a picture of another door asks within this chat", () => {
  const attachment = { media_id: "a".repeat(32), mime: "", size: 1, text: "" };
  const file = { ...attachment, kind: "file", name: "<img src=x onerror=alert(1)>.pdf" };
  const { container, rerender } = render(
    <LocaleProvider>
      <MessageBubble message={aMessage(1, { attachment: file })} customerName="visitor" />
    </LocaleProvider>,
  );
  expect(container.querySelector("img")).toBeNull();
  expect(container.querySelector("a")?.textContent).toContain("<img src=x onerror=alert(1)>.pdf");

  rerender(
    <LocaleProvider>
      <MessageBubble message={aMessage(1, { attachment: { ...attachment, kind: "image", name: "" } })} customerName="visitor" within="web:v1" />
    </LocaleProvider>,
  );
  expect(container.querySelector("img")?.getAttribute("src")).toBe(`/api/media/${"a".repeat(32)}?within=web%3Av1`);
});
