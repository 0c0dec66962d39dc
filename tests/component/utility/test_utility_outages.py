"""Outages in the books: raised, widened, postponed, late, partly restored, called off; and by the clock alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from runtime.clock import SHANGHAI
from runtime.embedded import EmbeddedPostgres
from tests.fakes.working_company import WorkingCompany, fill_city, working
from utility.actors import staff
from utility.errors import Clash, InvalidRequest, NotKnown
from utility.outages import audit, reading, rounds, service
from utility.outages.reading import Asked
from utility.outages.values import Building, Draft, Outage, Where, Word
from utility.outages.words import update

SU = staff("K0103")
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
RUNNING, PLANNED = "E26112100001", "E26111800002"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00").replace(tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def city_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill_city(postgres_server, "utility_outages"))


@pytest_asyncio.fixture
async def city(city_url: str) -> AsyncIterator[WorkingCompany]:
    async with working(city_url) as found:
        yield found
        async with found.company.pool.acquire() as connection:
            assert await audit.differences(connection, found.company) == []


def planned(city: WorkingCompany, ahead: timedelta, **more: object) -> Draft:
    start = city.clock.now() + ahead
    draft = Draft("planned", Where(("TA05",)), cause="更换开关", planned_from=start, planned_to=start + 4 * HOUR)
    return replace(draft, **more)


async def read(city: WorkingCompany, outage_no: str) -> Outage:
    return (await reading.read_outage(city.company, outage_no)).outage


async def numbers(city: WorkingCompany, **where: str) -> list[str]:
    return [outage.outage_no for outage in await reading.list_outages(city.company, Asked(**where))]


async def raise_line(city: WorkingCompany, line_id: str) -> Outage:
    return await city.do(service.raise_outage, Draft("fault", Where(line_id=line_id), cause="跳闸"), SU)


async def test_a_planned_outage_is_announced_in_good_time(city: WorkingCompany) -> None:
    outage = await city.do(service.raise_outage, planned(city, 7 * DAY), SU)

    assert (outage.outage_no, outage.status, outage.short_reason) == ("E26112100002", "announced", "")
    assert (outage.homes, outage.line_id, outage.published) == (187, "L2", city.clock.now())
    assert await city.events(outage.outage_no, "outage") == ["outage.announced"]
    assert outage.outage_no in await numbers(city, area_id="TA05")


async def test_a_planned_outage_too_soon_is_refused(city: WorkingCompany) -> None:
    with pytest.raises(Clash) as caught:
        await city.do(service.raise_outage, planned(city, 7 * DAY - MINUTE), SU)

    assert (caught.value.reason, caught.value.fields["notice_hours"]) == ("outage.short_notice", 168)


async def test_a_reason_lets_a_planned_outage_come_too_soon_and_flags_it(city: WorkingCompany) -> None:
    outage = await city.do(service.raise_outage, planned(city, 2 * DAY, short_reason="险情"), SU)

    assert (await read(city, outage.outage_no)).short_reason == "险情"


@pytest.mark.parametrize(
    ("kind", "ahead", "flagged"),
    [
        ("temporary", 24 * HOUR, False),
        ("temporary", 23 * HOUR, True),
        ("rotating", DAY, False),
        ("rotating", 20 * HOUR, True),
    ],
)
async def test_short_notices_of_other_kinds_are_flagged(
    city: WorkingCompany, kind: str, ahead: timedelta, flagged: bool
) -> None:
    outage = await city.do(service.raise_outage, planned(city, ahead, kind=kind), SU)

    assert bool(outage.short_reason) is flagged


@pytest.mark.parametrize(
    ("wrong", "error", "reason"),
    [
        ({"where": Where()}, InvalidRequest, "field.missing"),
        ({"where": Where(("TA99",))}, NotKnown, "area.unknown"),
        ({"where": Where(line_id="L9")}, NotKnown, "line.unknown"),
        ({"where": Where(buildings=(Building("TA05", "99栋"),))}, NotKnown, "building.unknown"),
        ({"planned_to": None}, InvalidRequest, "field.missing"),
        ({"planned_to": at("11-20T10:00")}, Clash, "outage.window"),
        ({"planned_from": at("11-20T10:00")}, Clash, "outage.window"),
        ({"kind": "fault"}, InvalidRequest, "field.invalid"),
        ({"eta": at("11-21T09:00")}, Clash, "outage.eta_past"),
    ],
)
async def test_what_cannot_be_raised_says_why(
    city: WorkingCompany, wrong: dict[str, object], error: type[Exception], reason: str
) -> None:
    with pytest.raises(error) as caught:
        await city.do(service.raise_outage, planned(city, 8 * DAY, **wrong), SU)

    assert caught.value.reason == reason


async def test_the_hospital_keeps_its_power_by_its_second_line(city: WorkingCompany) -> None:
    await city.do(service.restore, RUNNING, SU)

    outage = await raise_line(city, "L2")

    assert (outage.area_ids, outage.scope) == (("TA04", "TA05"), "line")
    assert await numbers(city, area_id="TA06") == []


async def test_when_both_lines_are_out_the_hospital_is_dark(city: WorkingCompany) -> None:
    await city.do(service.restore, RUNNING, SU)
    await raise_line(city, "L2")

    second = await raise_line(city, "L4")

    assert second.area_ids == ("TA06", "TA08")
    assert await numbers(city, account_no="6201024007190") == [second.outage_no]


async def test_a_single_building_is_dark_and_its_neighbour_is_not(city: WorkingCompany) -> None:
    where = Where(buildings=(Building("TA01", "3栋"),))
    outage = await city.do(service.raise_outage, Draft("fault", where), SU)

    assert outage.scope == "building"
    assert outage.outage_no in await numbers(city, area_id="TA01")
    for account_no, building in await city.company.pool.fetch(
        "select account_no, building from accounts where area_id = 'TA01' and status <> 'closed'"
    ):
        assert (outage.outage_no in await numbers(city, account_no=account_no)) is (building == "3栋")


async def test_a_fault_is_raised_once(city: WorkingCompany) -> None:
    with pytest.raises(Clash) as caught:
        await city.do(service.raise_outage, Draft("fault", Where(("TA04",))), SU)

    assert (caught.value.reason, caught.value.fields["outage_no"]) == ("outage.already_running", RUNNING)


async def test_a_new_estimate_keeps_the_old_one_and_who_said_it(city: WorkingCompany) -> None:
    city.clock.move(20 * MINUTE)
    await city.do(update, RUNNING, Word(eta=at("11-21T13:10"), said_by="长庚抢修一班"), SU)

    detail = await reading.read_outage(city.company, RUNNING)

    said = [(datetime.fromisoformat(f.value), f.said_at, f.said_by) for f in detail.facts if f.fact == "eta"]
    assert said == [
        (at("11-21T12:30"), at("11-21T09:22"), "现场抢修人员"),
        (at("11-21T13:10"), at("11-21T10:20"), "长庚抢修一班"),
    ]
    assert (detail.outage.eta, detail.outage.next_update_by) == (at("11-21T13:10"), at("11-21T12:20"))
    assert detail.steps[-1].actor == "staff:K0103"
    assert await city.events(RUNNING, "outage") == ["outage.updated"]


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        (Word(eta=at("11-21T09:59")), "outage.eta_past"),
        (Word(status="reported"), "outage.move"),
        (Word(status="restored"), "outage.move"),
        (Word(), "field.missing"),
    ],
)
async def test_a_word_that_cannot_be_is_refused(city: WorkingCompany, word: Word, reason: str) -> None:
    with pytest.raises((Clash, InvalidRequest)) as caught:
        await city.do(update, RUNNING, word, SU)

    assert caught.value.reason == reason


async def test_a_postponed_outage_says_the_old_window_too(city: WorkingCompany) -> None:
    window = at("11-27T08:30"), at("11-27T15:30")
    outage = await city.do(service.postpone, PLANNED, window, SU, "大风")

    data = await city.value("select data from events where subject = $1 and type = 'outage.postponed'", PLANNED)
    assert (outage.status, outage.planned_from) == ("postponed", window[0])
    assert (data["was_from"], data["note"]) == (at("11-25T08:30").isoformat(), "大风")


async def test_an_outage_is_not_brought_forward_too_late(city: WorkingCompany) -> None:
    with pytest.raises(Clash) as caught:
        await city.do(service.postpone, PLANNED, (at("11-24T08:30"), at("11-24T15:30")), SU, "提前")

    assert caught.value.reason == "outage.short_notice"


async def test_a_cancelled_outage_is_gone_and_stays_gone(city: WorkingCompany) -> None:
    await city.do(service.cancel, PLANNED, SU, "取消检修")

    assert await numbers(city, area_id="TA01") == []
    with pytest.raises(Clash):
        await city.do(service.postpone, PLANNED, (at("11-27T08:30"), at("11-27T15:30")), SU)


async def test_a_planned_outage_starts_and_ends_by_the_clock(city: WorkingCompany) -> None:
    city.clock.set(at("11-25T08:29"))
    assert await rounds.round(city.company) > 0  # the running fault's word is overdue
    assert (await read(city, PLANNED)).status == "announced"

    city.clock.set(at("11-25T08:30"))
    await rounds.round(city.company)
    begun = await read(city, PLANNED)
    city.clock.set(at("11-25T15:31"))
    await rounds.round(city.company)
    over = await read(city, PLANNED)

    assert (begun.status, begun.started) == ("running", at("11-25T08:30"))
    assert (over.status, over.restored) == ("restored", at("11-25T15:30"))
    assert await city.events(PLANNED, "outage") == ["outage.started", "outage.restored"]
    assert await rounds.round(city.company) == 0


async def test_a_late_end_is_told_half_an_hour_before_the_old_one(city: WorkingCompany) -> None:
    city.clock.set(at("11-25T14:00"))
    await rounds.round(city.company)
    await city.do(update, PLANNED, Word(eta=at("11-25T17:00"), cause="开关卡涩"), SU)
    before = await city.events(PLANNED, "outage")

    city.clock.set(at("11-25T15:00"))
    await rounds.round(city.company)
    await rounds.round(city.company)
    city.clock.set(at("11-25T16:00"))
    await rounds.round(city.company)

    assert before == ["outage.started", "outage.updated"]
    assert await city.events(PLANNED, "outage") == [*before, "outage.late"]
    assert (await read(city, PLANNED)).status == "late"
    assert PLANNED in await numbers(city, area_id="TA01")


async def test_lateness_said_after_the_old_end_is_near_is_told_at_once(city: WorkingCompany) -> None:
    city.clock.set(at("11-25T15:10"))
    await rounds.round(city.company)

    late = await city.do(update, PLANNED, Word(eta=at("11-25T17:00")), SU)

    assert (late.status, (await city.events(PLANNED, "outage"))[-1]) == ("late", "outage.late")


async def test_some_areas_first(city: WorkingCompany) -> None:
    await city.do(service.restore, RUNNING, SU)
    outage = await raise_line(city, "L2")

    partly = await city.do(service.restore, outage.outage_no, SU, area_ids=("TA05",))
    listed = await numbers(city, area_id="TA05"), await numbers(city, area_id="TA04")
    whole = await city.do(service.restore, outage.outage_no, SU)

    assert (partly.restored, partly.dark_areas) == (None, ("TA04",))
    assert listed == ([], [outage.outage_no])
    assert (whole.status, whole.restored) == ("restored", city.clock.now())
    told = await city.company.pool.fetch(
        "select type, area_ids from events where subject = $1 order by event_id", outage.outage_no
    )
    assert [tuple(row) for row in told] == [
        ("outage.raised", ["TA04", "TA05"]),
        ("outage.partly_restored", ["TA05"]),
        ("outage.restored", ["TA04"]),
    ]


async def test_an_area_is_not_restored_twice(city: WorkingCompany) -> None:
    await city.do(service.restore, RUNNING, SU)

    for areas in ((), ("TA04",)):
        with pytest.raises(Clash) as caught:
            await city.do(service.restore, RUNNING, SU, area_ids=areas)
        assert caught.value.reason == "outage.move"


async def test_an_overdue_word_is_told_once(city: WorkingCompany) -> None:
    city.clock.set(at("11-21T11:23"))

    assert await rounds.round(city.company) == 1
    assert await rounds.round(city.company) == 0

    assert await city.events(RUNNING, "outage") == ["outage.word_overdue"]


async def test_exempt_outages_and_flashes_do_not_count(city: WorkingCompany) -> None:
    for minutes, exempt in ((2, ""), (40, "reported"), (40, "own")):
        outage = await city.do(service.raise_outage, Draft("fault", Where(("TA07",)), exempt=exempt), SU)
        city.clock.move(minutes * MINUTE)
        await city.do(service.restore, outage.outage_no, SU)

    _, counted = await reading.history(city.company, Asked(area_id="TA07"), 60)

    assert counted.counted == ("E26112000005",)
    assert sorted(counted.deducted.values()) == ["flash", "own", "reported"]
