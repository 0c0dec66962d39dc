"""What a newer fact of a story says besides: older ones that nobody was told yet are folded into it. Pure.

A thousand estimates while nobody could be told are one: from the last one that people know to the newest. What tells of
other places (widened, partly restored) or of another kind of thing is never folded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from notices.facts import Fact

PLANNED, VOID, FOLDED = "planned", "void", "folded"
_CHANGED, _FIRST, _LATE = "outage_eta_changed", "outage_eta", "outage_late"
_ESTIMATES = frozenset({_CHANGED, _FIRST, _LATE})


@dataclass
class Planned:
    """A fact that nobody was told yet; `fresh`: it is not written yet. `into` has the fact that says it, too."""

    fact: Fact
    event_no: int
    fresh: bool
    state: str = PLANNED
    reason: str = ""
    touched: bool = False

    def end(self, state: str, reason: str) -> None:
        """Says that it is not told by itself."""
        self.state, self.reason, self.touched = state, reason, True


def fold(before: Sequence[Planned], new: Planned, now: datetime) -> None:
    """Folds what is planned already into a new fact, or the new one into what will say it anyway.

    Args:
        before: the facts of the same subject that nobody was told yet, older first.
        new: the one that is planned now.
        now: the moment; what is due later is left alone.
    """
    waiting = [one for one in before if one.state == PLANNED and one.fact.due_at <= now]
    if new.fact.due_at > now or not waiting or any(one.fact.key == new.fact.key for one in before):
        return None
    if new.fact.kind in _ESTIMATES:
        return _fold_estimates(waiting, new)
    last = waiting[-1].fact
    same = (last.kind, last.story, last.person, last.account_no) == _whom(new.fact)
    if same and not new.fact.area_ids and (new.fact.account_no or new.fact.person):
        waiting[-1].end(FOLDED, new.fact.key)
    return None


def _whom(fact: Fact) -> tuple[str, str, str, str]:
    return (fact.kind, fact.story, fact.person, fact.account_no)


def _fold_estimates(waiting: list[Planned], new: Planned) -> None:
    """The first word of a fault says the newest estimate by itself; of changes the newest goes from what was told."""
    first = next((one for one in waiting if one.fact.key == f"{new.fact.story}/fault"), None)
    if first:
        return new.end(FOLDED, first.fact.key)
    while waiting and (whole := _joined(waiting[-1].fact, new.fact)):
        waiting.pop().end(FOLDED, new.fact.key)
        new.fact = whole
    given = new.fact.given
    if new.fact.kind == _CHANGED and given["old_eta"] == given["eta"]:
        new.end(FOLDED, "")  # it is again what people were told
    return None


def _joined(old: Fact, new: Fact) -> Fact | None:
    """Returns the one fact that says both; None: they are told one after the other."""
    kinds = (old.kind, new.kind)
    if kinds == (_CHANGED, _CHANGED):
        return replace(new, given={**new.given, "old_eta": old.given["old_eta"]})
    if kinds == (_LATE, _CHANGED):
        return replace(new, given={**new.given, "old_eta": old.given["old_end"]})
    if kinds == (_LATE, _LATE):
        return replace(new, given={**new.given, "old_end": old.given["old_end"]})
    if kinds == (_FIRST, _CHANGED):
        return replace(new, kind=_FIRST, given={"eta": new.given["eta"]})
    return None
