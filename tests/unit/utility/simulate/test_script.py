"""The script of a day: drawn whole from its seed, in order, within the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.clock import SHANGHAI
from utility.simulate.scenes import SCENES
from utility.simulate.script import Customer, Step, read_storm, write_script

BEGIN = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
CUSTOMERS = [Customer(f"62{n:011d}", f"名{n}", f"138{n:08d}", f"TA{n % 4}") for n in range(20)]


def script(seed: int, hours: float = 8) -> list[Step]:
    return write_script(CUSTOMERS, read_storm(), Random(seed), (BEGIN, BEGIN + timedelta(hours=hours)))


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_a_day_is_in_order_and_within_itself(seed: int) -> None:
    steps = script(seed)

    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert all(one.at <= other.at for one, other in zip(steps, steps[1:], strict=False))
    assert all(BEGIN <= step.at < BEGIN + timedelta(hours=8) for step in steps)
    assert {step.scene for step in steps} <= set(SCENES)


def test_the_same_seed_draws_the_same_day() -> None:
    assert script(7) == script(7)


def test_another_seed_draws_another_day() -> None:
    assert script(7) != script(8)


def test_a_storm_is_reported_spoken_of_and_repaired() -> None:
    scenes = {step.scene for step in script(7)}

    assert {"report", "dispatch", "restore", "round", "pay"} <= scenes
