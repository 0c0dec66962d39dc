/**
 * The one-script embed: a launcher on a foreign page that opens the chat in a panel.
 *
 * It loads nothing of the chat before the first opening, and shares nothing with the page but a count and open or closed.
 * Attributes of its script tag: data-server, data-title, data-position (left or right), data-accent (#rrggbb).
 */

import { parseColour } from "../page/options";
import { readEmbedOptions } from "./embed_options";
import { Launcher } from "./launcher";

/** Puts the launcher on the page once there is a body to hold it. */
function install(script: HTMLScriptElement): void {
  const options = readEmbedOptions(script);
  const launch = (): void => new Launcher(options, parseColour(options.accent)).attach(document.body);
  if (document.body) launch();
  else document.addEventListener("DOMContentLoaded", launch, { once: true });
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) install(script);
