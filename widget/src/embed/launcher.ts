/** The launcher button and the panel, in a shadow root so that neither page styles the other. */

import { launcher as words } from "../locales/zh-CN.json";
import { isNote, PANEL_SOURCE, type FrameNote, type PanelNote } from "../page/panel";
import { chatAddress, type EmbedOptions } from "./embed_options";
import { openStore } from "../connection/storage";
import styles from "./launcher.css?inline";

const SPARK =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 4.500h16a1.500 1.500 0 0 1 1.500 1.500v10a1.500 1.500 0 0 1-1.500 1.500h-8.500L6.500 21.500v-4H4A1.500 1.500 0 0 1 2.500 16V6A1.500 1.500 0 0 1 4 4.500Z"/><path class="spark" d="m12.800 6.200-5 5.800h3.400l-.9 4.200 5.300-6.200h-3.500z"/></svg>';

const OPENED = "gridtalk.opened";

/** One launcher and, after the first opening, one panel. */
export class Launcher {
  private readonly host = document.createElement("div");
  private readonly button = document.createElement("button");
  private readonly label = document.createElement("span");
  private readonly badge = document.createElement("b");
  private frame: HTMLIFrameElement | null = null;
  private isLoaded = false;
  private readonly store = openStore([() => window.sessionStorage]);
  private isOpen = false;

  constructor(
    private readonly options: EmbedOptions,
    accent: string | null,
  ) {
    const root = this.host.attachShadow({ mode: "open" });
    const sheet = document.createElement("style");
    sheet.textContent = styles;
    this.host.dataset.gridtalk = options.position;
    if (accent) this.host.style.setProperty("--gridtalk-accent", accent);
    this.button.type = "button";
    // Our own constant drawing, no text of anybody's.
    this.button.innerHTML = SPARK;
    this.label.textContent = options.title ?? words.title;
    this.button.append(this.label, this.badge);
    this.button.onclick = () => this.toggle(!this.isOpen);
    root.append(sheet, this.button);
    this.describe(0);
  }

  attach(body: HTMLElement): void {
    body.append(this.host);
    window.addEventListener("message", (event) => this.hear(event));
    // Who has talked on another page of this site sees here what is unread.
    if (this.store.get(OPENED)) this.openFrame().hidden = true;
  }

  private toggle(open: boolean): void {
    this.isOpen = open;
    this.store.set(OPENED, "1");
    this.frame ??= this.openFrame();
    this.frame.hidden = !open;
    this.host.toggleAttribute("data-open", open);
    this.tellFrame();
    this.describe(0);
    (open ? this.frame : this.button).focus();
  }

  private openFrame(): HTMLIFrameElement {
    const frame = document.createElement("iframe");
    frame.src = chatAddress(this.options);
    // The customer's own place, and only after they say so in the panel.
    frame.allow = "geolocation";
    frame.title = this.options.title ?? words.panel;
    frame.onload = () => {
      this.isLoaded = true;
      this.tellFrame();
    };
    this.host.shadowRoot?.append(frame);
    this.frame = frame;
    return frame;
  }

  private tellFrame(): void {
    // Before it has loaded, the frame still has the page's own origin and would refuse the note.
    if (!this.isLoaded) return;
    const note: PanelNote = { source: PANEL_SOURCE, type: "panel", open: this.isOpen };
    this.frame?.contentWindow?.postMessage(note, this.options.server);
  }

  private hear(event: MessageEvent): void {
    if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== this.options.server) return;
    if (!isNote<FrameNote>(event.data)) return;
    if (event.data.type === "close") this.toggle(false);
    if (event.data.type === "ready") {
      this.isLoaded = true;
      this.tellFrame();
    }
    if (event.data.type === "unread") this.describe(event.data.count);
  }

  private describe(unread: number): void {
    const action = (this.isOpen ? words.close : words.open).replace("{title}", this.label.textContent ?? "");
    const count = unread > 0 ? words.unread.replace("{count}", String(unread)) : "";
    this.badge.textContent = unread > 0 ? String(Math.min(unread, 99)) : "";
    this.button.setAttribute("aria-label", [action, count].filter(Boolean).join(" "));
    this.button.setAttribute("aria-expanded", String(this.isOpen));
  }
}
