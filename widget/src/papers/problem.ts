/** Why something was not done, as the page tells it: a refusal of the bot, or one of the page's own. */

import type { Refusal } from "./wire";

export interface Problem extends Pick<Refusal, "code" | "most" | "missing" | "checks"> {
  /** Trying the same again may help. */
  retryable: boolean;
}
