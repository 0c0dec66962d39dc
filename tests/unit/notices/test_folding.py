"""Facts that nobody was told yet are folded into the newer one that says them, too; others are left as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from notices.facts import Fact
from notices.folding import FOLDED, PLANNED, Planned, fold

NOW = datetime(2026, 11, 21, 4, tzinfo=timezone.utc)


def planned(name: str, kind: str, **given: Any) -> Planned:
    until = NOW + timedelta(hours=9)
    fact = Fact(f"outage/T1/{name}", kind, "outage/T1", NOW, until, given, area_ids=("TA-1",))
    return Planned(fact, 1, fresh=True)


def change(number: int, old: str, new: str) -> Planned:
    return planned(f"eta/{number}", "outage_eta_changed", old_eta=old, eta=new)


def late(number: int, old: str, new: str) -> Planned:
    return planned(f"late/{number}", "outage_late", old_end=old, end=new)


def together(facts: list[Planned]) -> list[Planned]:
    before: list[Planned] = []
    for one in facts:
        fold(before, one, NOW)
        before.append(one)
    return before


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ([change(1, "A", "B"), change(2, "B", "C"), change(3, "C", "D")], [{"old_eta": "A", "eta": "D"}]),
        ([change(1, "A", "B"), change(2, "B", "A")], []),
        ([planned("eta/1", "outage_eta", eta="A"), change(2, "A", "B")], [{"eta": "B"}]),
        ([planned("fault", "outage_fault"), change(2, "A", "B"), change(3, "B", "C")], [{}]),
        ([late(1, "A", "B"), late(2, "B", "C")], [{"old_end": "A", "end": "C"}]),
        ([late(1, "A", "B"), change(2, "B", "C")], [{"old_eta": "A", "eta": "C"}]),
        ([change(1, "A", "B"), late(2, "B", "C")], [{"old_eta": "A", "eta": "B"}, {"old_end": "B", "end": "C"}]),
        ([planned("fault/wider/2", "outage_fault"), planned("fault/wider/3", "outage_fault")], [{}, {}]),
    ],
    ids=["changes", "back", "first estimate", "first word", "late", "late, then new", "new, then late", "wider"],
)
def test_what_a_newer_fact_says_besides_is_not_told_by_itself(facts: list[Planned], told: list[dict[str, str]]) -> None:
    assert [one.fact.given for one in together(facts) if one.state == PLANNED] == told


def test_a_folded_fact_names_the_one_that_says_it() -> None:
    first, last = together([change(1, "A", "B"), change(2, "B", "C")])

    assert (first.state, first.reason, last.state) == (FOLDED, last.fact.key, PLANNED)


def test_what_is_due_later_is_left_alone() -> None:
    progress = planned("progress", "outage_progress")
    progress.fact = replace(progress.fact, due_at=NOW + timedelta(hours=4))

    together([progress, change(1, "A", "B")])

    assert progress.state == PLANNED


@pytest.mark.parametrize(("person", "state"), [("wechat:a", FOLDED), ("wechat:b", PLANNED)], ids=["same", "another"])
def test_steps_of_one_matter_are_one_for_the_same_person_only(person: str, state: str) -> None:
    facts = [
        Planned(Fact(f"order/W1/{number}", "order_step", "order/W1", NOW, NOW, {}, person=who), number, fresh=True)
        for number, who in enumerate(("wechat:a", person))
    ]

    assert together(facts)[0].state == state
