/** The launcher on a foreign page. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { chatAddress, readEmbedOptions } from "../src/embed/embed_options";
import { Launcher } from "../src/embed/launcher";

function scriptWith(data: Record<string, string>): HTMLScriptElement {
  const script = document.createElement("script");
  script.src = "https://chat.example.cn/widget.js";
  Object.assign(script.dataset, data);
  return script;
}

function launch(data: Record<string, string> = {}): ShadowRoot {
  new Launcher(readEmbedOptions(scriptWith(data))).attach(document.body);
  const root = document.querySelector("[data-gridtalk]")?.shadowRoot;
  if (!root) throw new Error("no launcher");
  return root;
}

/** What the chat in the frame would say. */
function hear(root: ShadowRoot, note: object): void {
  const source = root.querySelector("iframe")?.contentWindow;
  window.dispatchEvent(new MessageEvent("message", { data: { source: "gridtalk", ...note }, origin: "https://chat.example.cn", source }));
}

afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.useRealTimers();
});

describe("options", () => {
  test("the server is where the script came from unless it says otherwise", () => {
    expect(readEmbedOptions(scriptWith({})).server).toBe("https://chat.example.cn");
    expect(readEmbedOptions(scriptWith({ server: "https://bot.example.cn/x" })).server).toBe("https://bot.example.cn");
  });

  test("a server that is no web address is not used", () => {
    expect(readEmbedOptions(scriptWith({ server: "javascript:alert(1)" })).server).toBe("https://chat.example.cn");
  });

  test("title and accent travel in the address of the frame", () => {
    const address = chatAddress(readEmbedOptions(scriptWith({ title: "用电客服", accent: "#1d5fd0" })));

    expect(new URL(address).searchParams.get("title")).toBe("用电客服");
    expect(new URL(address).searchParams.get("accent")).toBe("#1d5fd0");
  });

  test("language, theme and elder mode travel there too, and only when asked for", () => {
    const asked = chatAddress(readEmbedOptions(scriptWith({ lang: "zh-HK", theme: "dark", elder: "" })));
    const silent = chatAddress(readEmbedOptions(scriptWith({ lang: "fr", theme: "pink" })));

    expect(Object.fromEntries(new URL(asked).searchParams)).toEqual({ embed: "1", lang: "zh-TW", theme: "dark", elder: "1" });
    expect(Object.fromEntries(new URL(silent).searchParams)).toEqual({ embed: "1" });
  });

  test("a greeting is cut, never sent by address", () => {
    const options = readEmbedOptions(scriptWith({ greeting: ` ${"问".repeat(200)} ` }));

    expect(options.greeting).toHaveLength(120);
    expect(chatAddress(options)).not.toContain("greeting");
  });
});

describe("launcher", () => {
  test("loads nothing of the chat before it is opened", () => {
    expect(launch().querySelector("iframe")).toBeNull();
  });

  test("opens and closes one panel", () => {
    const root = launch();
    const button = root.querySelector<HTMLButtonElement>(".launcher")!;

    button.click();
    expect(button.getAttribute("aria-expanded")).toBe("true");
    button.click();
    button.click();

    expect(root.querySelectorAll("iframe")).toHaveLength(1);
    expect(root.querySelector<HTMLElement>(".panel")!.hidden).toBe(false);
  });

  test("on the next page of a site where it was opened, it knows what is unread and stays closed", () => {
    launch().querySelector<HTMLButtonElement>(".launcher")!.click();
    document.body.replaceChildren();

    const root = launch();
    hear(root, { type: "unread", count: 3 });

    expect(root.querySelector<HTMLElement>(".panel")!.hidden).toBe(true);
    expect(root.querySelector("b")!.textContent).toBe("3");
    expect(root.querySelector(".launcher")!.getAttribute("aria-expanded")).toBe("false");
  });

  test("believes only its own frame", () => {
    const root = launch();
    root.querySelector<HTMLButtonElement>(".launcher")!.click();

    window.dispatchEvent(new MessageEvent("message", { data: { source: "gridtalk", type: "unread", count: 7 }, origin: "https://evil.example" }));

    expect(root.querySelector("b")!.textContent).toBe("");
  });

  test("speaks the language asked for, and the one chosen in the chat", () => {
    const root = launch({ lang: "zh-TW" });
    const button = root.querySelector<HTMLButtonElement>(".launcher")!;
    expect(button.getAttribute("aria-label")).toBe("開啟線上客服");

    button.click();
    hear(root, { type: "look", language: "en", isElder: true });

    expect(button.getAttribute("aria-label")).toBe("Close Chat");
    expect((root.host as HTMLElement).dataset.elder).toBe("true");
  });

  test("gives the focus back to the button when the chat closes itself", () => {
    const root = launch();
    root.querySelector<HTMLButtonElement>(".launcher")!.click();

    hear(root, { type: "close" });

    expect(root.querySelector<HTMLElement>(".panel")!.hidden).toBe(true);
    expect(root.activeElement).toBe(root.querySelector(".launcher"));
  });

  test("closes on Escape outside the frame", () => {
    const root = launch();
    const button = root.querySelector<HTMLButtonElement>(".launcher")!;
    button.click();

    button.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, composed: true }));

    expect(button.getAttribute("aria-expanded")).toBe("false");
  });

  test("says so when the chat never speaks, and tries again when asked", () => {
    vi.useFakeTimers();
    const root = launch();
    root.querySelector<HTMLButtonElement>(".launcher")!.click();
    const panel = root.querySelector<HTMLElement>(".panel")!;

    vi.advanceTimersByTime(20_000);
    expect(panel.dataset.state).toBe("silent");
    expect(panel.querySelector("p")!.textContent).toContain("95598");
    panel.querySelector<HTMLButtonElement>(".again")!.click();

    expect(panel.dataset.state).toBe("loading");
  });

  test("white stays readable on any accent", () => {
    const root = launch({ accent: "#ffd400" });

    expect((root.host as HTMLElement).style.getPropertyValue("--gridtalk-accent")).toMatch(/^rgb\((?!255)/);
  });
});

describe("greeting", () => {
  test("stands beside the launcher, opens the chat, and is gone for this visit", () => {
    const root = launch({ greeting: "您好，缴费点这里" });

    root.querySelector<HTMLButtonElement>(".greeting-text")!.click();

    expect(root.querySelector(".greeting")).toBeNull();
    expect(root.querySelector("iframe")).not.toBeNull();
    expect(launch({ greeting: "您好" }).querySelector(".greeting")).toBeNull();
  });

  test("can be closed without opening anything", () => {
    const root = launch({ greeting: "您好" });

    root.querySelector<HTMLButtonElement>(".greeting-close")!.click();

    expect(root.querySelector(".greeting")).toBeNull();
    expect(root.querySelector("iframe")).toBeNull();
  });

  test("markup in it is text", () => {
    const root = launch({ greeting: "<img src=x onerror=alert(1)>" });

    expect(root.querySelector("img")).toBeNull();
    expect(root.querySelector(".greeting-text")!.textContent).toContain("<img");
  });
});
