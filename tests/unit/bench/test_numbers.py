"""The bench's arithmetic: percentiles, rates, and turns without an answer."""

from __future__ import annotations

import pytest

from bench.numbers import Spent, Turn, count_answers, lines_alike, percentile, plays_each, summarise


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
    turns = [Turn(0, 0.1, "yes"), Turn(1, 30.0, None), Turn(0, 0.3, "yes")]

    level = summarise(1, turns, Spent(10.0, 0.4, 2.0))

    assert (level.sent, level.answered, level.per_second) == (3, 2, pytest.approx(0.2))


def test_latencies_are_those_of_answered_turns() -> None:
    turns = [Turn(0, 0.1, "yes"), Turn(1, 30.0, None), Turn(0, 0.3, "yes")]

    level = summarise(1, turns, Spent(10.0, 0.4, 2.0))

    assert (level.p50_ms, level.p95_ms) == (pytest.approx(200.0), pytest.approx(290.0))


def test_processor_time_is_shared_by_the_answered_turns() -> None:
    turns = [Turn(0, 0.1, "yes"), Turn(1, 30.0, None), Turn(0, 0.3, "yes")]

    level = summarise(1, turns, Spent(10.0, 0.4, 2.0))

    assert level.cpu_ms == pytest.approx(200.0)


def test_cores_taken_by_others_are_told() -> None:
    level = summarise(1, [Turn(0, 0.1, "yes")], Spent(10.0, 0.4, 2.0))

    assert level.cores_elsewhere == pytest.approx(0.2)


def test_a_level_without_an_answer_has_no_latency() -> None:
    level = summarise(8, [Turn(0, 30.0, None)], Spent(30.0, 0.4, 0.0))

    assert (level.answered, level.per_second, level.p50_ms, level.p95_ms, level.cpu_ms) == (0, 0.0, None, None, None)


@pytest.mark.parametrize(
    ("messages", "visitors", "plays"),
    [
        pytest.param(400, 1, 50, id="one visitor says them all"),
        pytest.param(400, 8, 6, id="eight share them"),
        pytest.param(20, 8, 1, id="each plays at least once"),
    ],
)
def test_plays_come_nearest_to_the_messages_asked_for(messages: int, visitors: int, plays: int) -> None:
    assert plays_each(messages, visitors, lines=8) == plays


def test_answers_are_counted_by_line_most_frequent_first() -> None:
    turns = [Turn(0, 0.1, "b"), Turn(0, 0.1, "a"), Turn(0, 0.1, "a"), Turn(1, 0.1, None)]

    counted = count_answers(turns, ["hello", "bye"])

    assert counted == {"hello": {"a": 2, "b": 1}, "bye": {"": 1}}
    assert list(counted["hello"]) == ["a", "b"]


def test_lines_alike_are_those_with_the_same_usual_answer() -> None:
    one = {"hello": {"a": 3, "b": 1}, "bill": {"190.20": 4}, "bye": {"x": 1}}
    other = {"hello": {"a": 2}, "bill": {"sorry": 4}, "bye": {}}

    assert lines_alike(one, other) == ["hello"]
