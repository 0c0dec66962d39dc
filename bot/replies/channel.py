"""The output channel given to Rasa: it collects a turn's bubbles and directives and sends nothing anywhere."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import OutputChannel

from bot.replies.length import fit
from conversation.errand import Errand
from conversation.links import SETTLED
from conversation.reply import COMPANY_DOWN, Button, Card, HandoffRequest, Reply, Turn


class ReplyCollector(OutputChannel):
    """Gathers what one turn says; the reception decides whether anybody hears it."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._replies: list[Reply] = []
        self._handoff: HandoffRequest | None = None
        self._profile: dict[str, Any] = {}
        self._errands: list[Errand] = []
        self._dropped: list[int] = []
        self._leaves_queue = False
        self._settled: list[str] = []
        self._company_down = False
        self.errand_result: dict[str, str] = {}

    def name(self) -> str:
        """Returns the customer's channel, so that responses may vary by it."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """See base class; text, buttons and card of one response make one bubble."""
        custom = message.get("custom") or {}
        self._direct(custom)
        card = Card.from_wire(custom["card"]) if "card" in custom else None
        text = (message.get("text") or "").strip()
        buttons = tuple(
            Button(str(button["title"]), str(button.get("payload") or button["title"]))
            for button in message.get("buttons") or message.get("quick_replies") or ()
        )
        if text or card or buttons:
            self._replies.append(Reply(text, buttons, card))

    def _direct(self, custom: dict[str, Any]) -> None:
        if "handoff" in custom:
            self._handoff = HandoffRequest.from_wire(custom["handoff"])
        self._leaves_queue = self._leaves_queue or bool(custom.get("leave_queue"))
        if "errand" in custom:
            self._errands.append(Errand.from_wire(custom["errand"]))
        self._dropped += custom.get("errands_dropped", ())
        self._settled += custom.get(SETTLED, ())
        self.errand_result |= custom.get("errand_result", {})
        self._company_down = self._company_down or bool(custom.get(COMPANY_DOWN))
        self._profile |= custom.get("profile", {})

    def turn(self) -> Turn:
        """Returns what was gathered, merged to what a person reads at once."""
        return Turn(
            merge(tuple(self._replies)),
            self._handoff,
            self._profile,
            tuple(self._errands),
            tuple(self._dropped),
            self._leaves_queue,
            tuple(self._settled),
            self._company_down,
        )


def merge(replies: tuple[Reply, ...], most: int = 2) -> tuple[Reply, ...]:
    """Joins replies to at most `most` bubbles that a person can read, the shortest neighbours first.

    A card ends its bubble, and the last buttons stand. Words that are too many for one bubble move on to the next.
    """
    merged = list(replies)
    while len(merged) > most:
        pairs = [number for number, reply in enumerate(merged[:-1]) if not reply.card]
        if not pairs:
            break
        pair = min(pairs, key=lambda number: _weight(merged[number], merged[number + 1]))
        merged[pair : pair + 2] = [_join(merged[pair], merged[pair + 1])]
    return fit(tuple(merged))


def _weight(first: Reply, second: Reply) -> tuple[bool, int]:
    """Two bubbles with buttons are better left apart; short ones join first."""
    return bool(first.buttons and second.buttons), len(first.text) + len(second.text)


def _join(first: Reply, second: Reply) -> Reply:
    text = "\n".join(part for part in (first.text, second.text) if part)
    return Reply(text, second.buttons or first.buttons, second.card)
