"""The circuit breaker: when it opens, whom it lets probe, when it closes."""

from __future__ import annotations

import pytest

from backend.breaker import Breaker, Permit, State


class HandClock:
    """A monotonic clock moved by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def opened(clock: HandClock) -> Breaker:
    breaker = Breaker(failures=2, rest_s=5, monotonic=clock)
    fail(breaker)
    fail(breaker)
    return breaker


def allowed(breaker: Breaker) -> Permit:
    permit = breaker.allow()
    assert permit is not None
    return permit


def fail(breaker: Breaker) -> None:
    breaker.failed(allowed(breaker))


def test_it_stays_closed_below_the_limit(clock: HandClock) -> None:
    breaker = Breaker(failures=2, monotonic=clock)

    fail(breaker)

    assert breaker.state is State.CLOSED
    assert breaker.allow()


def test_a_success_forgets_the_failures_before_it(clock: HandClock) -> None:
    breaker = Breaker(failures=2, monotonic=clock)

    fail(breaker)
    breaker.succeeded(allowed(breaker))
    fail(breaker)

    assert breaker.state is State.CLOSED


def test_enough_failures_in_a_row_open_it(opened: Breaker) -> None:
    assert opened.state is State.OPEN
    assert opened.allow() is None


def test_after_its_rest_one_caller_probes(opened: Breaker, clock: HandClock) -> None:
    clock.at += 5

    assert [bool(opened.allow()), bool(opened.allow())] == [True, False]


def test_a_good_probe_closes_it(opened: Breaker, clock: HandClock) -> None:
    clock.at += 5

    opened.succeeded(allowed(opened))

    assert opened.state is State.CLOSED
    assert [bool(opened.allow()), bool(opened.allow())] == [True, True]


def test_a_failed_probe_opens_it_for_another_rest(opened: Breaker, clock: HandClock) -> None:
    clock.at += 5

    fail(opened)
    clock.at += 4.9

    assert opened.state is State.OPEN
    assert opened.allow() is None


def test_after_it_closed_the_failures_count_anew(opened: Breaker, clock: HandClock) -> None:
    clock.at += 5
    opened.succeeded(allowed(opened))

    fail(opened)

    assert opened.state is State.CLOSED


def test_a_probe_that_told_nothing_leaves_the_next_caller_to_probe(opened: Breaker, clock: HandClock) -> None:
    clock.at += 5

    opened.abandoned(allowed(opened))

    assert opened.allow()


@pytest.mark.parametrize("told", ["succeeded", "failed", "abandoned"])
def test_a_straggler_from_before_it_opened_decides_nothing(clock: HandClock, told: str) -> None:
    breaker = Breaker(failures=1, rest_s=5, monotonic=clock)
    straggler = allowed(breaker)
    fail(breaker)
    clock.at += 5
    probe = allowed(breaker)

    getattr(breaker, told)(straggler)

    assert breaker.state is State.HALF_OPEN
    assert breaker.allow() is None, "the probe is still out"
    breaker.succeeded(probe)
    assert breaker.state is State.CLOSED
