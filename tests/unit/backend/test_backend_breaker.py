"""The circuit breaker: when it opens, whom it lets probe, when it closes."""

from __future__ import annotations

import pytest

from backend.breaker import Breaker, State


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
    breaker.failed()
    breaker.failed()
    return breaker


def test_it_stays_closed_below_the_limit(clock: HandClock) -> None:
    breaker = Breaker(failures=2, monotonic=clock)

    breaker.failed()

    assert breaker.state is State.CLOSED
    assert breaker.allow()


def test_a_success_forgets_the_failures_before_it(clock: HandClock) -> None:
    breaker = Breaker(failures=2, monotonic=clock)

    breaker.failed()
    breaker.succeeded()
    breaker.failed()

    assert breaker.state is State.CLOSED


def test_enough_failures_in_a_row_open_it(opened: Breaker) -> None:
    assert opened.state is State.OPEN
    assert not opened.allow()


def test_after_its_rest_one_caller_probes(opened: Breaker, clock: HandClock) -> None:
    clock.at += 5

    assert [opened.allow(), opened.allow()] == [True, False]


def test_a_good_probe_closes_it(opened: Breaker, clock: HandClock) -> None:
    clock.at += 5
    opened.allow()

    opened.succeeded()

    assert opened.state is State.CLOSED


def test_a_failed_probe_opens_it_again(opened: Breaker, clock: HandClock) -> None:
    clock.at += 5
    opened.allow()

    opened.failed()

    assert opened.state is State.OPEN


def test_a_probe_that_told_nothing_leaves_the_next_caller_to_probe(opened: Breaker, clock: HandClock) -> None:
    clock.at += 5
    opened.allow()

    opened.abandoned()

    assert opened.allow()
