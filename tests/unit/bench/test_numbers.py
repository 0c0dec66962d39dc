"""The bench's arithmetic: percentiles, rates, slopes, and turns without an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.numbers import Load, Spent, Turn, count_answers, lines_alike, percentile, slope, summarise

_SPENT = Spent(10.0, 0.4, 2.0, by_actions=0.2, by_postgres=0.1)
_TURNS = (Turn("a", 0.1, "yes"), Turn("b", 30.0, None), Turn("a", 0.3, "yes"))


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        pytest.param([7.0], 0.95, 7.0, id="one value is every percentile"),
        pytest.param([3.0, 1.0, 2.0], 0.5, 2.0, id="the middle one, whatever the order"),
        pytest.param([1.0, 2.0, 3.0, 4.0], 0.5, 2.5, id="between two neighbours"),
        pytest.param([float(number) for number in range(1, 102)], 0.95, 96.0, id="the 96th of 101"),
        pytest.param([1.0, 9.0], 0.0, 1.0, id="the least"),
        pytest.param([1.0, 9.0], 1.0, 9.0, id="the most"),
    ],
)
def test_percentile_lies_at_its_share(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == pytest.approx(expected)


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 1.5), ([1.0], -0.1)])
def test_percentile_refuses_what_has_none(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="a percentile needs values"):
        percentile(values, share)


def test_unanswered_turns_are_counted_and_give_no_throughput() -> None:
    load = summarise(_TURNS, _SPENT, visitors=1)

    assert (load.sent, load.answered, load.per_second) == (3, 2, pytest.approx(0.2))


def test_latencies_are_those_of_answered_turns() -> None:
    load = summarise(_TURNS, _SPENT, visitors=1)

    assert (load.p50_ms, load.p95_ms) == (pytest.approx(200.0), pytest.approx(290.0))


def test_processor_time_is_shared_by_the_answered_turns() -> None:
    load = summarise(_TURNS, _SPENT, visitors=1)

    costs = (load.cpu_ms, load.actions_cpu_ms, load.postgres_cpu_ms)
    assert costs == (pytest.approx(200.0), pytest.approx(100.0), pytest.approx(50.0))


def test_cores_taken_by_others_are_told() -> None:
    load = summarise(_TURNS[:1], _SPENT, visitors=1)

    assert load.cores_elsewhere == pytest.approx(0.2)


def test_a_load_without_an_answer_has_no_latency() -> None:
    load = summarise([Turn("a", 30.0, None)], _SPENT, visitors=8)

    assert (load.answered, load.per_second, load.p50_ms, load.p99_ms, load.cpu_ms) == (0, 0.0, None, None, None)
    assert not load.is_held


def _held(**changes: object) -> Load:
    load = summarise([Turn("a", 0.1, "yes")] * 20, _SPENT, rate=20.0)
    return replace(load, **changes)  # type: ignore[arg-type]


def test_a_rate_is_held_when_all_are_answered_and_95_of_a_hundred_in_time() -> None:
    assert _held().is_held
    assert not _held(answered=19).is_held
    assert not _held(p95_ms=201.0).is_held


def test_the_slope_is_that_of_the_line_through_the_points() -> None:
    assert slope([(0, 5.0), (1, 7.0), (2, 9.0)]) == pytest.approx(2.0)
    assert slope([(0, 1.0), (1, 3.0), (2, 1.0), (3, 3.0)]) == pytest.approx(0.4)


def test_one_place_has_no_slope() -> None:
    with pytest.raises(ValueError, match="two different"):
        slope([(1, 1.0), (1, 2.0)])


def test_answers_are_counted_by_line_most_frequent_first() -> None:
    turns = [Turn("hello", 0.1, "b"), Turn("hello", 0.1, "a"), Turn("hello", 0.1, "a"), Turn("bye", 0.1, None)]

    counted = count_answers(turns)

    assert counted == {"hello": {"a": 2, "b": 1}, "bye": {"": 1}}
    assert list(counted["hello"]) == ["a", "b"]


def test_lines_alike_are_those_with_the_same_usual_answer() -> None:
    one = {"hello": {"a": 3, "b": 1}, "bill": {"190.20": 4}, "bye": {"x": 1}}
    other = {"hello": {"a": 2}, "bill": {"sorry": 4}, "bye": {}}

    assert lines_alike(one, other) == ["hello"]
