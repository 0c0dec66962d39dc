"""Fault reports in the books: what joins what and how an event grows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedPostgres
from tests.fakes.fault_desk import (
    DARK,
    RUNNING,
    SU,
    event_of,
    person,
    read,
    report,
)
from tests.fakes.working_company import WorkingCompany, fill_city, working
from utility.faults import audit, service
from utility.faults.queue import ranked
from utility.outages import reading
from utility.outages import service as outages


@pytest.fixture(scope="module")
def city_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill_city(postgres_server, "utility_faults"))


@pytest_asyncio.fixture
async def city(city_url: str) -> AsyncIterator[WorkingCompany]:
    async with working(city_url) as found:
        yield found
        async with found.company.pool.acquire() as connection:
            assert await audit.differences(connection, found.company) == []


async def test_an_event_of_one_building_covers_that_building(city: WorkingCompany) -> None:
    first = await report(city, 1, "织女苑3栋")
    await report(city, 2, "织女苑3栋")

    event = await event_of(city, first)

    assert (event.scope, [place.building for place in event.buildings]) == ("building", ["3栋"])
    assert (event.started, event.main_order_no, event.reports) == (first.reported, first.order_no, 2)


async def test_one_stair_is_less_than_its_building(city: WorkingCompany) -> None:
    first = await city.do(service.report_fault, person(1), replace(DARK, account_no="6201011006117"))
    stair = await city.value("select unit from accounts where account_no = '6201011006117'")
    building = await city.value("select building from accounts where account_no = '6201011006117'")
    await city.company.pool.execute(
        "update accounts set building = $1, unit = $2 where account_no = '6201011006125'", building, stair
    )
    await city.do(service.report_fault, person(2), replace(DARK, account_no="6201011006125"))

    assert (await event_of(city, first[0])).scope == "stair"


async def test_reports_of_other_buildings_widen_the_event_to_the_area(city: WorkingCompany) -> None:
    first = await report(city, 1, "织女苑3栋")
    await report(city, 2, "织女苑3栋")
    third = await report(city, 3, "织女苑5栋")

    event = await event_of(city, first)

    assert (event.scope, event.buildings, event.area_ids) == ("area", (), ("TA05",))
    assert (third.outage_no, third.parent_no) == (event.outage_no, first.order_no)
    assert await city.events(event.outage_no, "outage") == ["outage.raised", "outage.widened"]


async def test_two_areas_of_one_line_become_one_line_event(city: WorkingCompany) -> None:
    first = await report(city, 1, "天琴商业街A座")
    await report(city, 2, "天琴商业街A座")
    other = await report(city, 3, "流萤花园二期8栋")
    last = await report(city, 4, "流萤花园二期8栋")

    event, absorbed = await event_of(city, first), await read(city, other.order_no)
    gone = await city.value("select merged_into from outages where outage_no <> $1 and merged_into is not null",
                            event.outage_no)  # fmt: skip

    assert (event.scope, event.line_id, event.area_ids) == ("line", "L1", ("TA02", "TA03"))
    assert (absorbed.outage_no, absorbed.parent_no, absorbed.status) == (event.outage_no, first.order_no, "merged")
    assert (await read(city, last.order_no)).outage_no == event.outage_no
    assert gone == event.outage_no
    assert event.reports == 4


async def test_a_third_area_of_the_line_joins_with_one_report(city: WorkingCompany) -> None:
    first = await report(city, 1, "天琴商业街A座")
    for who, where in ((2, "天琴商业街A座"), (3, "流萤花园二期8栋"), (4, "流萤花园二期8栋")):
        await report(city, who, where)

    third = await report(city, 5, "流萤花园一期2栋")

    assert third.parent_no == first.order_no
    assert (await event_of(city, first)).area_ids == ("TA01", "TA02", "TA03")


async def test_a_line_does_not_take_in_a_fault_whose_place_is_found(city: WorkingCompany) -> None:
    first = await report(city, 1, "织女苑3栋")
    await report(city, 2, "织女苑3栋")

    event = await event_of(city, first)

    assert event.outage_no != RUNNING
    assert (event.scope, (await reading.read_outage(city.company, RUNNING)).outage.area_ids) == ("building", ("TA04",))


async def test_a_text_that_fits_two_areas_of_a_line_merges_by_the_line(city: WorkingCompany) -> None:
    first = await report(city, 1, "流萤花园")
    second = await report(city, 2, "流萤花园")

    assert (second.parent_no, second.area_id) == (first.order_no, None)


async def test_an_estate_nobody_knows_merges_by_its_building(city: WorkingCompany) -> None:
    first = await report(city, 1, "幸福里3栋201")
    second = await report(city, 2, "幸福里 三栋 502")
    other = await report(city, 3, "幸福里4栋201")

    assert (second.parent_no, other.parent_no) == (first.order_no, None)


@pytest.mark.parametrize("told_as", [{"danger_sign": "冒烟起火"}, {"symptom": "电压高"}], ids=["danger", "symptom"])
async def test_what_is_another_matter_stands_alone_inside_an_outage(
    city: WorkingCompany, told_as: dict[str, str]
) -> None:
    order = await report(city, 1, "北斗里5栋", **told_as)

    assert (order.parent_no, order.outage_no, order.status) == (None, None, "reported")


async def test_after_an_event_is_over_a_report_opens_a_new_one(city: WorkingCompany) -> None:
    await city.do(outages.restore, RUNNING, SU)

    order = await report(city, 1, "北斗里5栋")

    assert (order.parent_no, order.outage_no) == (None, None)


async def test_severity_and_needs_come_from_the_account(city: WorkingCompany) -> None:
    await city.do(outages.restore, RUNNING, SU)
    order, _ = await city.do(service.report_fault, person(1), replace(DARK, account_no="6201024007216"))
    await report(city, 2, "松果村6组")

    first = (await ranked(city.company))[0]

    assert (order.severity, first.order_no, first.needs) == ("紧急", order.order_no, ("生命支持设备",))
