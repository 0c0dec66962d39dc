"""What the dialogue is told beside a customer's words: who and where they are, what waits, what the desk knows."""

from __future__ import annotations

from typing import Any

from bot.policies.safety import Danger
from bot.reception import errand_book
from bot.reception.claim import Claim
from bot.reception.duty import Staffed, desk_metadata
from conversation.facts import FACTS
from conversation.links import LINKS
from handoff.desk_help.facts import told_now


def metadata_of(house: Staffed, claim: Claim, danger: Danger | None) -> dict[str, Any]:
    """Returns the metadata of a message; of a danger in it the sign."""
    metadata: dict[str, Any] = {
        "message_id": claim.message_id,
        "channel": claim.channel,
        "channel_user": claim.channel_user,
        "owner": claim.owner.value,
        "at": claim.at.isoformat(),
        **errand_book.waiting_metadata(claim.errands),
    }
    if claim.return_note:
        metadata["note"] = claim.return_note
    if claim.links:
        metadata[LINKS] = list(claim.links)
    if claim.promises:
        metadata["promises"] = list(claim.promises)
    if danger:
        metadata["danger_sign"] = danger.sign
    metadata |= desk_metadata(house, claim.around)
    if facts := told_now(claim.return_facts, house.clock.now()):
        metadata[FACTS] = facts
    metadata |= {name: value for name in ("location", "attachment") if (value := getattr(claim, name))}
    return metadata
