"""What of a storm is compared between two runs: everything but how an older word ended that raced with a newer one."""

from __future__ import annotations

from datetime import datetime, timedelta

from bench.typhoon.ledger import TOLD, Fact, Ledger
from runtime.clock import SHANGHAI

TEN = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
DOWN = (TEN + timedelta(hours=3), TEN + timedelta(hours=4))
END = "delivered|sms|1|0|"


def _fact(number: int, minutes: int, group: str) -> Fact:
    return Fact(number, "raised-1", group, 0, frozenset(), TEN + timedelta(minutes=minutes))


def _notice(number: int, fact: int, person: str) -> dict[str, object]:
    ended = {"outcome": "delivered", "way": "sms", "tries": 1, "resends": 0, "reason": ""}
    return {"notice_id": number, "fact_id": fact, "person": person, **ended}


def _rows(second: int, touched: dict[int, datetime] | None = None) -> list[str]:
    facts = [_fact(1, 0, "fault"), _fact(2, second, "eta")]
    ledger = Ledger(facts, [_notice(1, 1, "a"), _notice(2, 1, "b"), _notice(3, 2, "a")])
    rows = ledger.rows(DOWN, touched or {})
    return [rows["raised-1 fault 0"]["a"], rows["raised-1 fault 0"]["b"], rows["raised-1 eta 0"]["a"]]


def test_words_that_did_not_race_are_compared_whole() -> None:
    assert _rows(20) == [END, END, END]


def test_of_two_words_within_one_step_the_older_is_left_out_for_whom_both_are_meant() -> None:
    assert _rows(2) == [TOLD, END, END]


def test_a_killed_worker_leaves_out_what_it_had_in_hand_when_a_newer_word_came() -> None:
    assert _rows(20, {1: TEN + timedelta(minutes=18)}) == [TOLD, END, END]
    assert _rows(20, {2: TEN + timedelta(minutes=18), 3: TEN + timedelta(minutes=20)}) == [END, END, END]


def test_words_of_a_downtime_leave_the_newest_in() -> None:
    facts = [_fact(1, 190, "fault"), _fact(2, 230, "eta")]
    rows = Ledger(facts, [_notice(1, 1, "a"), _notice(2, 2, "a")]).rows(DOWN, {})

    assert rows == {"raised-1 fault 0": {"a": TOLD}, "raised-1 eta 0": {"a": END}}
