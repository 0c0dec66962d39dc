"""The two ends of a curve: what a turn takes early in a conversation, and late."""

from __future__ import annotations

import pytest

from bench.curves import ends


def test_late_turns_are_held_against_early_ones() -> None:
    spans = [(at, 50.0 if at < 1700 else 55.0) for at in range(0, 2001, 50) for _ in range(4)]

    found = ends(spans)

    assert (found["last"], found["early"]["turns"]) == (2000, 8)
    assert found["p95_ratio"] == pytest.approx(1.1)
    assert found["p50_ratio"] == pytest.approx(1.1)


def test_a_conversation_that_stayed_short_has_no_late_end() -> None:
    assert ends([(0, 50.0), (40, 50.0)]) == {"last": 40}


def test_a_curve_without_a_turn_has_no_end() -> None:
    assert ends([]) == {"last": 0}
