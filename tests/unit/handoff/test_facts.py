"""What an agent's note promises, and how long the bot is told of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from conversation.facts import Facts, Promise
from handoff.desk_help.facts import promises_in, told_now, widened
from runtime.clock import SHANGHAI

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("note", "at"),
    [
        ("师傅18点前到", "2026-11-21T18:00:00+08:00"),
        ("师傅6点前到", "2026-11-21T18:00:00+08:00"),
        ("下午三点前到", None),
        ("下午3点半前回电", "2026-11-21T15:30:00+08:00"),
        ("明天9点上门", "2026-11-22T09:00:00+08:00"),
        ("11月23日14点送电", "2026-11-23T14:00:00+08:00"),
        ("今晚8点前恢复", "2026-11-21T20:00:00+08:00"),
        ("18:00前回复", "2026-11-21T18:00:00+08:00"),
        ("2月31日9点回电", None),
        ("客户想晚几天交", None),
        ("已告知最后交费日11月25日", None),
        ("客户早上8点停的电", None),
    ],
)
def test_a_promise_has_its_time(note: str, at: str | None) -> None:
    assert [promise.at for promise in promises_in(note, NOW)] == ([at] if at else [])


def test_a_note_adds_to_what_the_desk_sent() -> None:
    sent = Facts(orders=("F26112100012",), promised=(Promise("回电"),), slots={"address": "织女苑3栋", "internal": "x"})

    facts = widened(sent, "F26112100012 已派，师傅18点前到；另见 T26112100003", NOW)

    assert facts.orders == ("F26112100012", "T26112100003")
    assert [promise.text for promise in facts.promised] == ["回电", "师傅18点前到"]
    assert facts.slots == {"address": "织女苑3栋"}


def test_old_facts_and_promises_long_past_are_not_told() -> None:
    kept = {"at": NOW.isoformat(), "promised": [{"text": "18点前到", "at": "2026-11-21T18:00:00+08:00"}], "orders": []}

    assert told_now(kept, NOW + timedelta(hours=2))["promised"]
    assert not told_now(kept, NOW + timedelta(days=1))["promised"]
    assert told_now(kept, NOW + timedelta(days=8)) == {}
    assert told_now(None, NOW) == {}
