"""What a crew is late with, what counts as neglect, and how a supervisor's list is ordered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.clock import SHANGHAI
from utility.faults.policy import CrewLimits
from utility.faults.rulebook import FaultRules, parse_fault_rules
from utility.faults.values import Work
from utility.faults.warnings import neglect_of, rank, warnings_of
from utility.versions import read_versions

FILED = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LIMITS = CrewLimits(3 * MINUTE, 20 * MINUTE, 4 * HOUR, 2 * HOUR, 2, 24 * HOUR)
WORK = Work("F1", "dispatched", "一般", (), "", "TA05", None, None, "", "班", 1, FILED, FILED, FILED + 45 * MINUTE,
            None, None, None, None)  # fmt: skip


def rules() -> FaultRules:
    return read_versions("fault_rules", parse_fault_rules).known[-1].value


@pytest.mark.parametrize(("minutes", "late"), [(3, []), (4, ["accept"])])
def test_a_crew_accepts_in_three_minutes(minutes: int, late: list[str]) -> None:
    assert warnings_of(WORK, LIMITS, FILED + minutes * MINUTE) == late


@pytest.mark.parametrize(("known", "late"), [({}, ["eta"]), ({"eta": FILED + HOUR}, []), ({"status": "on_site"}, [])])
def test_an_estimate_comes_twenty_minutes_after_the_fault_is_found(known: dict[str, object], late: list[str]) -> None:
    work = replace(WORK, **{"status": "repairing", "found_at": FILED, **known})

    assert warnings_of(work, LIMITS, FILED + 21 * MINUTE) == late


@pytest.mark.parametrize(
    ("hours", "word", "late"),
    [(3.9, None, []), (5.9, None, []), (6, None, ["progress:1"]), (8, None, ["progress:2"]), (8, 7, [])],
)
def test_after_four_hours_a_word_comes_every_two(hours: float, word: float | None, late: list[str]) -> None:
    work = replace(WORK, status="on_site", word_at=None if word is None else FILED + word * HOUR)

    assert warnings_of(work, LIMITS, FILED + hours * HOUR) == late


@pytest.mark.parametrize(
    ("known", "minutes", "why"),
    [
        ({}, 89, ""),
        ({}, 90, "arrival"),
        ({"arrived_at": FILED + 60 * MINUTE}, 300, ""),
        ({"arrived_at": FILED + 60 * MINUTE}, 24 * 60, "dark"),
        ({"arrive_by": None}, 24 * 60 - 1, ""),
        ({"arrive_by": None}, 24 * 60, "dark"),
    ],
)
def test_neglect(known: dict[str, object], minutes: int, why: str) -> None:
    assert neglect_of(replace(WORK, **known), LIMITS, FILED + minutes * MINUTE) == why


@given(st.permutations(range(5)))
def test_danger_comes_before_urgency_before_care_before_homes_before_age(places: list[int]) -> None:
    ordered = [
        replace(WORK, order_no="F5", danger_sign="打火"),
        replace(WORK, order_no="F4", severity="紧急"),
        replace(WORK, order_no="F3", needs=("独居老人",)),
        replace(WORK, order_no="F2", homes=200),
        WORK,
    ]

    assert sorted((ordered[place] for place in places), key=lambda work: rank(work, "紧急")) == ordered


@pytest.mark.parametrize(
    ("told", "danger", "tags", "severity"),
    [
        ("一般", "", (), "一般"),
        ("", "", (), "一般"),
        ("一般", "打火", (), "紧急"),
        ("一般", "", ("重要用户",), "紧急"),
        ("一般", "", ("独居老人",), "一般"),
        ("紧急", "", (), "紧急"),
    ],
)
def test_severity_follows_the_standard(told: str, danger: str, tags: tuple[str, ...], severity: str) -> None:
    assert rules().severity(told, danger, tags) == severity


def test_a_crew_reads_who_needs_care() -> None:
    assert rules().needs_of(("低保", "独居老人", "生命支持设备")) == ("生命支持设备", "独居老人")
