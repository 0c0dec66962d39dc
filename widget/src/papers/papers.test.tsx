/** The page against a bot of a few lines: what is sent when, how often, and what is said of it. */

import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PapersPage } from "./PapersPage";
import { refusalOf } from "./files";
import { dayText, problemText, sizeText } from "./texts";
import type { Sheet } from "./wire";
import zh from "./zh-CN.json";

const PDF = new File(["%PDF-1.7 and the rest"], "身份证.pdf", { type: "application/pdf" });
const MOST = 10 * 1024 * 1024;

interface Call {
  method: string;
  url: string;
  headers: Record<string, string>;
}

const DRAFT: Sheet = {
  application_no: "N26112100001",
  business_type: "峰谷变更",
  account_tail: "6117",
  status: "draft",
  status_name: "填写中",
  open: true,
  waiting: true,
  ready: false,
  submitted: false,
  limit_workdays: 2,
  due: null,
  next_step: "提交申请",
  papers: [
    { code: "id_card", name: "身份证明", hint: "选一种", later: false, missing: true, asked: "身份证明", files: [] },
  ],
  most_bytes: MOST,
};

/** A bot that answers each call with the next of `answers`; an answer of status 0 is a network that is gone. */
class Bot {
  calls: Call[] = [];
  under_way = 0;
  most_under_way = 0;
  answers: [number, unknown][] = [];

  install(): void {
    const bot = this;
    vi.stubGlobal(
      "XMLHttpRequest",
      class {
        upload: { onprogress?: (event: unknown) => void } = {};
        status = 0;
        responseText = "";
        onload?: () => void;
        onerror?: () => void;
        private call: Call = { method: "", url: "", headers: {} };
        open(method: string, url: string) {
          this.call = { method, url, headers: {} };
        }
        setRequestHeader(name: string, value: string) {
          this.call.headers[name] = value;
        }
        send() {
          bot.calls.push(this.call);
          bot.most_under_way = Math.max(bot.most_under_way, ++bot.under_way);
          setTimeout(() => {
            bot.under_way -= 1;
            const [status, content] = bot.answers.shift() ?? [500, {}];
            this.status = status;
            this.responseText = JSON.stringify(content);
            status === 0 ? this.onerror?.() : this.onload?.();
          }, 1);
        }
      },
    );
  }
}

let bot: Bot;

beforeEach(() => {
  bot = new Bot();
  bot.install();
  window.location.hash = "#a-pass";
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function withFiles(count: number): Sheet {
  const files = Array.from({ length: count }, (_, place) => ({
    name: "身***.pdf",
    size: 21,
    handed_in: `2026-11-21T10:00:0${place}+08:00`,
  }));
  const [paper] = DRAFT.papers;
  return { ...DRAFT, ready: true, papers: [{ ...paper!, missing: false, asked: "", files }] };
}

async function opened(...answers: [number, unknown][]): Promise<void> {
  bot.answers = [[200, DRAFT], ...answers];
  render(<PapersPage />);
  await screen.findByTestId("facts");
}

function choose(...files: File[]): void {
  fireEvent.change(screen.getByTestId("choose"), { target: { files } });
}

test("the pass goes in a header and in no address", async () => {
  await opened();

  expect(bot.calls[0]!.url).toBe("api/application");
  expect(bot.calls[0]!.headers.Authorization).toBe("Bearer a-pass");
});

test("files go one after the other, each under a key of its own", async () => {
  await opened([201, withFiles(1)], [201, withFiles(2)], [201, withFiles(3)]);

  choose(PDF, PDF, PDF);
  await waitFor(() => expect(screen.getAllByTestId("handed-in")).toHaveLength(3));

  expect(bot.most_under_way).toBe(1);
  expect(new Set(bot.calls.slice(1).map((call) => call.headers["Idempotency-Key"])).size).toBe(3);
});

test("a retry keeps the key, and what cannot be retried offers none", async () => {
  await opened([0, {}], [415, { code: "document.type" }]);

  choose(PDF);
  fireEvent.click(await screen.findByTestId("retry"));
  await screen.findByText(zh.problems["document.type"]);

  const [first, again] = bot.calls.slice(1).map((call) => call.headers["Idempotency-Key"]);
  expect(again).toBe(first);
  expect(screen.queryByTestId("retry")).toBeNull();
});

test("what is missing is told without asking the bot", async () => {
  await opened();

  fireEvent.click(screen.getByTestId("submit"));

  expect(screen.getByTestId("submit-told").textContent).toContain("身份证明");
  expect(bot.calls).toHaveLength(1);
});

test("a submission whose answer was lost is repeated under the same key", async () => {
  const done = { ...withFiles(1), waiting: false, submitted: true, due: "2026-11-24" };
  await opened([201, withFiles(1)], [0, {}], [200, done]);
  choose(PDF);
  await screen.findByTestId("handed-in");

  fireEvent.click(screen.getByTestId("submit"));
  await screen.findByText(zh.problems.network);
  fireEvent.click(screen.getByTestId("submit"));
  await screen.findByTestId("done");

  const [first, again] = bot.calls.slice(2).map((call) => call.headers["Idempotency-Key"]);
  expect(again).toBe(first);
});

test("a link that ran out in the middle ends the page", async () => {
  await opened([401, { code: "papers.link.expired" }]);

  choose(PDF);

  expect((await screen.findByTestId("page-problem")).dataset.code).toBe("papers.link.expired");
});

test("an address without a pass asks nobody", async () => {
  window.location.hash = "";
  render(<PapersPage />);

  expect((await screen.findByTestId("page-problem")).dataset.code).toBe("papers.link.missing");
  expect(bot.calls).toHaveLength(0);
});

test.each([
  ["a program named as a picture", new File(["MZ and more"], "a.jpg", { type: "image/jpeg" }), "document.type"],
  ["nothing", new File([], "a.jpg"), "document.empty"],
  ["a pdf", PDF, undefined],
  ["too much", new File(["%PDF-", new Uint8Array(30)], "a.pdf"), "document.too_large"],
])("%s is told by its first bytes", async (_, file, code) => {
  expect((await refusalOf(file, 30))?.code).toBe(code);
});

test("every problem is a whole sentence", () => {
  const full = { retryable: false, most: MOST, missing: ["甲", "乙"], checks: [{ text: "欠费", do: "先交清" }] };

  const told = Object.keys(zh.problems).map((code) => problemText({ ...full, code }));

  expect(told.filter((text) => /[{}]/.test(text))).toEqual([]);
  expect(problemText({ ...full, code: "document.too_large" })).toContain("10 MB");
  expect(problemText({ ...full, code: "application.too_many_documents", most: 60 })).toContain("60 份");
  expect(problemText({ code: "never.heard.of", retryable: false })).toBe(zh.problems.other);
});

test("days and sizes are said as people say them", () => {
  expect(dayText("2026-11-24", new Date("2026-11-21"))).toBe("11月24日");
  expect(dayText("2027-01-04", new Date("2026-12-30"))).toBe("2027年1月4日");
  expect([sizeText(0), sizeText(10), sizeText(3 * 1024 * 1024)]).toEqual(["0 KB", "1 KB", "3.0 MB"]);
});
