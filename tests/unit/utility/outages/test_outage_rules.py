"""The rules of outages: moves, notice, the next word, lateness, topology, freshness, frequent ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.clock import SHANGHAI
from utility.outages.rulebook import parse_outage_rules
from utility.outages.rules import (
    OutageRules,
    Topology,
    count_frequent,
    ends_now,
    freshness,
    is_short,
    may_move,
    months_before,
    next_word,
    starts_now,
    tells_late,
)
from utility.outages.values import OVER, Building, Fact, Outage
from utility.versions import read_versions

NOW = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
PLANNED = Outage(
    "E1", "planned", "announced", ("TA01",), "", "", None, None, None, None, None, NOW, NOW + 7 * HOUR, None
)
FAULT = replace(PLANNED, kind="fault", status="reported", planned_from=None, planned_to=None, started=NOW)
MOMENTS = st.integers(min_value=-600, max_value=600).map(lambda minutes: NOW + minutes * MINUTE)


def rules() -> OutageRules:
    return read_versions("outage_rules", parse_outage_rules).known[-1].value


@pytest.mark.parametrize("kind", ["planned", "temporary", "rotating", "fault"])
def test_every_state_leads_to_an_end(kind: str) -> None:
    moves = rules().kinds[kind].moves
    reached, rest = {state for state, after in moves.items() if not after}, set(moves)
    while rest - reached:
        more = {state for state in rest - reached if set(moves[state]) & reached}
        assert more
        reached |= more

    assert {state for state, after in moves.items() if not after} <= OVER
    assert {state for after in moves.values() for state in after} <= set(moves)


@pytest.mark.parametrize(
    ("kind", "before", "after", "allowed"),
    [
        ("planned", "announced", "running", True),
        ("planned", "running", "cancelled", False),
        ("planned", "running", "postponed", False),
        ("planned", "restored", "running", False),
        ("fault", "reported", "on_site", True),
        ("fault", "repairing", "reported", False),
        ("fault", "diagnosing", "merged", False),
    ],
)
def test_moves(kind: str, before: str, after: str, allowed: bool) -> None:
    assert may_move(rules().kinds[kind], before, after) is allowed


@given(MOMENTS, st.integers(min_value=1, max_value=400))
def test_a_notice_is_short_exactly_below_the_limit(start: datetime, hours: int) -> None:
    assert is_short(NOW, start, hours * HOUR) == (start < NOW + hours * HOUR)


@given(st.none() | MOMENTS)
def test_the_next_word_never_waits_longer_than_the_interval(eta: datetime | None) -> None:
    word = next_word(NOW, eta, 2 * HOUR)

    assert NOW < word <= NOW + 2 * HOUR
    assert eta is None or eta <= NOW or word <= eta


@given(MOMENTS, st.none() | MOMENTS)
def test_a_window_ends_by_the_clock_only_when_nobody_said_that_it_takes_longer(
    now: datetime, eta: datetime | None
) -> None:
    outage = replace(PLANNED, status="running", started=NOW, eta=eta)

    assert ends_now(outage, now) == (now >= NOW + 7 * HOUR and not (eta and eta > NOW + 7 * HOUR))


@given(MOMENTS)
def test_lateness_is_told_half_an_hour_before_the_old_end_and_once(now: datetime) -> None:
    late = replace(PLANNED, status="running", started=NOW, eta=NOW + 9 * HOUR)

    assert tells_late(late, now, 30 * MINUTE) == (now >= NOW + 6.5 * HOUR)
    assert not tells_late(replace(late, late_told=late.eta), now, 30 * MINUTE)
    assert tells_late(replace(late, late_told=NOW + 8 * HOUR, status="late"), NOW + 8 * HOUR, 30 * MINUTE)


@pytest.mark.parametrize(("minutes", "starts"), [(-1, False), (0, True)])
def test_a_window_begins_by_the_clock(minutes: int, starts: bool) -> None:
    assert starts_now(PLANNED, rules().kinds["planned"], NOW + minutes * MINUTE) is starts
    assert not starts_now(replace(PLANNED, status="cancelled"), rules().kinds["planned"], NOW + minutes * MINUTE)


LINES = ["L1", "L2", "L3"]
GRIDS = st.dictionaries(
    st.sampled_from([f"TA{n}" for n in range(6)]),
    st.tuples(st.sampled_from(LINES), st.sets(st.sampled_from(LINES), max_size=2)),
)


@given(GRIDS, st.permutations(LINES))
def test_an_area_is_dark_exactly_when_its_line_and_all_that_stand_by_are_out(
    grid: dict[str, tuple[str, set[str]]], order: list[str]
) -> None:
    fed: dict[str, tuple[str, ...]] = {}
    for area, (line, _) in grid.items():
        fed[line] = (*fed.get(line, ()), area)
    standby = {area: tuple(sorted(lines - {line})) for area, (line, lines) in grid.items()}
    topology, out, dark = Topology(fed, standby), [], set()

    for line in order:
        dark |= set(topology.dark(line, out))
        out.append(line)
        expected = {area for area, (fed_by, _) in grid.items() if fed_by in out and set(standby[area]) <= set(out)}
        assert dark == expected


@given(st.lists(st.builds(Fact, st.sampled_from(["status", "cause", "eta", "crew"]), st.text(max_size=3), MOMENTS,
                          st.just("x")), max_size=10))  # fmt: skip
def test_freshness_is_the_newest_word_on_each_fact(facts: list[Fact]) -> None:
    fresh = freshness(facts)

    assert set(fresh) == {fact.fact for fact in facts}
    for fact in facts:
        assert fact.said_at <= fresh[fact.fact].said_at


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 21), 2, date(2026, 9, 21)),
        (date(2026, 1, 15), 2, date(2025, 11, 15)),
        (date(2026, 4, 30), 2, date(2026, 2, 28)),
        (date(2024, 4, 30), 2, date(2024, 2, 29)),
    ],
)
def test_two_months_before(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


def past(number: int, start: datetime, length: timedelta, exempt: str = "") -> Outage:
    return replace(
        FAULT, outage_no=f"E{number}", status="restored", started=start, restored=start + length, exempt=exempt
    )


def test_three_in_two_months_are_frequent() -> None:
    outages = [past(n, NOW - n * 15 * DAY, HOUR) for n in range(1, 4)]

    assert count_frequent(outages, rules().frequent, NOW).frequent
    assert not count_frequent(outages[:2], rules().frequent, NOW).frequent


def test_three_flashes_of_a_day_do_not_count_and_the_fourth_does() -> None:
    outages = [past(n, NOW - DAY + n * HOUR, 3 * MINUTE) for n in range(4)]

    counted = count_frequent(outages, rules().frequent, NOW)

    assert (counted.counted, counted.deducted) == (("E3",), {"E0": "flash", "E1": "flash", "E2": "flash"})


@given(st.lists(st.tuples(MOMENTS, st.integers(0, 200), st.sampled_from(["", "reported", "own"])), max_size=8))
def test_every_outage_of_the_window_counts_or_carries_its_reason(found: list[tuple[datetime, int, str]]) -> None:
    outages = [past(n, start, length * MINUTE, exempt) for n, (start, length, exempt) in enumerate(found)]

    counted = count_frequent(outages, rules().frequent, NOW)

    known = {outage.outage_no for outage in outages if outage.started and outage.started <= NOW}
    assert {*counted.counted, *counted.deducted} == known
    assert not set(counted.counted) & set(counted.deducted)
    assert counted.frequent == (len(counted.counted) >= 3)


def test_a_partly_dark_area_covers_only_its_buildings() -> None:
    outage = replace(FAULT, area_ids=("TA01", "TA02"), buildings=(Building("TA01", "3栋"),), restored_areas=("TA02",))

    assert [outage.covers("TA01", b) for b in ("3栋", "4栋", "")] == [True, False, False]
    assert (outage.covers("TA02"), outage.touches("TA02"), outage.covers("TA03")) == (False, True, False)
