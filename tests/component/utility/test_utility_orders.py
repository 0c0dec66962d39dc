"""Work orders in the books: opening, moving, pausing, warning, urging, replying, closing with two keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from runtime.clock import SHANGHAI
from runtime.embedded import EmbeddedPostgres
from tests.fakes.order_books import Bench, bench, fill
from utility.accounts.values import Person
from utility.actors import customer, staff
from utility.cases.service import file_case
from utility.cases.values import Filing
from utility.errors import Clash, Forbidden, InvalidRequest, NotKnown
from utility.orders import clock, service, store
from utility.orders.audit import differences
from utility.orders.rounds import climb, miss_contacts
from utility.orders.values import Draft, Resolution, WorkOrder

SU, JIANG = staff("K0103"), staff("K0104")
LIN = customer("wechat", "wx_demo_lin")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
REPLY = dict.fromkeys(
    ("reached_when", "reached_how", "findings", "cause", "measures", "restored_or_expected", "customer_view"), "如实"
)
DONE = Resolution("属实已处理", REPLY)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00").replace(tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def books_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill(postgres_server, "utility_orders"))


@pytest_asyncio.fixture
async def desk(books_url: str) -> AsyncIterator[Bench]:
    async with bench(books_url) as opened:
        yield opened


async def complaint(desk: Bench, **more: object) -> WorkOrder:
    draft = Draft(
        "complaint",
        "启明供电中心",
        "服务投诉",
        "rude",
        "6201011006117",
        "wechat",
        "wx_demo_lin",
        **more,  # type: ignore[arg-type]
    )
    return await service.open_order(desk.connection, desk.company, draft, LIN)


async def handled(desk: Bench, **more: object) -> WorkOrder:
    order = await complaint(desk, **more)
    return await service.advance(desk.connection, desk.company, order.order_no, "handling", SU)


async def replied(desk: Bench, **more: object) -> WorkOrder:
    order = await handled(desk, **more)
    return await service.resolve(desk.connection, desk.company, order.order_no, DONE, SU)


async def test_a_complaint_gets_its_number_its_limits_and_an_owner(desk: Bench) -> None:
    order = await complaint(desk)

    assert order.order_no == "T26112100001"
    assert (order.state, order.owner) == ("filed", "启明供电中心")
    assert order.due_at == datetime(2026, 11, 28, tzinfo=SHANGHAI)  # filed on a Saturday: five whole workdays
    assert order.contact_by == at("11-22T10:00")


async def test_the_demo_complaint_stands_as_the_books_say(desk: Bench) -> None:
    order = await service.order(desk.connection, desk.company, "T26111600003")

    assert order is not None
    assert (order.due_at, order.warned, order.supervision) == (at("11-23T16:40"), (50, 80), "team_lead")
    assert clock.percent(desk.company.calendar, order, desk.clock.now()) == 80


async def test_the_same_matter_is_not_filed_twice(desk: Bench) -> None:
    first = await complaint(desk)

    with pytest.raises(Clash) as refused:
        await complaint(desk)

    assert (refused.value.reason, refused.value.fields["order_no"]) == ("order.already_open", first.order_no)


async def test_nobody_answerable_is_refused(desk: Bench) -> None:
    with pytest.raises(InvalidRequest, match="answerable"):
        await service.open_order(desk.connection, desk.company, Draft("complaint", " "), LIN)


async def test_an_unknown_order_is_unknown(desk: Bench) -> None:
    with pytest.raises(NotKnown):
        await service.advance(desk.connection, desk.company, "T00000000000", "handling", SU)


async def test_a_transfer_waits_for_the_other_to_accept(desk: Bench) -> None:
    order = await handled(desk)

    offered = await service.offer(desk.connection, desk.company, order.order_no, "长庚供电中心", SU)
    assert (offered.owner, offered.offered_to) == ("启明供电中心", "长庚供电中心")
    declined = await service.decline(desk.connection, desk.company, order.order_no, JIANG)
    assert (declined.owner, declined.offered_to) == ("启明供电中心", None)
    await service.offer(desk.connection, desk.company, order.order_no, "长庚供电中心", SU)
    taken = await service.accept(desk.connection, desk.company, order.order_no, JIANG)
    assert (taken.owner, taken.offered_to) == ("长庚供电中心", None)


async def test_a_pause_stops_the_clock_and_is_counted_apart(desk: Bench) -> None:
    desk.clock.set(at("11-23T10:00"))
    order = await handled(desk)
    desk.clock.move(6 * HOUR)
    paused = await service.suspend(desk.connection, desk.company, order.order_no, "waiting_customer", SU, "等材料")
    desk.clock.move(48 * HOUR)

    going = await service.resume(desk.connection, desk.company, order.order_no, SU)

    assert (paused.due_at, paused.clock_used) == (None, 6 * HOUR)
    assert (going.paused_total, going.clock_used) == (48 * HOUR, 6 * HOUR)
    assert going.due_at == at("12-02T10:00")


async def test_closing_takes_a_reply_that_says_everything(desk: Bench) -> None:
    order = await handled(desk)

    with pytest.raises(Clash) as refused:
        await service.resolve(desk.connection, desk.company, order.order_no, replace(DONE, reply={"cause": " "}), SU)

    assert refused.value.reason == "order.reply_incomplete"
    assert refused.value.fields["missing"] == list(REPLY)


async def test_closing_takes_the_customers_word(desk: Bench) -> None:
    order = await replied(desk)

    with pytest.raises(Clash) as refused:
        await service.close(desk.connection, desk.company, order.order_no, SU)
    await service.confirm(desk.connection, desk.company, order.order_no, True, LIN)
    closed = await service.close(desk.connection, desk.company, order.order_no, SU)

    assert (refused.value.reason, refused.value.fields["needed"]) == ("order.not_confirmed", 3)
    assert (closed.state, closed.closed_at, closed.clock_from) == ("archived", desk.clock.now(), None)


async def test_three_documented_tries_stand_for_the_customers_word(desk: Bench) -> None:
    desk.clock.set(at("11-23T08:00"))
    order = await replied(desk)
    counted = []
    for hour in (8, 9, 10, 12, 14, 22):
        desk.clock.set(at(f"11-23T{hour:02d}:30"))
        attempt = await service.record_try(desk.connection, desk.company, order.order_no, SU, "phone", "no_answer")
        counted.append((hour, attempt.counts, attempt.why))

    closed = await service.close(desk.connection, desk.company, order.order_no, SU)

    assert counted == [
        (8, True, ""), (9, False, "too_soon"), (10, True, ""), (12, False, "quiet_hours"), (14, True, ""),
        (22, False, "quiet_hours"),
    ]  # fmt: skip
    assert closed.closed_at is not None


async def test_a_dispute_takes_the_reply_back_and_the_second_goes_to_the_province(desk: Bench) -> None:
    order = await replied(desk)
    again = await service.confirm(desk.connection, desk.company, order.order_no, False, LIN, "没解决")
    assert (again.state, again.resolution_code, again.supervision) == ("handling", "", "")
    await service.resolve(desk.connection, desk.company, order.order_no, DONE, SU)

    second = await service.confirm(desk.connection, desk.company, order.order_no, False, LIN)

    assert (second.disputes, second.supervision) == (2, "province")


async def test_reopening_keeps_what_the_clock_has_counted(desk: Bench) -> None:
    desk.clock.set(at("11-23T10:00"))
    order = await handled(desk)
    desk.clock.move(5 * HOUR)
    await service.resolve(desk.connection, desk.company, order.order_no, DONE, SU)
    await service.confirm(desk.connection, desk.company, order.order_no, True, LIN)
    await service.close(desk.connection, desk.company, order.order_no, SU)
    desk.clock.move(100 * HOUR)

    again = await service.reopen(desk.connection, desk.company, order.order_no, LIN, "又坏了")

    assert (again.state, again.reopened, again.clock_used) == ("handling", 1, 5 * HOUR)
    assert clock.counted(desk.company.calendar, again, desk.clock.now()) == 5 * HOUR


async def test_an_urge_inside_the_gap_is_recorded_and_one_after_it_is_dispatched(desk: Bench) -> None:
    order = await handled(desk)
    urges = []
    for wait in (0, 4, 1):
        desk.clock.move(wait * MINUTE)
        urges.append(await service.urge(desk.connection, desk.company, order.order_no, LIN, "快点"))

    assert [urge.dispatched for urge in urges] == [True, False, True]
    assert urges[1].next_from == urges[0].at + 5 * MINUTE
    assert [urge.urge_no for urge in urges] == ["U26112100001", "U26112100002", "U26112100003"]


async def test_public_opinion_is_dispatched_however_soon(desk: Bench) -> None:
    order = await handled(desk)
    await service.urge(desk.connection, desk.company, order.order_no, LIN)

    assert (await service.urge(desk.connection, desk.company, order.order_no, LIN, risk=True)).dispatched


async def test_a_closed_order_is_not_urged(desk: Bench) -> None:
    with pytest.raises(Clash) as refused:
        await service.urge(desk.connection, desk.company, "R26091000009", LIN)

    assert refused.value.reason == "order.closed"


async def test_the_reply_answers_the_urges(desk: Bench) -> None:
    order = await handled(desk)
    urged = await service.urge(desk.connection, desk.company, order.order_no, LIN)

    await service.resolve(desk.connection, desk.company, order.order_no, DONE, SU)

    answered = await service.order(desk.connection, desk.company, urged.urge_no)
    assert answered is not None
    assert (answered.state, answered.open) == ("answered", False)


async def test_the_ladder_tells_each_step_once(desk: Bench) -> None:
    desk.clock.set(at("11-23T10:00"))
    order = await handled(desk)
    told = []
    days = ("11-25T21:59", "11-25T22:00", "11-27T10:00", "11-30T10:00", "12-01T09:59", "12-01T10:00", "12-20T10:00")
    for day in days:
        desk.clock.set(at(day))
        standing = await service.order(desk.connection, desk.company, order.order_no)
        assert standing is not None
        await climb(desk.connection, desk.company, standing)
        after = await service.order(desk.connection, desk.company, order.order_no)
        assert after is not None
        told.append((after.warned, after.supervision))

    assert told == [
        ((), ""),
        ((50,), "handler"),
        ((50, 80), "team_lead"),
        ((50, 80, 100), "county_manager"),
        ((50, 80, 100), "county_manager"),
        ((50, 80, 100), "city_centre"),
        ((50, 80, 100), "city_centre"),
    ]
    lines = await store.changes(desk.connection, order.order_no)
    assert [line.what for line in lines if line.what in ("warned", "supervised")] == ["warned"] * 3 + ["supervised"]


async def test_a_customer_nobody_has_spoken_with_is_told_of_once(desk: Bench) -> None:
    order = await handled(desk)
    spoken = await service.order(desk.connection, desk.company, "T26111600003")
    counts = []
    for hours in (23, 1, 1):
        desk.clock.move(hours * HOUR)
        counts.append(await miss_contacts(desk.connection, desk.company))

    assert counts == [0, 1, 0]
    assert [line.what for line in await store.changes(desk.connection, order.order_no)][-1] == "contact_missed"
    assert spoken is not None
    assert spoken.contacted_at == at("11-17T10:20")


async def test_media_goes_to_the_province_at_once(desk: Bench) -> None:
    order = await complaint(desk, extra={"media": True})

    assert order.supervision == "province"


async def test_a_main_order_waits_until_every_merged_one_is_called_back(desk: Bench) -> None:
    main = await service.open_order(desk.connection, desk.company, Draft("fault", "长庚抢修一班"), LIN)
    sub = Draft("fault", "长庚抢修一班", parent_no=main.order_no, sub=True, channel="web", channel_user="a")
    merged = await service.open_order(desk.connection, desk.company, sub, LIN)
    await service.suspend(desk.connection, desk.company, merged.order_no, "merged", SU)
    await service.resolve(desk.connection, desk.company, main.order_no, Resolution("变压器", REPLY), SU)
    await service.confirm(desk.connection, desk.company, main.order_no, True, LIN)

    with pytest.raises(Clash) as refused:
        await service.close(desk.connection, desk.company, main.order_no, SU)
    await service.confirm(desk.connection, desk.company, merged.order_no, True, LIN)
    await service.close(desk.connection, desk.company, merged.order_no, SU)
    closed = await service.close(desk.connection, desk.company, main.order_no, SU)

    assert merged.order_no == f"{main.order_no}-01"
    assert refused.value.fields["orders"] == [merged.order_no]
    assert not closed.open


async def test_customers_do_not_do_the_staffs_work(desk: Bench) -> None:
    order = await handled(desk)

    with pytest.raises(Forbidden):
        await service.resolve(desk.connection, desk.company, order.order_no, DONE, LIN)
    with pytest.raises(Forbidden):
        await service.suspend(desk.connection, desk.company, order.order_no, "waiting_customer", LIN)


async def test_every_change_stands_in_the_timeline_with_who_did_it(desk: Bench) -> None:
    order = await replied(desk)
    await service.confirm(desk.connection, desk.company, order.order_no, True, LIN, "谢谢")
    await service.close(desk.connection, desk.company, order.order_no, SU)

    lines = await service.changes_of(desk.connection, desk.company, order.order_no)

    assert [(line.step_no, line.actor, line.what, line.to_state) for line in lines] == [
        (1, "customer:wechat:wx_demo_lin", "opened", "filed"),
        (2, "staff:K0103", "advanced", "handling"),
        (3, "staff:K0103", "replied", "replied"),
        (4, "customer:wechat:wx_demo_lin", "confirmed", "called_back"),
        (5, "staff:K0103", "closed", "archived"),
    ]


async def test_the_audit_agrees_with_the_demo_city_and_with_what_is_done(desk: Bench) -> None:
    main = await replied(desk)
    await service.confirm(desk.connection, desk.company, main.order_no, True, LIN)
    await service.close(desk.connection, desk.company, main.order_no, SU)
    paused = await handled(desk)
    await service.suspend(desk.connection, desk.company, paused.order_no, "waiting_customer", SU)

    assert await differences(desk.connection, desk.company) == []


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ("update work_orders set due_at = due_at + interval '1 day' where order_no = 'T26111600003'", "orders.due"),
        ("update work_orders set clock_from = null where order_no = 'T26111600003'", "orders.clock"),
        ("update work_orders set state = 'dispatched' where order_no = 'T26111600003'", "orders.status"),
        ("update work_orders set confirmed = null where order_no = 'R26091000009'", "orders.keys"),
        ("delete from work_order_changes where order_no = 'T26111600003' and step_no = 2", "orders.steps"),
    ],
    ids=["a due moved", "a clock stopped", "a state changed", "a key lost", "a line lost"],
)
async def test_the_audit_finds_what_was_changed_behind_its_back(desk: Bench, wrong: str, found: str) -> None:
    await desk.connection.execute(wrong)

    assert found in [difference.what for difference in await differences(desk.connection, desk.company)]


async def test_three_outages_in_two_months_carry_a_complaint(desk: Bench) -> None:
    await desk.connection.execute("insert into channel_users values ('web', 'xu')")
    await desk.connection.execute("insert into bindings values ('web', 'xu', '6201011006257', $1)", desk.clock.now())
    filing = Filing("complaint", "供电质量投诉/供电可靠性/频繁停电", "老停电", account_no="6201011006257")

    taken = await file_case(desk.connection, desk.company, Person("web", "xu"), filing)

    assert (taken.order.kind, taken.why, taken.facts.frequent) == ("complaint", "", True)
    assert set(taken.facts.outages) == {"E26100300002", "E26102800001", "E26111200003"}
    assert taken.order.extra["outages"] == list(taken.facts.outages)


async def test_the_reply_to_frequent_outages_needs_the_years_record_and_the_plan(desk: Bench) -> None:
    with pytest.raises(Clash) as refused:
        await service.resolve(desk.connection, desk.company, "T26111600003", DONE, SU)

    assert refused.value.fields["missing"] == ["year_record", "plan"]
