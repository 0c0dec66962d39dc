"""Until when somebody calls who was unhappy: within the limit, and at no hour at which nobody is called."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.satisfaction.survey_rules import survey_rules
from runtime.clock import SHANGHAI

_DAY = datetime(2026, 11, 21, tzinfo=SHANGHAI)


@given(st.integers(min_value=0, max_value=7 * 24 * 60 - 1))
def test_a_call_is_due_within_the_limit_and_never_in_the_quiet_hours(minutes: int) -> None:
    at = _DAY + timedelta(minutes=minutes)

    due = survey_rules().low.due(at)

    assert timedelta(hours=12) < due - at <= timedelta(hours=24)
    assert "08:00" <= f"{due:%H:%M}" <= "12:00" or "14:00" <= f"{due:%H:%M}" <= "21:00"


@pytest.mark.parametrize(
    ("at", "due"),
    [("10:00", "22 10:00"), ("12:30", "22 12:00"), ("22:00", "22 21:00"), ("03:00", "21 21:00"), ("08:00", "22 08:00")],
)
def test_a_call_is_due_at(at: str, due: str) -> None:
    hour, minute = (int(part) for part in at.split(":"))

    assert f"{survey_rules().low.due(_DAY.replace(hour=hour, minute=minute)):%d %H:%M}" == due
