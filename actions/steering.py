"""What a customer says to the talk itself while a question is open: again, why, wait, anew, not that; no business.

The words stand in words/conversation.yml. A message steers when it holds nothing else: what answers a question in the
same breath is an answer.
"""

from __future__ import annotations

from enum import Enum

from actions.visit import Visit
from actions.wording import plain
from conversation.message import is_wordless


class Steer(Enum):
    """What a message wants of the talk."""

    AGAIN = "again"
    EXPLAIN = "explain"
    WHY = "why"
    WAIT = "wait"
    RESTART = "restart"
    REOPEN = "reopen"
    NOTHING = "nothing"


def steer_of(visit: Visit) -> Steer | None:
    """Reads what the message wants of the talk; None where it is an answer or a business."""
    if _is_something_else(visit):
        return None
    if not any(char.isalnum() for char in visit.text) or visit.wording.is_shaped("sticker", visit.text):
        return Steer.AGAIN if "?" in visit.text or "\uff1f" in visit.text else Steer.NOTHING
    if visit.wording.is_shaped("why_asked", visit.text):
        return Steer.WHY
    if corrects_without_value(visit):
        return Steer.REOPEN
    said = visit.wording.says_only("steering", visit.text)
    return Steer(said) if said else None


def _is_something_else(visit: Visit) -> bool:
    """A picture, a place or a voice nobody understood is read by the question."""
    return is_wordless(visit.tracker.latest_message.get("metadata") or {})


def corrects(visit: Visit) -> bool:
    """The message changes something said before."""
    return visit.intent == "correct_info" or visit.wording.holds("correcting", visit.text)


def corrected_to(visit: Visit) -> str:
    """What comes after the words that correct: "building 3" of "no, it is building 3"."""
    start = max((found.end() for found in visit.wording.patterns["correction_lead"].finditer(visit.text)), default=0)
    return visit.text[start:].strip()


def corrects_without_value(visit: Visit) -> bool:
    """The message says that something was wrong and not yet what is right; a bare no is none of these."""
    words, said = visit.wording, plain(visit.text)
    if not words.holds("wrong", said) or not (words.holds("wrong_before", said) or named_slots(visit)):
        return False
    return not words.without(("slot_words", "wrong", "particles"), said)


def named_slots(visit: Visit) -> list[str]:
    """The slots that the message may name, the longest word first: "the phone number was wrong"."""
    said = plain(visit.text)
    names = visit.wording.options.get("slot_words", {})
    hits = [(len(word), slot) for slot, words in names.items() for word in words if word in said]
    return [slot for _, slot in sorted(hits, key=lambda hit: -hit[0])]


def leaves_for(visit: Visit) -> tuple[str, int] | None:
    """The business a customer turns to, leaving this one in so many words, and where its words begin."""
    start = max((found.end() for found in visit.wording.patterns["leaving"].finditer(visit.text)), default=0)
    business = visit.wording.option("business", visit.text[start:]) if start else None
    return (business, start) if business else None


def is_left(visit: Visit) -> bool:
    """The message says that this business is not to be done now."""
    return visit.wording.holds("leaving", visit.text)
