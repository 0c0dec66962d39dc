"""What every ear does: reads a message as an answer to the house, and shows at once what the house says to it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.reception.choices import meant_by
from bot.reception.claim import Claim
from bot.reception.turns import House
from conversation.message import Line
from handoff import live
from handoff.mood.reader import simplified

_PLACE = 2


def said(claim: Claim) -> str:
    """The words, Simplified; only what is as short as the place of a button is looked up as one."""
    if len(claim.text.strip()) <= _PLACE:
        return simplified(meant_by(claim.text, claim.around.shown))
    return simplified(claim.text)


async def show(house: House, conversation_id: str, lines: Sequence[Line]) -> None:
    """Tells the desk and the customer's door of lines that stand in the transcript."""
    await live.announce_lines(house.bus, conversation_id, lines)
    for line in lines:
        await house.wire.tell(conversation_id, {"kind": "message", "seq": line.seq})
