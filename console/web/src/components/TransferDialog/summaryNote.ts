/** The first draft of what a colleague must know, from the takeover card; the agent writes on from there. */
import type { TakeoverCard } from "../../api/types";
import type { Locale } from "../../locale/locale";

export function summaryNote(card: TakeoverCard, { t, word }: Locale): string {
  const lines = [
    card.intent && t("note.wants", { what: word("intent", card.intent) }),
    card.slots.length > 0 && t("note.known", { what: card.slots.map((slot) => `${slot.label} ${slot.value}`).join(", ") }),
    card.orders.length > 0 && t("note.orders", { what: card.orders.join(", ") }),
    card.promises.length > 0 && t("note.promised", { what: card.promises.map((one) => one.text).join("; ") }),
    card.asked && t("note.asked", { what: card.asked }),
  ];
  return lines.filter(Boolean).join("\n");
}
