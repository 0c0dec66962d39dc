"""How often a failing subscriber is tried, when a person has to look, what a subscription takes."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utility.events.rules import FIRST_WAIT, LONGEST_WAIT, given_up, next_try
from utility.events.signing import signature
from utility.events.values import wanted

NOW = datetime(2026, 11, 21, 2, tzinfo=timezone.utc)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_the_next_try_lies_ahead_and_never_beyond_the_longest_wait(failures: int, chance: float) -> None:
    wait = next_try(NOW, failures, chance) - NOW

    assert FIRST_WAIT / 2 <= wait <= LONGEST_WAIT


@given(st.integers(1, 9), st.floats(0, 1))
def test_each_failure_doubles_the_wait(failures: int, chance: float) -> None:
    first, second = (next_try(NOW, n, chance) - NOW for n in (failures, failures + 1))

    assert abs(second - first * 2) <= timedelta(microseconds=2)


@pytest.mark.parametrize(
    ("event_days", "failing_days", "dead"),
    [(4, 4, True), (4, 1, False), (1, 4, False), (3, 3, False)],
    ids=["both too long", "old event, new failure", "new event, old failure", "not longer than that"],
)
def test_an_event_is_given_up_when_it_and_the_failing_are_too_old(
    event_days: int, failing_days: int, dead: bool
) -> None:
    happened, since = NOW - timedelta(days=event_days), NOW - timedelta(days=failing_days)

    assert given_up(happened, since, NOW, 3) is dead


@pytest.mark.parametrize(
    ("types", "taken"),
    [(["order.closed"], True), (["order.*"], True), (["*"], True), (["orders.*"], False), (["order.opened"], False)],
)
def test_a_subscription_takes_its_types(types: list[str], taken: bool) -> None:
    assert wanted(types, "order.closed") is taken


def test_the_signature_is_the_documented_one() -> None:
    expected = hmac.new(b"secret", b'1795226400.{"a":1}', hashlib.sha256).hexdigest()

    signed = signature("secret", datetime.fromtimestamp(1795226400, timezone.utc), b'{"a":1}')

    assert signed == f"t=1795226400,v1={expected}"
