"""Moments as people write them, and the way an order goes from state to state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import yaml

from runtime.clock import SHANGHAI
from tools.dialogues.case import CaseError
from tools.dialogues.city import city_now
from tools.dialogues.happenings import way
from tools.dialogues.moments import moment
from utility.orders.machine import read_order_rules

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("'2026-11-21T12:30:00+08:00'", "2026-11-21T12:30:00+08:00"),
        ("2026-11-21T12:30:00+08:00", "2026-11-21T12:30:00+08:00"),
        ("2026-11-21 12:30:00", "2026-11-21T12:30:00+08:00"),
        ("'2026-11-21T04:30:00Z'", "2026-11-21T12:30:00+08:00"),
        ("'12:30'", "2026-11-21T12:30:00+08:00"),
        ("'9:05'", "2026-11-21T09:05:00+08:00"),
        ("12:30", "2026-11-21T12:30:00+08:00"),
        ("12:30:15", "2026-11-21T12:30:15+08:00"),
        ("+1h30m", "2026-11-21T11:30:00+08:00"),
        ("-1h29m", "2026-11-21T08:31:00+08:00"),
        ("+4d@08:30", "2026-11-25T08:30:00+08:00"),
        ("2026-11-25", "2026-11-25T00:00:00+08:00"),
    ],
)
def test_a_moment_is_read_in_the_citys_own_time(written: str, wanted: str) -> None:
    assert moment(yaml.safe_load(written), NOW).isoformat() == wanted


@pytest.mark.parametrize("value", ["soon", "", -5, 100_000, None, "25:00"])
def test_what_is_no_moment_is_refused(value: Any) -> None:
    with pytest.raises(CaseError, match="no moment"):
        moment(value, NOW)


def test_the_citys_now_is_the_one_of_its_file() -> None:
    assert city_now() == NOW


@pytest.mark.parametrize(
    ("kind", "state", "wanted", "path"),
    [
        ("fault", "on_the_way", "on_site", ["on_site"]),
        ("fault", "on_the_way", "restored", ["on_site", "diagnosing", "repairing", "restored"]),
        ("fault", "repairing", "diagnosing", ["diagnosing"]),
        ("fault", "on_site", "on_site", []),
        ("fault", "restored", "reported", []),
        ("complaint", "filed", "handling", ["dispatched", "handling"]),
        ("complaint", "filed", "archived", []),
    ],
)
def test_an_order_goes_state_by_state(kind: str, state: str, wanted: str, path: list[str]) -> None:
    moves = read_order_rules().known[-1].value.kinds[kind].moves

    assert way(moves, state, wanted) == path
