"""The budget of a turn: steps share it, none outlasts another, a turn that is run again can still ask."""

from __future__ import annotations

import asyncio
from dataclasses import fields

import pytest

from backend.budget import LEAST_S, TURN_S, Turns, is_patient, remaining, within
from bot.settings import BotSettings


class HandClock:
    """A monotonic clock moved by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def left() -> float:
    seconds = remaining()
    assert seconds is not None
    return seconds


def test_without_a_turn_there_is_no_budget() -> None:
    assert remaining() is None


def test_a_budget_inside_another_cannot_outlast_it() -> None:
    with within(1), within(60):
        assert left() <= 1


def test_a_budget_ends_with_its_block() -> None:
    with within(60):
        with within(1):
            pass
        assert left() > 1
    assert remaining() is None


def test_steps_of_one_turn_share_its_time() -> None:
    clock = HandClock()
    turns = Turns(60, 1, monotonic=clock)

    with turns.step("message-1"):
        clock.at += 40
    with turns.step("message-1"):
        second = left()
    with turns.step("message-2"):
        other = left()

    assert (round(second), round(other)) == (20, 60)


def test_a_turn_that_has_spent_its_time_may_still_ask_once() -> None:
    clock = HandClock()
    turns = Turns(60, 5, monotonic=clock)
    with turns.step("message-1"):
        clock.at += 100

    with turns.step("message-1"):
        assert round(left()) == 5


def test_a_step_that_fails_is_paid_for_too() -> None:
    clock = HandClock()
    turns = Turns(60, 1, monotonic=clock)

    def fail() -> None:
        clock.at += 30
        raise ValueError("failed")

    with pytest.raises(ValueError, match="failed"), turns.step("message-1"):
        fail()
    with turns.step("message-1"):
        assert round(left()) == 30


async def test_turns_at_the_same_time_do_not_see_each_other() -> None:
    async def seconds_of(seconds: float) -> float:
        with within(seconds):
            await asyncio.sleep(0)
            return left()

    assert [round(found) for found in await asyncio.gather(seconds_of(10), seconds_of(20))] == [10, 20]


def test_what_nobody_waits_for_has_more_time_and_leaves_the_turn_its_own() -> None:
    turns = Turns(3, 1)
    with turns.step("message-1", patient=True):
        later, patient = left(), is_patient()
    with turns.step("message-1"):
        now = left()

    assert (round(later), patient, round(now), is_patient()) == (10, True, 3, False)


def test_a_turn_of_a_silent_company_ends_before_the_bot_stops_waiting() -> None:
    waits = next(item.default for item in fields(BotSettings) if item.name == "reply_deadline")

    assert waits >= TURN_S + LEAST_S
