"""The takeover card: what an agent must know in one look, from a few short queries and no model, masked.

The conversation's `profile` is written by the bot: `{"display_name", "verified", "accounts": [{"account_no" or "tail",
"address_masked"}], "risks": [...], "promises": [{"text", "at"}]}`; every part may be missing. What the utility says now
comes later and holds nothing up (`console.server.panel`); here stands what the bot has already learned of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conversation.identity import Level
from handoff.card import rows
from handoff.card.masks import kind_of, mask
from handoff.card.rows import PastContact, Told, Tried
from handoff.card.situation import Situation, marks_of, mood_name
from handoff.desk_help import promises as promise_book
from handoff.errors import UnknownConversation
from handoff.phrases import Phrases
from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from runtime.privacy import mask_text

# What a priority of docs/architecture.md section 8 says about the customer.
_RISK_OF_PRIORITY = ("danger", "life_support", "key_account", "complaint")
_LEVELS = tuple(level.value for level in Level)
MOST_LINES = 12
_ASKED, _QUOTED = 120, 24


@dataclass(frozen=True)
class TakeoverCard:
    """Who it is, what they want, what was tried and told, what was promised; masked when built."""

    display_name: str
    channel: str
    verified: Level
    accounts: tuple[dict[str, str], ...]
    intent: str
    slots: tuple[dict[str, str], ...]
    orders: tuple[str, ...]
    risks: tuple[str, ...]
    promises: tuple[dict[str, str], ...]
    asked: str
    reason: str = ""
    mood: str = ""
    tried: Tried = field(default_factory=Tried)
    system: tuple[Told, ...] = ()
    last: PastContact | None = None

    def to_wire(self) -> dict[str, Any]:
        """Returns the card of docs/architecture.md section 6."""
        who = {
            "display_name": self.display_name,
            "channel": self.channel,
            "verified": self.verified.value,
            "accounts": list(self.accounts),
        }
        return {
            "who": who,
            "intent": self.intent,
            "slots": list(self.slots),
            "orders": list(self.orders),
            "risks": list(self.risks),
            "promises": list(self.promises),
            "asked": self.asked,
            "mood": self.mood,
            "tried": self.tried.to_wire(),
            "system": [told.to_wire() for told in self.system],
            "last": self.last.to_wire() if self.last else None,
        }

    @property
    def lines(self) -> tuple[str, ...]:
        """The rows the page shows of it, by name; what is empty has no row."""
        tried = self.tried
        shown: Mapping[str, object] = {
            "who": True,
            "risks": self.risks or self.mood,
            "intent": self.intent,
            "asked": self.asked,
            "slots": self.slots,
            "tried": tried.heard or tried.shown,
            "system": self.system or self.orders,
            "promises": self.promises,
            "last": self.last,
        }
        return tuple(name for name, value in shown.items() if value)

    @property
    def situation(self) -> Situation:
        """What the rules of next steps look at."""
        orders, outages = rows.numbers_in(self.system)
        orders = [*self.orders, *orders]
        kinds = {told.kind for told in self.system}
        return Situation(
            marks_of(
                intent=[self.intent, *self.tried.intents[-1:]],
                known=["intent"] if self.intent else [],
                reason=[self.reason],
                risk=self.risks,
                mood=[self.mood],
                slot=[slot["name"] for slot in self.slots],
                verified=_LEVELS[1 : _LEVELS.index(self.verified.value) + 1] or [Level.NONE.value],
                tried=["missed"] if self.tried.missed else [],
                promise=["open"] if self.promises else [],
                system=[
                    "order_open" if orders or "order" in kinds else "",
                    # What a card said may be over by now: only the utility's own word is told to a customer.
                    "outage_told" if outages or "outage" in kinds else "",
                    "arrears" if "arrears" in self.risks else "",
                ],
            ),
            self._values(orders, outages),
        )

    def _values(self, orders: list[str], outages: list[str]) -> dict[str, str]:
        values = {
            "tail": self.accounts[0]["tail"] if self.accounts else "",
            "order": orders[0] if orders else "",
            "outage": outages[0] if outages else "",
            "promise": self.promises[0]["text"] if self.promises else "",
            "asked": self.asked[:_QUOTED],
        }
        return {name: value for name, value in values.items() if value}


async def takeover_card(connection: Connection, conversation_id: str, phrases: Phrases) -> TakeoverCard:
    """Builds the card of a conversation. Raises UnknownConversation."""
    row = await connection.fetchrow(rows.MAIN, conversation_id)
    if row is None:
        raise UnknownConversation(conversation_id=conversation_id)
    profile, summary, since = row["profile"], row["summary"] or {}, row["past_at"]
    system = await rows.told_by_system(connection, conversation_id, since)
    kept = await _kept(connection, conversation_id, phrases)
    promises = [*profile.get("promises", ()), *summary.get("promises", ()), *kept]
    promises += await promise_book.for_card(connection, conversation_id)
    return TakeoverCard(
        display_name=display_name(profile, conversation_id, phrases),
        channel=row["channel"],
        verified=Level(profile.get("verified", Level.NONE.value)),
        accounts=tuple(_account(account) for account in profile.get("accounts", ())),
        intent=str(summary.get("intent") or ""),
        slots=tuple(_slot(slot) for slot in summary.get("slots", ())),
        orders=tuple(str(order) for order in summary.get("orders", ())),
        risks=_risks(profile, summary, row["priority"]),
        promises=tuple(_promise(promise) for promise in promises),
        asked=mask_text(row["asked"] or "")[:_ASKED],
        reason=row["reason"] or "",
        mood=mood_name(row["mood"]),
        tried=await rows.tried_by_bot(connection, conversation_id, since, system),
        system=system,
        last=rows.past_contact(row),
    )


def display_name(profile: dict[str, Any], conversation_id: str, phrases: Phrases) -> str:
    """Names the customer for the desk: the channel's nickname, or a visitor with the end of their id."""
    nickname = str(profile.get("display_name") or "")
    return mask_text(nickname) if nickname else phrases.say("utter_human_visitor", tail=conversation_id[-4:])


def _account(account: dict[str, Any]) -> dict[str, str]:
    tail = str(account.get("tail") or account.get("account_no") or "")[-4:]
    return {"tail": tail, "address_masked": mask_text(str(account.get("address_masked") or ""))}


def _slot(slot: dict[str, Any]) -> dict[str, str]:
    name = str(slot["name"])
    return {
        "name": name,
        "label": str(slot.get("label") or name),
        "value": mask(kind_of(name), str(slot.get("value") or "")),
    }


async def _kept(connection: Connection, conversation_id: str, phrases: Phrases) -> list[dict[str, str]]:
    return [
        {"text": phrases.say("utter_human_errand", wish=wish), "at": at.astimezone(SHANGHAI).isoformat()}
        for wish, at in await rows.kept_errands(connection, conversation_id)
    ]


def _promise(promise: dict[str, Any]) -> dict[str, str]:
    return {"text": mask_text(str(promise["text"])), "at": str(promise.get("at") or "")}


def _risks(profile: dict[str, Any], summary: dict[str, Any], priority: int | None) -> tuple[str, ...]:
    told = [str(risk) for risk in [*summary.get("risks", ()), *profile.get("risks", ())]]
    if priority is not None and 0 <= priority < len(_RISK_OF_PRIORITY):
        told.insert(0, _RISK_OF_PRIORITY[priority])
    return tuple(dict.fromkeys(told))
