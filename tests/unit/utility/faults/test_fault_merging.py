"""When reports are one event and how wide it is: properties over any reports, in any order."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.clock import SHANGHAI
from utility.faults.merging import (
    SCOPES,
    agrees,
    agrees_dark,
    dark_buildings,
    grows,
    in_window,
    is_event,
    one_line,
    scope_of,
    tally,
)
from utility.faults.values import Dark
from utility.outages.values import Outage
from utility.policy import FaultMerge

NOW = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
RULES = FaultMerge(timedelta(minutes=30), homes_in_building=2, homes_in_estate=3)
HOMES = st.builds(
    Dark,
    st.sampled_from(["TA01", "TA02"]),
    st.sampled_from(["", "1栋", "2栋", "3栋"]),
    st.sampled_from(["", "1单元", "2单元"]),
    st.just(1),
)


def event(**known: object) -> Outage:
    facts = {"outage_no": "E1", "kind": "fault", "status": "reported", "area_ids": ("TA01",), "cause": "", "crew": "",
             "main_order_no": "F1", "started": NOW, "eta": None, "eta_said_at": None, "next_update_by": None,
             "planned_from": None, "planned_to": None, "restored": None, "line_id": "L1"}  # fmt: skip
    return Outage(**{**facts, **known})


@given(st.lists(HOMES, max_size=8), HOMES)
def test_another_report_never_narrows_the_scope(homes: list[Dark], one_more: Dark) -> None:
    before, after = (SCOPES.index(scope_of(tally(found), RULES)) for found in (homes, [*homes, one_more]))

    assert before <= after


@given(st.lists(HOMES, max_size=8))
def test_the_order_of_reports_does_not_matter(homes: list[Dark]) -> None:
    assert tally(homes) == tally(list(reversed(homes)))
    assert tally(homes).homes == len(homes)


@given(st.lists(HOMES, min_size=1, max_size=8))
def test_an_event_covers_every_home_that_reported(homes: list[Dark]) -> None:
    counted = tally(homes)
    scope = scope_of(counted, RULES)
    if not is_event(counted, RULES):
        assert scope == "home"
        return

    outage = event(area_ids=counted.areas, buildings=dark_buildings(counted, scope))

    assert all(outage.covers(home.area_id, home.building) for home in homes)


@pytest.mark.parametrize(
    ("homes", "scope"),
    [
        ([("TA01", "1栋", "1单元")], "home"),
        ([("TA01", "1栋", "1单元"), ("TA01", "2栋", "1单元")], "home"),
        ([("TA01", "1栋", "1单元")] * 2, "stair"),
        ([("TA01", "1栋", "1单元"), ("TA01", "1栋", "2单元")], "building"),
        ([("TA01", "1栋", "1单元"), ("TA01", "1栋", "")], "building"),
        ([("TA01", "1栋", ""), ("TA01", "2栋", ""), ("TA01", "3栋", "")], "area"),
        ([("TA01", "", "")] * 3, "area"),
        ([("TA01", "1栋", ""), ("TA01", "1栋", ""), ("TA02", "1栋", "")], "line"),
    ],
)
def test_scope_grows_with_reports(homes: list[tuple[str, str, str]], scope: str) -> None:
    assert scope_of(tally(Dark(*home, 1) for home in homes), RULES) == scope


@pytest.mark.parametrize(
    ("minutes", "near"), [(0, True), (30, True), (31, False)], ids=["now", "at the end", "after it"]
)
def test_the_window_is_counted_from_the_last_report(minutes: int, near: bool) -> None:
    assert in_window(NOW - timedelta(minutes=minutes), NOW, RULES.window) is near


@pytest.mark.parametrize(
    ("mine", "theirs", "same", "inside"),
    [
        ("全无电", "全无电", True, True),
        ("全无电", "", True, True),
        ("", "电压高", True, True),
        ("全无电", "一跳就停", False, True),
        ("全无电", "电压高", False, False),
    ],
)
def test_symptoms_agree(mine: str, theirs: str, same: bool, inside: bool) -> None:
    assert agrees(mine, theirs) is same
    assert agrees_dark(mine, theirs, ("全无电", "部分无电", "一跳就停")) is inside


@pytest.mark.parametrize(
    ("known", "still"),
    [
        ({}, True),
        ({"status": "on_the_way"}, True),
        ({"status": "on_site"}, False),
        ({"cause": "接头故障"}, False),
        ({"kind": "planned"}, False),
        ({"restored": NOW}, False),
        ({"status": "merged"}, False),
    ],
)
def test_an_event_grows_until_its_fault_is_found(known: dict[str, object], still: bool) -> None:
    assert grows(event(**known)) is still


@pytest.mark.parametrize(
    ("other", "line_id", "one"),
    [
        ({"outage_no": "E2"}, "L1", True),
        ({}, "L1", False),
        ({"outage_no": "E2", "line_id": "L2"}, "L1", False),
        ({"outage_no": "E2", "cause": "熔断"}, "L1", False),
        ({"outage_no": "E2", "line_id": None}, None, False),
    ],
    ids=["same line", "itself", "another line", "another fault point", "no line"],
)
def test_events_of_one_line_are_one(other: dict[str, object], line_id: str | None, one: bool) -> None:
    assert one_line(event(), event(**other), line_id) is one
