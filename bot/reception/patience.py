"""How long a turn whose words may be the piece of a thought waits for the rest, and when a guess at them is not said.

It decides by what the turn has come to: whoever answers a question of a form, or says at once what is wanted, never
waits; nor does danger, nor a turn that has done something.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.dialogue import Answer
from bot.reception.burst_rules import burst_rules
from bot.reception.choices import payload_of_shown
from bot.reception.claim import Claim
from bot.reception.pieces import Shape, is_picture, shape_of
from conversation.events import Owner
from conversation.reply import Turn

_EMPTY = frozenset({Shape.HOLLOW, Shape.WHOSE})
# Outside of a form these are clear to nobody, so the rest is worth a longer wait.
_LONG = _EMPTY | {Shape.PLACE, Shape.NUMBER}
_PIECES = _LONG | {Shape.TIME, Shape.BACK, Shape.UNFINISHED}


@dataclass(frozen=True)
class Heard:
    """What a turn took the customer's words for, and whether a form asks them now."""

    intent: str
    sure: float
    form: str
    asks: bool


def heard(answer: Answer) -> Heard:
    """Reads a turn's events."""
    events = answer.events.events
    meant: dict[str, Any] = next((one for one in reversed(events) if one.get("event") == "user"), {})
    intent = (meant.get("parse_data") or {}).get("intent") or {}
    loops = [one.get("name") for one in events if one.get("event") == "active_loop"]
    form = answer.events.form
    asks = bool(loops[-1] if loops else form)
    return Heard(str(intent.get("name") or ""), float(intent.get("confidence") or 1.0), form, asks)


def shape(claim: Claim) -> Shape:
    """The shape of the words: of a burst the last piece's, for what is whole in it was said before."""
    before = claim.around.words
    return shape_of((claim.parts or (claim.text,))[-1], after_picture=bool(before) and is_picture(before[0]))


def share_for(claim: Claim, answer: Answer) -> float | None:
    """How long the turn waits for a line that has not come yet, in parts of the setting.

    None: it is not thought through again with more words; it is no typed talk, or it has changed something.
    """
    rules, read = burst_rules(), heard(answer)
    if claim.attempt > 1 or claim.owner is not Owner.BOT or not is_typed(claim) or _has_done(answer.turn):
        return None
    if read.form:  # a place in pieces, in one breath: never waited for
        return 0.0 if read.asks and shape(claim) is Shape.PLACE else None
    share = 0.0 if _answers(claim, read) else share_of(claim.text, read, shape(claim), joined=len(claim.parts) > 1)
    looks = read.intent in (rules.reads | rules.unclear | rules.open) or read.asks
    return share if looks or share > 0 else None


def share_of(text: str, read: Heard, last: Shape, *, joined: bool = False) -> float:
    """How long words wait that no form has asked for; `last` is the shape of the last piece of what is `joined`."""
    rules, whole = burst_rules(), shape_of(text)
    said = joined and read.sure >= rules.sure and read.intent not in rules.unclear | rules.open
    if said and whole not in _PIECES:
        return 0.0  # together the pieces say what is wanted
    found = last if whole is Shape.WHOLE else whole
    if found in _LONG:
        return rules.patience
    if found in _PIECES or (found is Shape.GOES_ON and read.sure < rules.sure):
        return 1.0
    if read.intent in rules.unclear:
        surely_not_ours = read.intent in rules.open and read.sure >= rules.sure
        return 1.0 if len(text) <= rules.fragment and not surely_not_ours else 0.0
    return 1.0 if read.sure < rules.doubtful and len(text) <= rules.doubtful_characters else 0.0


def is_guess(claim: Claim, answer: Answer) -> bool:
    """Whether the turn answers what nobody has said: words without any matter, taken for one."""
    rules, read = burst_rules(), heard(answer)
    if read.form or read.intent in rules.unclear | rules.open or _has_done(answer.turn):
        return False
    if not is_typed(claim) or _answers(claim, read):
        return False
    found = {shape(claim), *map(shape_of, claim.parts[:-1])}
    if found <= {Shape.HOLLOW}:
        return True
    if found <= _EMPTY:
        return read.sure < rules.sure
    return found <= _PIECES and read.sure < rules.sure and read.intent in rules.answers


def _answers(claim: Claim, read: Heard) -> bool:
    """Whether it is a yes or no to what was asked with buttons, though by no form."""
    return read.intent in burst_rules().answers and any(row["buttons"] for row in claim.around.shown[:1])


def is_typed(claim: Claim) -> bool:
    """Whether a line is words that answer nothing the house has asked."""
    if claim.text != claim.shown or not claim.spoken or claim.around.told:
        return False
    return payload_of_shown(claim.text, claim.around.shown) is None


def _has_done(turn: Turn) -> bool:
    return bool(turn.handoff or turn.errands or turn.dropped or turn.leaves_queue or turn.settled)
