"""The contract of a Backend about what customers add to their fault orders."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.errors import Conflict, NotFound
from backend.models import FaultOrder, FaultReport, FaultUpdate
from conversation.identity import ChannelName, ChannelUser
from tests.contract.stands import Stand

VISITOR = ChannelUser(ChannelName.WEB, "a-visitor")
STRANGER = ChannelUser(ChannelName.WEB, "a-stranger")
WECHAT_LIN = ChannelUser(ChannelName.WECHAT, "wx_demo_lin")
OPEN, ARCHIVED = "F26112100031", "F26111900208"
LONELY = FaultReport(channel="web", channel_user="a-visitor", address="松果村6组", symptom="全无电")
INSIDE = FaultReport(channel="web", channel_user="a-visitor", address="北斗里5栋", symptom="全无电")


async def report(stand: Stand, what: FaultReport) -> FaultOrder:
    return await stand.backend.report_fault(what, idempotency_key="a-report")


async def test_facts_are_added_to_an_open_order(stand: Stand) -> None:
    update = FaultUpdate(symptom="部分无电", scope="单户", note="只有厨房没电")

    order = await stand.backend.fault_info_update(OPEN, update, user=WECHAT_LIN, idempotency_key="u-1")

    assert (order.symptom, order.status, order.severity) == ("部分无电", "on_the_way", "一般")
    assert await stand.backend.fault_info_update(OPEN, update, user=WECHAT_LIN, idempotency_key="u-1") == order


async def test_danger_makes_a_merged_order_urgent_and_its_own(stand: Stand) -> None:
    merged = await report(stand, INSIDE)

    order = await stand.backend.fault_info_update(
        merged.order_no, FaultUpdate(danger_sign="打火"), user=VISITOR, idempotency_key="u-1"
    )

    assert (merged.status, order.status, order.severity) == ("merged", "reported", "紧急")
    assert (order.outage_no, order.arrive_minutes) == ("", 45)


async def test_nothing_is_added_when_power_is_back(stand: Stand) -> None:
    with pytest.raises(Conflict) as caught:
        await stand.backend.fault_info_update(
            ARCHIVED, FaultUpdate(note="又停了"), user=WECHAT_LIN, idempotency_key="u-1"
        )

    assert caught.value.reason == "order.done"


async def test_an_urge_reaches_the_owner_and_one_too_soon_does_not(stand: Stand) -> None:
    first = await stand.backend.urge_fault(OPEN, user=WECHAT_LIN, idempotency_key="g-1")
    again = await stand.backend.urge_fault(OPEN, user=WECHAT_LIN, idempotency_key="g-2")
    stand.move_clock(timedelta(minutes=6))
    later = await stand.backend.urge_fault(OPEN, user=WECHAT_LIN, idempotency_key="g-3")

    assert (first.order_no, first.urge_no) == (OPEN, "U26112100001")
    assert (first.dispatched, again.dispatched, later.dispatched) == (True, False, True)
    assert again.next_from == first.next_from


async def test_the_same_key_is_the_same_urge(stand: Stand) -> None:
    first = await stand.backend.urge_fault(OPEN, user=WECHAT_LIN, idempotency_key="g-1")

    assert await stand.backend.urge_fault(OPEN, user=WECHAT_LIN, idempotency_key="g-1") == first


async def test_a_merged_order_urges_the_one_it_follows(stand: Stand) -> None:
    merged = await report(stand, INSIDE)

    urge = await stand.backend.urge_fault(merged.order_no, user=VISITOR, idempotency_key="g-1")

    assert urge.order_no == "F26112100012"


async def test_a_closed_order_is_not_urged(stand: Stand) -> None:
    with pytest.raises(Conflict) as caught:
        await stand.backend.urge_fault(ARCHIVED, user=WECHAT_LIN, idempotency_key="g-1")

    assert caught.value.reason == "order.closed"


async def test_light_ends_an_order_that_stands_alone(stand: Stand) -> None:
    order = await report(stand, LONELY)

    done = await stand.backend.confirm_restored(order.order_no, True, user=VISITOR, idempotency_key="c-1")

    assert done.status == "restored"
    assert await stand.backend.open_fault_orders(VISITOR) == []


async def test_one_home_with_light_does_not_end_the_event(stand: Stand) -> None:
    merged = await report(stand, INSIDE)

    order = await stand.backend.confirm_restored(merged.order_no, True, user=VISITOR, idempotency_key="c-1")

    assert (order.status, order.outage_no) == ("merged", "E26112100001")


async def test_still_dark_opens_a_restored_order_again(stand: Stand) -> None:
    order = await report(stand, LONELY)
    await stand.backend.confirm_restored(order.order_no, True, user=VISITOR, idempotency_key="c-1")

    again = await stand.backend.confirm_restored(order.order_no, False, user=VISITOR, idempotency_key="c-2")

    assert (again.status, again.arrive_minutes) == ("repairing", 90)
    assert [o.order_no for o in await stand.backend.open_fault_orders(VISITOR)] == [order.order_no]


async def test_an_own_fault_is_closed_when_the_customer_agrees(stand: Stand) -> None:
    order = await report(stand, LONELY)

    closed = await stand.backend.close_own_fault(order.order_no, user=VISITOR, idempotency_key="o-1")

    assert closed.status == "archived"
    assert [step.status for step in closed.timeline] == ["reported", "replied", "called_back", "archived"]


async def test_an_own_fault_is_closed_while_the_crew_is_on_the_way(stand: Stand) -> None:
    closed = await stand.backend.close_own_fault(OPEN, user=WECHAT_LIN, idempotency_key="o-1")

    assert closed.status == "archived"


async def test_what_others_report_too_is_nobodys_own_fault(stand: Stand) -> None:
    merged = await report(stand, INSIDE)

    with pytest.raises(Conflict) as caught:
        await stand.backend.close_own_fault(merged.order_no, user=VISITOR, idempotency_key="o-1")

    assert caught.value.reason == "order.merged"


async def test_a_stranger_can_say_nothing_of_an_order(stand: Stand) -> None:
    backend, key = stand.backend, "s-1"
    calls = (
        backend.fault_info_update(OPEN, FaultUpdate(note="x"), user=STRANGER, idempotency_key=key),
        backend.urge_fault(OPEN, user=STRANGER, idempotency_key=key),
        backend.confirm_restored(OPEN, True, user=STRANGER, idempotency_key=key),
        backend.close_own_fault(OPEN, user=STRANGER, idempotency_key=key),
    )

    for call in calls:
        with pytest.raises(NotFound) as caught:
            await call
        assert caught.value.reason == "order.unknown"
