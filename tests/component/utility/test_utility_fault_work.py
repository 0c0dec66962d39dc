"""The work on faults in the books: what crews and customers say of it, how an event ends, what a storm does."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedPostgres
from tests.fakes.fault_desk import (
    HOUR,
    MINUTE,
    REPLY,
    RUNNING,
    SU,
    at,
    crew,
    event_of,
    person,
    read,
    report,
    to_site,
)
from tests.fakes.working_company import WorkingCompany, fill_city, working
from utility.errors import Clash, NotKnown
from utility.faults import audit, rounds, store, told
from utility.faults.progress import Progress, progress
from utility.faults.queue import ranked
from utility.faults.values import FaultOrder
from utility.orders import service as orders
from utility.orders.values import Resolution
from utility.outages import reading
from utility.outages import service as outages
from utility.outages.reading import Asked
from utility.outages.values import Draft, Where


@pytest.fixture(scope="module")
def city_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill_city(postgres_server, "utility_fault_work"))


@pytest_asyncio.fixture
async def city(city_url: str) -> AsyncIterator[WorkingCompany]:
    async with working(city_url) as found:
        yield found
        async with found.company.pool.acquire() as connection:
            assert await audit.differences(connection, found.company) == []


async def test_the_list_of_work_ranks_by_homes_affected(city: WorkingCompany) -> None:
    lonely = await report(city, 1, "松果村6组")
    many = [await report(city, n, f"织女苑{n}栋") for n in (2, 3, 4)]

    numbers = [work.order_no for work in await ranked(city.company)]

    assert numbers.index(many[0].order_no) < numbers.index(lonely.order_no)
    assert many[1].order_no not in numbers


async def test_the_crew_of_the_main_order_moves_the_event(city: WorkingCompany) -> None:
    first = await report(city, 1, "织女苑3栋")
    second = await report(city, 2, "织女苑3栋")
    await to_site(city, first)
    await crew(city, first, "repairing", cause="接户线断线", eta=at("11-21T12:00"), crew="长庚抢修一班")

    event = await event_of(city, first)

    assert (event.status, event.cause, event.eta) == ("repairing", "接户线断线", at("11-21T12:00"))
    assert event.eta_said_by == "长庚抢修一班"
    assert (await read(city, second.order_no)).eta == at("11-21T12:00")
    assert await city.value("select owner from work_orders where order_no = $1", first.order_no) == "长庚抢修一班"


async def test_restoring_the_main_order_restores_everybody(city: WorkingCompany) -> None:
    first = await report(city, 1, "织女苑3栋")
    second = await report(city, 2, "织女苑3栋")
    await to_site(city, first)

    await crew(city, first, "restored")

    event, sub = await event_of(city, first), await read(city, second.order_no)
    assert (event.status, sub.status, sub.open) == ("restored", "restored", False)
    assert (await city.events(second.order_no, "order"))[-1] == "order.advanced"


async def test_restoring_the_event_restores_its_orders(city: WorkingCompany) -> None:
    await city.do(outages.restore, RUNNING, SU)
    await rounds.round(city.company)

    assert [(await read(city, no)).status for no in ("F26112100012", "F26112100012-01")] == ["restored", "restored"]


async def test_every_sub_order_gets_the_reply_and_is_called_back(city: WorkingCompany) -> None:
    first, second = await report(city, 1, "织女苑3栋"), await report(city, 2, "织女苑3栋")
    await to_site(city, first)
    await crew(city, first, "restored")
    await city.do(told.confirm_restored, person(2), second.order_no, restored=True)
    await city.do(orders.resolve, first.order_no, Resolution("低压公共设备", REPLY), SU)

    await rounds.round(city.company)

    row = await city.company.pool.fetchrow("select * from work_orders where order_no = $1", second.order_no)
    assert (row["resolution_code"], row["state"], row["confirmed"]) == ("低压公共设备", "called_back", True)
    assert row["callback_by"] == city.clock.now() + 24 * HOUR


async def test_work_is_told_on_the_main_order(city: WorkingCompany) -> None:
    with pytest.raises(Clash) as caught:
        await city.do(progress, "F26112100012-01", Progress("dispatched"), SU)

    assert (caught.value.reason, caught.value.fields["main"]) == ("order.merged", "F26112100012")


async def test_a_side_state_waits_and_goes_on(city: WorkingCompany) -> None:
    order = await report(city, 1, "松果村6组")
    await to_site(city, order)

    waiting = await crew(city, order, "waiting_material", note="缺跌落保险")
    resumed = await crew(city, order, "resumed")

    assert (waiting.status, resumed.status) == ("waiting_material", "on_site")
    assert [step.status for step in resumed.timeline][-2:] == ["waiting_material", "on_site"]


async def test_still_dark_opens_the_order_again_as_a_matter_of_its_own(city: WorkingCompany) -> None:
    first, second = await report(city, 1, "织女苑3栋"), await report(city, 2, "织女苑3栋")
    await to_site(city, first)
    await crew(city, first, "restored")
    city.clock.move(HOUR)

    again = await city.do(told.confirm_restored, person(2), second.order_no, restored=False)

    assert (again.open, again.status, again.outage_no) == (True, "repairing", None)
    assert again.arrive_by == city.clock.now() + 45 * MINUTE
    assert second.order_no in [work.order_no for work in await ranked(city.company)]


async def test_a_lonely_order_is_done_when_its_customer_has_light(city: WorkingCompany) -> None:
    order = await report(city, 1, "松果村6组")

    done = await city.do(told.confirm_restored, person(1), order.order_no, restored=True)

    assert (done.status, done.open) == ("restored", False)


async def test_one_customers_light_does_not_end_the_event(city: WorkingCompany) -> None:
    await report(city, 1, "织女苑3栋")
    second = await report(city, 2, "织女苑3栋")

    told_back = await city.do(told.confirm_restored, person(2), second.order_no, restored=True)

    assert (told_back.status, told_back.open) == ("merged", True)


async def test_danger_told_later_takes_an_order_out_of_the_event(city: WorkingCompany) -> None:
    await report(city, 1, "织女苑3栋")
    second = await report(city, 2, "织女苑3栋")

    alone = await city.do(told.add, person(2), second.order_no, told.Update(danger_sign="打火", note="表箱冒火花"))

    assert (alone.status, alone.outage_no, alone.danger_sign) == ("reported", None, "打火")
    assert alone.severity == "紧急"
    assert (await ranked(city.company))[0].order_no == second.order_no


async def test_a_fault_of_their_own_is_closed_when_the_customer_agrees(city: WorkingCompany) -> None:
    order = await report(city, 1, "松果村6组")

    closed = await city.do(told.own_fault, person(1), order.order_no)

    row = await city.company.pool.fetchrow("select * from work_orders where order_no = $1", order.order_no)
    assert (closed.status, row["resolution_code"], row["confirmed"]) == ("archived", "客户内部故障", True)


@pytest.mark.parametrize("call", [told.own_fault, told.urge, told.add, told.confirm_restored])
async def test_somebody_elses_order_is_unknown(city: WorkingCompany, call: object) -> None:
    order = await report(city, 1, "松果村6组")
    more = {told.urge: ("快点",), told.add: (told.Update(note="x"),)}.get(call, ())
    named = {"restored": True} if call is told.confirm_restored else {}

    with pytest.raises(NotKnown):
        await city.do(call, person(2), order.order_no, *more, **named)


async def test_a_merged_order_urges_its_main_order_and_too_soon_is_only_recorded(city: WorkingCompany) -> None:
    await city.bind(person(9), "6201024007299")

    first = await city.do(told.urge, person(9), "F26112100012-01", "快点")
    second = await city.do(told.urge, person(9), "F26112100012-01", "快点")

    assert (first.order_no, first.dispatched, second.dispatched) == ("F26112100012", True, False)


async def test_a_crew_that_is_late_is_warned_once_each(city: WorkingCompany) -> None:
    order = await report(city, 1, "松果村6组")
    await crew(city, order, "dispatched")
    city.clock.move(4 * MINUTE)
    await rounds.round(city.company)
    await rounds.round(city.company)
    await crew(city, order, "accepted")
    await crew(city, order, "on_site")
    await crew(city, order, "repairing")
    city.clock.move(21 * MINUTE)
    await rounds.round(city.company)
    city.clock.move(6 * HOUR)
    await rounds.round(city.company)

    told_of = await city.company.pool.fetch(
        "select data->>'warning' as warning from events where subject = $1 and type = 'fault.warned' order by event_id",
        order.order_no,
    )
    assert [row["warning"] for row in told_of] == ["accept", "eta", "progress"]


async def test_neglect_is_told_to_a_supervisor_once(city: WorkingCompany) -> None:
    order = await report(city, 1, "松果村6组")
    city.clock.move(2 * 89 * MINUTE)
    await rounds.round(city.company)
    before = await city.events(order.order_no, "fault")

    city.clock.move(3 * MINUTE)
    await rounds.round(city.company)
    await rounds.round(city.company)

    assert "fault.neglected" not in before
    assert (await city.events(order.order_no, "fault")).count("fault.neglected") == 1


async def test_an_event_ends_when_its_main_order_was_ended_elsewhere(city: WorkingCompany) -> None:
    await city.do(orders.advance, "F26112100012", "restored", SU)

    await rounds.round(city.company)

    assert (await reading.read_outage(city.company, RUNNING)).outage.restored == city.clock.now()
    assert (await read(city, "F26112100012-01")).status == "restored"


async def test_an_operators_fault_takes_reports_without_a_main_order(city: WorkingCompany) -> None:
    outage = await city.do(outages.raise_outage, Draft("fault", Where(("TA05",)), cause="高压跳闸"), SU)

    order = await report(city, 1, "织女苑3栋")

    assert (order.outage_no, order.parent_no, order.status) == (outage.outage_no, None, "merged")


async def test_hundreds_at_once_are_one_event_and_nobody_is_lost(city: WorkingCompany) -> None:
    doors = asyncio.Semaphore(10)

    async def one(n: int) -> FaultOrder:
        async with doors:
            return await report(city, n, f"流萤花园一期{n % 6 + 1}栋")

    filed = await asyncio.gather(*(one(n) for n in range(300)))

    assert len({order.order_no for order in filed}) == 300
    assert Counter(order.parent_no is None for order in filed) == {True: 1, False: 299}
    assert len(await reading.list_outages(city.company, Asked(area_id="TA01"))) == 2  # the planned one and ours
    event = await event_of(city, filed[0])
    assert (event.reports, event.scope, event.area_ids) == (300, "area", ("TA01",))
    assert await city.value("select sum(homes) from fault_group_places p join fault_groups g using (group_id)"
                            " where g.outage_no = $1", event.outage_no) == 300  # fmt: skip


async def test_a_line_that_trips_is_one_event_however_its_reports_come(city: WorkingCompany) -> None:
    places = ("流萤花园一期{}栋", "流萤花园二期{}栋", "天琴商业街{}座")
    doors = asyncio.Semaphore(8)

    async def one(n: int) -> FaultOrder:
        label = "ABCD"[n % 4] if n % 3 == 2 else n % 6 + (7 if n % 3 else 1)
        async with doors:
            return await report(city, n, places[n % 3].format(label))

    filed = await asyncio.gather(*(one(n) for n in range(60)))
    city.clock.move(MINUTE)
    late = [await report(city, f"late{n}", f"流萤花园二期{n + 7}栋") for n in range(3)]

    found = {(await event_of(city, order)).outage_no for order in [*filed, *late]}
    assert len(found) == 1
    assert (await event_of(city, filed[0])).area_ids == ("TA01", "TA02", "TA03")


async def test_a_big_event_is_followed_in_batches(city: WorkingCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("utility.faults.following.BATCH", 7)
    filed = [await report(city, n, f"织女苑{n % 5 + 1}栋") for n in range(20)]
    await to_site(city, filed[0])

    await crew(city, filed[0], "restored")
    await rounds.round(city.company)

    assert {(await read(city, order.order_no)).status for order in filed} == {"restored"}
    async with city.company.pool.acquire() as connection:
        assert await store.to_follow(connection, None, 10) == []
