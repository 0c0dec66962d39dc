/** What the script tag says; a missing or strange value has a safe default. */

export interface EmbedOptions {
  server: string;
  title: string | null;
  position: "left" | "right";
  accent: string | null;
}

/** Reads the data attributes; without data-server the chat comes from where the script came from. */
export function readEmbedOptions(script: HTMLScriptElement): EmbedOptions {
  const { server, title, position, accent } = script.dataset;
  return {
    server: originOf(server) ?? new URL(script.src, window.location.href).origin,
    title: title?.trim() || null,
    position: position === "left" ? "left" : "right",
    accent: accent ?? null,
  };
}

/** Gives the address of the chat page inside the frame. */
export function chatAddress(options: EmbedOptions): string {
  const query = new URLSearchParams({ embed: "1" });
  if (options.title) query.set("title", options.title);
  if (options.accent) query.set("accent", options.accent);
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
