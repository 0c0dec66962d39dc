/** The launcher on a foreign page. */

import { afterEach, describe, expect, test } from "vitest";
import { chatAddress, readEmbedOptions } from "../src/embed/embed_options";
import { Launcher } from "../src/embed/launcher";

function scriptWith(data: Record<string, string>): HTMLScriptElement {
  const script = document.createElement("script");
  script.src = "https://chat.example.cn/widget.js";
  Object.assign(script.dataset, data);
  return script;
}

function launch(): ShadowRoot {
  new Launcher(readEmbedOptions(scriptWith({})), null).attach(document.body);
  const root = document.querySelector("[data-gridtalk]")?.shadowRoot;
  if (!root) throw new Error("no launcher");
  return root;
}

afterEach(() => {
  document.body.replaceChildren();
  window.sessionStorage.clear();
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
});

describe("launcher", () => {
  test("loads nothing of the chat before it is opened", () => {
    expect(launch().querySelector("iframe")).toBeNull();
  });

  test("opens and closes one panel", () => {
    const root = launch();
    const button = root.querySelector("button")!;

    button.click();
    expect(button.getAttribute("aria-expanded")).toBe("true");
    button.click();
    button.click();

    expect(root.querySelectorAll("iframe")).toHaveLength(1);
    expect(root.querySelector("iframe")!.hidden).toBe(false);
  });

  test("on the next page of a site where it was opened, it knows what is unread and stays closed", () => {
    launch().querySelector("button")!.click();
    document.body.replaceChildren();

    const root = launch();
    const frame = root.querySelector("iframe")!;
    const data = { source: "gridtalk", type: "unread", count: 3 };
    window.dispatchEvent(new MessageEvent("message", { data, source: frame.contentWindow, origin: "https://chat.example.cn" }));

    expect(frame.hidden).toBe(true);
    expect(root.querySelector("b")!.textContent).toBe("3");
    expect(root.querySelector("button")!.getAttribute("aria-expanded")).toBe("false");
  });

  test("believes only its own frame", () => {
    const root = launch();
    root.querySelector("button")!.click();

    window.dispatchEvent(new MessageEvent("message", { data: { source: "gridtalk", type: "unread", count: 7 }, origin: "https://evil.example" }));

    expect(root.querySelector("b")!.textContent).toBe("");
  });
});
