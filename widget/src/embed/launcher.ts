/** The launcher button and the panel, in a shadow root so that neither page styles the other. */

import { openStore } from "../connection/storage";
import { readableFill } from "../page/accent";
import { preferredLanguage } from "../page/look";
import { isNote, type FrameNote } from "../page/panel";
import { addStyles, button, element, sparkSign } from "./elements";
import type { EmbedOptions } from "./embed_options";
import { greetingBubble, type Greeting } from "./greeting";
import styles from "./launcher.css?inline";
import { PanelFrame } from "./panel_frame";
import { WORDS, type LauncherWords } from "./words";

const OPENED = "gridtalk.opened";

/** One launcher and, after the first opening, one panel. */
export class Launcher {
  private readonly host = element("div");
  private readonly root = this.host.attachShadow({ mode: "open" });
  private readonly button = button("launcher", "", () => this.toggle(!this.isOpen));
  private readonly label = element("span");
  private readonly badge = element("b");
  private readonly greeting: Greeting | null;
  private words: LauncherWords;
  private panel: PanelFrame | null = null;
  private isOpen = false;
  private readonly store = openStore([() => window.sessionStorage]);

  constructor(private readonly options: EmbedOptions) {
    const { accent, look, position, nonce } = options;
    const language = look.language ?? preferredLanguage(navigator.languages);
    this.words = WORDS[language];
    this.host.lang = language;
    this.host.dataset.gridtalk = position;
    this.host.dataset.theme = look.theme ?? "auto";
    this.host.dataset.elder = String(look.isElder ?? false);
    if (accent) this.host.style.setProperty("--gridtalk-accent", readableFill(accent));
    this.greeting = greetingBubble(options.greeting, this.words, () => this.toggle(true));
    addStyles(this.root, styles, nonce);
    this.button.setAttribute("aria-haspopup", "dialog");
    this.button.append(sparkSign(), this.label, this.badge);
    this.root.append(...(this.greeting ? [this.greeting.element] : []), this.button);
    this.describe(0);
  }

  attach(body: HTMLElement): void {
    body.append(this.host);
    window.addEventListener("message", (event) => this.hear(event));
    this.host.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isOpen) this.toggle(false);
    });
    const visible = window.visualViewport as VisualViewport | null | undefined;
    visible?.addEventListener("resize", () => this.panel?.fit(visible));
    visible?.addEventListener("scroll", () => this.panel?.fit(visible));
    // Who has talked on another page of this site sees here what is unread.
    if (this.store.get(OPENED)) {
      this.panel = this.openPanel();
      this.panel.show(false);
    }
  }

  private toggle(open: boolean): void {
    this.isOpen = open;
    this.store.set(OPENED, "1");
    this.greeting?.dismiss();
    this.host.toggleAttribute("data-open", open);
    this.panel ??= this.openPanel();
    this.panel.show(open);
    this.describe(0);
    if (!open) this.button.focus();
  }

  private openPanel(): PanelFrame {
    const panel = new PanelFrame(this.options, this.words, () => this.toggle(false));
    this.root.append(panel.element);
    return panel;
  }

  private hear(event: MessageEvent): void {
    if (!this.panel?.isFrom(event) || !isNote<FrameNote>(event.data)) return;
    const note = event.data;
    if (note.type === "close") this.toggle(false);
    if (note.type === "unread") this.describe(note.count);
    if (note.type === "look") this.follow(note.language, note.isElder);
  }

  /** Speaks as the chat does, also after the customer has chosen another language there. */
  private follow(language: keyof typeof WORDS, isElder: boolean): void {
    this.words = WORDS[language] ?? this.words;
    this.host.lang = language;
    this.host.dataset.elder = String(isElder);
    this.describe(0);
    this.panel?.hasSpoken();
  }

  private describe(unread: number): void {
    const { words } = this;
    this.label.textContent = this.options.title ?? words.title;
    const action = (this.isOpen ? words.close : words.open).replace("{title}", this.label.textContent);
    const count = unread > 0 ? words.unread.replace("{count}", String(unread)) : "";
    this.badge.textContent = unread > 0 ? String(Math.min(unread, 99)) : "";
    this.button.setAttribute("aria-label", [action, count].filter(Boolean).join(" "));
    this.button.setAttribute("aria-expanded", String(this.isOpen));
  }
}
