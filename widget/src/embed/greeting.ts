/** The operator's sentence beside the launcher; who has closed it or opened the chat is not greeted again in this visit. */

import { openStore } from "../connection/storage";
import { button, element } from "./elements";
import type { LauncherWords } from "./words";

const GREETED = "gridtalk.greeted";

/** Makes the bubble, or nothing when there is nothing to say. */
export function greetingBubble(text: string | null, words: LauncherWords, onOpen: () => void): Greeting | null {
  const store = openStore([() => window.sessionStorage]);
  if (!text || store.get(GREETED)) return null;
  return new Greeting(text, words, onOpen, () => store.set(GREETED, "1"));
}

/** One bubble. */
export class Greeting {
  readonly element = element("section", "greeting");

  constructor(
    text: string,
    words: LauncherWords,
    onOpen: () => void,
    private readonly remember: () => void,
  ) {
    const close = button("greeting-close", "×", () => this.dismiss());
    close.setAttribute("aria-label", words.dismiss);
    this.element.setAttribute("aria-label", words.greeting);
    this.element.append(button("greeting-text", text, onOpen), close);
  }

  dismiss(): void {
    this.remember();
    this.element.remove();
  }
}
