/**
 * The one-script embed: a launcher on a foreign page that opens the chat in a panel.
 *
 * It loads nothing of the chat before the first opening, and shares nothing with the page but a count, a look, and open
 * or closed. The attributes of its script tag are those of `embed_options.ts`, for operators: `docs/channels/web.md`.
 */

import { readEmbedOptions } from "./embed_options";
import { Launcher } from "./launcher";

/** Puts the launcher on the page once there is a body to hold it. */
function install(script: HTMLScriptElement): void {
  const options = readEmbedOptions(script);
  const launch = (): void => new Launcher(options).attach(document.body);
  if (document.body) launch();
  else document.addEventListener("DOMContentLoaded", launch, { once: true });
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) install(script);
