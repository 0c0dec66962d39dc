"""The takeover card: what an agent must know in one look, from one query and no model, masked.

The conversation's `profile` is written by the bot: `{"display_name", "verified", "accounts": [{"account_no" or "tail",
"address_masked"}], "risks": [...], "promises": [{"text", "at"}]}`; every part may be missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conversation.identity import Level
from handoff import promises as promise_book
from handoff.errors import UnknownConversation
from handoff.masks import kind_of, mask
from handoff.phrases import Phrases
from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from runtime.privacy import mask_text

# What a priority of docs/architecture.md section 8 says about the customer.
_RISK_OF_PRIORITY = ("danger", "life_support", "key_account", "complaint")

_CARD = """
    select c.conversation_id, c.channel, c.profile, e.summary, e.priority, asked.text as asked
    from conversations c
    left join lateral (
        select summary, priority from escalations
        where conversation_id = c.conversation_id order by escalation_id desc limit 1
    ) e on true
    left join lateral (
        select body ->> 'text' as text from messages
        where conversation_id = c.conversation_id and role = 'customer' order by seq desc limit 1
    ) asked on true
    where c.conversation_id = $1
"""

# What the bot has said it will still do.
_KEPT = """
    select body ->> 'wish' as wish, created_at from errands
    where conversation_id = $1 and state = 'waiting' order by errand_id
"""


@dataclass(frozen=True)
class TakeoverCard:
    """Who it is, what they want, what was promised; masked when built."""

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
        }


async def takeover_card(connection: Connection, conversation_id: str, phrases: Phrases) -> TakeoverCard:
    """Builds the card of a conversation. Raises UnknownConversation."""
    row = await connection.fetchrow(_CARD, conversation_id)
    if row is None:
        raise UnknownConversation(conversation_id=conversation_id)
    profile, summary = row["profile"], row["summary"] or {}
    promises = [*profile.get("promises", ()), *summary.get("promises", ()), *await _kept(connection, row, phrases)]
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
        asked=mask_text(row["asked"] or ""),
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


async def _kept(connection: Connection, row: Any, phrases: Phrases) -> list[dict[str, str]]:
    rows = await connection.fetch(_KEPT, row["conversation_id"])
    return [
        {
            "text": phrases.say("utter_human_errand", wish=kept["wish"]),
            "at": kept["created_at"].astimezone(SHANGHAI).isoformat(),
        }
        for kept in rows
    ]


def _promise(promise: dict[str, Any]) -> dict[str, str]:
    return {"text": mask_text(str(promise["text"])), "at": str(promise.get("at") or "")}


def _risks(profile: dict[str, Any], summary: dict[str, Any], priority: int | None) -> tuple[str, ...]:
    told = [str(risk) for risk in [*summary.get("risks", ()), *profile.get("risks", ())]]
    if priority is not None and 0 <= priority < len(_RISK_OF_PRIORITY):
        told.insert(0, _RISK_OF_PRIORITY[priority])
    return tuple(dict.fromkeys(told))
