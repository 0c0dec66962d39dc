/** The panel with the chat in its frame: made at the first opening, and honest when the chat cannot be had. */

import { PANEL_SOURCE, type PanelNote } from "../page/panel";
import { button, element } from "./elements";
import { chatAddress, type EmbedOptions } from "./embed_options";
import type { LauncherWords } from "./words";

/** How long the chat may take to say its first word. */
const SILENT_MS = 20_000;

/** One panel; it lives as long as the page. */
export class PanelFrame {
  readonly element = element("div", "panel");
  private readonly frame = element("iframe");
  private readonly told = element("p");
  private readonly again: HTMLButtonElement;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private isOpen = false;

  constructor(
    private readonly options: EmbedOptions,
    private readonly words: LauncherWords,
    onClose: () => void,
  ) {
    this.again = button("again", words.again, () => this.load());
    const fallback = element("div", "fallback");
    fallback.setAttribute("role", "status");
    fallback.append(this.told, this.again, button("again", words.close.replace("{title}", ""), onClose));
    // The customer's own place, and only after they say so in the panel.
    this.frame.allow = "geolocation";
    this.frame.title = options.title ?? words.panel;
    this.element.setAttribute("role", "dialog");
    this.element.setAttribute("aria-label", this.frame.title);
    this.element.append(this.guard(), fallback, this.frame, this.guard());
    this.load();
  }

  /** Tells whether a message of the window comes from the chat in this frame. */
  isFrom(event: MessageEvent): boolean {
    return event.source === this.frame.contentWindow && event.origin === this.options.server;
  }

  /** The chat has spoken: it is there, and may be told. */
  hasSpoken(): void {
    clearTimeout(this.silence);
    this.element.dataset.state = "ready";
    this.tell();
  }

  show(isOpen: boolean): void {
    this.isOpen = isOpen;
    this.element.hidden = !isOpen;
    this.tell();
    if (isOpen) this.frame.focus();
  }

  /** Keeps a panel that fills the window above the keyboard of an iPhone. */
  fit(visible: VisualViewport): void {
    const isZoomed = Math.abs(visible.scale - 1) > 0.01;
    const isCovered = !isZoomed && window.innerHeight - visible.height > 1;
    this.element.style.setProperty("--visible-height", isCovered ? `${Math.round(visible.height)}px` : "100%");
    this.element.style.setProperty("--visible-top", isCovered ? `${Math.round(visible.offsetTop)}px` : "0px");
  }

  private load(): void {
    this.element.dataset.state = "loading";
    this.told.textContent = this.words.opening;
    this.frame.src = chatAddress(this.options);
    this.silence = setTimeout(() => this.giveUp(), SILENT_MS);
  }

  private giveUp(): void {
    this.element.dataset.state = "silent";
    this.told.textContent = this.words.unreachable;
    if (this.isOpen) this.again.focus();
  }

  private tell(): void {
    // Before it has spoken, the frame still has the page's own origin and would refuse the note.
    if (this.element.dataset.state !== "ready") return;
    const note: PanelNote = { source: PANEL_SOURCE, type: "panel", open: this.isOpen, greeting: this.options.greeting };
    this.frame.contentWindow?.postMessage(note, this.options.server);
  }

  /** A panel that fills the window keeps the focus: what lies under it could be reached but not seen. */
  private guard(): HTMLElement {
    const made = element("span", "guard");
    made.tabIndex = 0;
    made.onfocus = () => this.frame.focus();
    return made;
  }
}
