/** What the script tag says; a missing or strange value has a safe default. */

import type { Look } from "../page/look";
import { parseColour, readLook } from "../page/options";

export interface EmbedOptions {
  /** The origin of the bot process. */
  server: string;
  title: string | null;
  position: "left" | "right";
  /** `#rrggbb` or null. */
  accent: string | null;
  /** A sentence beside the launcher, and the first one of the chat. */
  greeting: string | null;
  /** The look asked for, as far as it was understood. */
  look: Partial<Look>;
  /** The nonce of the script, which also admits its styles where a browser has no constructed style sheets. */
  nonce: string;
}

const GREETING_LIMIT = 120;

/** Reads the data attributes; without data-server the chat comes from where the script came from. */
export function readEmbedOptions(script: HTMLScriptElement): EmbedOptions {
  const { server, title, position, accent, greeting, lang, theme, elder } = script.dataset;
  return {
    server: originOf(server) ?? new URL(script.src, window.location.href).origin,
    title: title?.trim() || null,
    position: position === "left" ? "left" : "right",
    accent: parseColour(accent ?? null),
    greeting: greeting?.trim().slice(0, GREETING_LIMIT) || null,
    // An attribute without a value (data-elder) is on.
    look: readLook(lang, theme, elder === "" ? "1" : elder),
    nonce: script.nonce ?? "",
  };
}

/** Gives the address of the chat page inside the frame. */
export function chatAddress(options: EmbedOptions): string {
  const query = new URLSearchParams({ embed: "1" });
  const { language, theme, isElder } = options.look;
  if (options.title) query.set("title", options.title);
  if (options.accent) query.set("accent", options.accent);
  if (language) query.set("lang", language);
  if (theme) query.set("theme", theme);
  if (isElder !== undefined) query.set("elder", isElder ? "1" : "0");
  return `${options.server}/?${query}`;
}

function originOf(address: string | undefined): string | null {
  try {
    const url = new URL(address ?? "");
    return /^https?:$/.test(url.protocol) ? url.origin : null;
  } catch {
    return null;
  }
}
