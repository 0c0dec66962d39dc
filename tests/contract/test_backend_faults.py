"""The contract of a Backend, part two: places, outages and fault orders of the demo city."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from backend.errors import Conflict, NotFound
from backend.models import FaultOrder, FaultReport
from conversation.identity import ChannelName, ChannelUser
from tests.contract.stands import Stand

VISITOR = ChannelUser(ChannelName.WEB, "a-visitor")
STRANGER = ChannelUser(ChannelName.WEB, "a-stranger")
WECHAT_LIN = ChannelUser(ChannelName.WECHAT, "wx_demo_lin")
DARK_HOME = FaultReport(channel="web", channel_user="a-visitor", address="织女苑3栋1单元602", symptom="全无电")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+08:00")


def neighbour(number: int, address: str) -> FaultReport:
    return replace(DARK_HOME, channel_user=f"neighbour-{number}", address=address)


async def report(stand: Stand, what: FaultReport, key: str = "") -> FaultOrder:
    return await stand.backend.report_fault(what, idempotency_key=key or f"key of {what.channel_user}")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("北斗里5栋", [("TA04", "长庚区织锦街道北斗里小区5栋")]),
        ("织锦路7号北斗里小区", [("TA04", "长庚区织锦街道北斗里小区")]),
        ("松果村3组", [("TA07", "远岫县松果镇松果村3组")]),
        ("流萤花园", [("TA01", "启明区天琴街道流萤花园一期"), ("TA02", "启明区天琴街道流萤花园二期")]),
        ("流萤花园二期", [("TA02", "启明区天琴街道流萤花园二期")]),
        ("流萤花园8栋", [("TA02", "启明区天琴街道流萤花园二期8栋")]),
        ("天琴路66号B座", [("TA03", "启明区鹊桥街道天琴商业街B座")]),
        ("火星路1号", []),
        ("", []),
    ],
)
async def test_places_are_found_from_what_people_write(stand: Stand, text: str, found: list[tuple[str, str]]) -> None:
    places = await stand.backend.find_places(text)

    assert [(place.area_id, place.text) for place in places] == found


async def test_a_place_names_its_region_and_kind(stand: Stand) -> None:
    place = (await stand.backend.find_places("松果村3组"))[0]

    assert (place.region, place.region_kind, place.estate, place.building) == ("远岫县", "农村", "松果村", "3组")


async def test_the_running_outage_with_its_estimate(stand: Stand) -> None:
    outages = await stand.backend.outages(account_no="6201024007281")

    assert [outage.outage_no for outage in outages] == ["E26112100001"]
    outage = outages[0]
    assert (outage.kind, outage.status, outage.area_ids) == ("fault", "repairing", ("TA04",))
    assert (outage.started, outage.eta, outage.eta_said_at) == (at("11-21T08:31"), at("11-21T12:30"), at("11-21T09:22"))
    assert outage.next_update_by == at("11-21T11:22")


async def test_the_planned_outage_of_6117(stand: Stand) -> None:
    outages = await stand.backend.outages(account_no="6201011006117")

    assert [(o.outage_no, o.kind) for o in outages] == [("E26111800002", "planned")]
    assert (outages[0].planned_from, outages[0].planned_to) == (at("11-25T08:30"), at("11-25T15:30"))


async def test_an_outage_that_is_over_is_not_listed(stand: Stand) -> None:
    assert await stand.backend.outages(area_id="TA07") == []


async def test_a_planned_outage_is_gone_when_it_has_passed(stand: Stand) -> None:
    stand.move_clock(timedelta(days=5))

    assert await stand.backend.outages(area_id="TA01") == []


@pytest.mark.parametrize(
    ("where", "reason"),
    [({"area_id": "TA99"}, "area.unknown"), ({"account_no": "6201000000000"}, "account.unknown")],
    ids=["area", "account"],
)
async def test_outages_of_nowhere_are_unknown(stand: Stand, where: dict[str, str], reason: str) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.outages(**where)

    assert caught.value.reason == reason


async def test_a_new_order_promises_the_limit_of_its_region(stand: Stand) -> None:
    before = stand.now()

    order = await report(stand, DARK_HOME)

    assert (order.order_no, order.status, order.parent_no) == ("F26112100032", "reported", "")
    assert order.arrive_minutes == 45
    assert order.arrive_by is not None
    assert order.arrive_by == order.reported + timedelta(minutes=45)
    assert before <= order.reported <= stand.now()
    assert order.address_masked == "长庚区织锦街道织女苑"


async def test_the_countryside_is_promised_its_own_limit(stand: Stand) -> None:
    order = await report(stand, replace(DARK_HOME, address="松果村6组"))

    assert order.arrive_minutes == 90


async def test_an_address_nobody_can_place_is_taken_without_a_promise(stand: Stand) -> None:
    order = await report(stand, replace(DARK_HOME, address="河边的那间屋子"))

    assert (order.status, order.arrive_by, order.arrive_minutes) == ("reported", None, None)


async def test_the_same_key_gives_the_same_order(stand: Stand) -> None:
    first = await report(stand, DARK_HOME, key="turn-1")

    second = await report(stand, DARK_HOME, key="turn-1")

    assert second == first
    assert await stand.backend.open_fault_orders(VISITOR) == [first]


async def test_the_same_key_for_something_else_is_refused(stand: Stand) -> None:
    await report(stand, DARK_HOME, key="turn-1")

    with pytest.raises(Conflict) as caught:
        await report(stand, replace(DARK_HOME, address="北斗里5栋"), key="turn-1")

    assert caught.value.reason == "idempotency.mismatch"


async def test_a_report_inside_the_running_outage_joins_its_main_order(stand: Stand) -> None:
    order = await report(stand, replace(DARK_HOME, address="", account_no="6201024007281"))

    assert (order.order_no, order.parent_no, order.status) == ("F26112100012-02", "F26112100012", "merged")
    assert (order.outage_no, order.eta, order.arrive_by) == ("E26112100001", at("11-21T12:30"), None)
    assert [step.status for step in order.timeline] == ["reported", "merged"]


async def test_who_has_reported_already_gets_that_order(stand: Stand) -> None:
    order = await report(stand, replace(DARK_HOME, address="", account_no="6201024007299"))

    assert order.order_no == "F26112100012-01"


async def test_the_open_order_of_8307_is_not_filed_again(stand: Stand) -> None:
    order = await report(stand, replace(DARK_HOME, address="", account_no="6201037008307"))

    assert order.order_no == "F26112100031"


async def test_a_cut_off_account_is_reconnected_not_repaired(stand: Stand) -> None:
    with pytest.raises(Conflict) as caught:
        await report(stand, replace(DARK_HOME, address="", account_no="6201011006224"))

    assert caught.value.reason == "account.cut_off"


async def test_a_report_of_an_unknown_account_is_refused(stand: Stand) -> None:
    with pytest.raises(NotFound) as caught:
        await report(stand, replace(DARK_HOME, address="", account_no="6201000000000"))

    assert caught.value.reason == "account.unknown"


async def test_danger_gets_an_order_of_its_own_inside_an_outage(stand: Stand) -> None:
    order = await report(stand, replace(DARK_HOME, address="北斗里5栋", danger_sign="电线落地或低垂", severity="紧急"))

    assert (order.parent_no, order.status, order.arrive_minutes) == ("", "reported", 45)


async def test_a_second_report_of_the_area_joins_the_first(stand: Stand) -> None:
    first = await report(stand, neighbour(1, "织女苑3栋"))

    second = await report(stand, neighbour(2, "织女苑4栋"))

    assert (second.order_no, second.parent_no) == (f"{first.order_no}-01", first.order_no)
    assert (second.status, second.arrive_by, second.outage_no) == ("merged", first.arrive_by, "")


async def test_a_report_after_the_window_stands_alone(stand: Stand) -> None:
    await report(stand, neighbour(1, "织女苑3栋"))
    stand.move_clock(timedelta(minutes=31))

    second = await report(stand, neighbour(2, "织女苑4栋"))

    assert (second.parent_no, second.status) == ("", "reported")


async def test_another_symptom_stands_alone(stand: Stand) -> None:
    await report(stand, neighbour(1, "织女苑3栋"))

    second = await report(stand, replace(neighbour(2, "织女苑4栋"), symptom="灯暗电压低"))

    assert second.parent_no == ""


@pytest.mark.parametrize(
    "buildings", [("3栋", "3栋"), ("1栋", "2栋", "3栋")], ids=["two in a building", "three in an estate"]
)
async def test_enough_homes_are_an_event_that_others_can_read(stand: Stand, buildings: tuple[str, ...]) -> None:
    orders = [await report(stand, neighbour(n, f"织女苑{building}")) for n, building in enumerate(buildings)]

    outages = await stand.backend.outages(area_id="TA05")

    assert [(o.outage_no, o.kind, o.status) for o in outages] == [("E26112100002", "fault", "reported")]
    assert orders[-1].outage_no == "E26112100002"
    assert outages[0].started == orders[0].reported


async def test_the_reporter_reads_their_order(stand: Stand) -> None:
    order = await report(stand, DARK_HOME)

    assert await stand.backend.fault_order(order.order_no, user=VISITOR) == order


async def test_the_open_order_of_8307_is_on_its_way(stand: Stand) -> None:
    order = await stand.backend.fault_order("F26112100031", user=WECHAT_LIN)

    assert (order.status, order.account_no, order.arrive_minutes) == ("on_the_way", "6201037008307", 90)
    assert (order.arrive_by, order.eta) == (at("11-21T10:42"), at("11-21T10:35"))
    assert [step.status for step in order.timeline] == ["reported", "dispatched", "accepted", "on_the_way"]


async def test_the_phone_on_file_opens_an_order_without_its_account(stand: Stand) -> None:
    order = await stand.backend.fault_order("F26112100031", user=STRANGER, phone="13800001011")

    assert (order.order_no, order.account_no) == ("F26112100031", "")


@pytest.mark.parametrize("phone", ["", "13800009999"])
async def test_a_foreign_order_is_as_unknown_as_any(stand: Stand, phone: str) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.fault_order("F26112100031", user=STRANGER, phone=phone)

    assert caught.value.reason == "order.unknown"


async def test_open_orders_of_the_bound_accounts_are_listed(stand: Stand) -> None:
    orders = await stand.backend.open_fault_orders(WECHAT_LIN)

    assert [order.order_no for order in orders] == ["F26112100031"]


async def test_open_orders_can_be_asked_for_some_accounts(stand: Stand) -> None:
    assert await stand.backend.open_fault_orders(WECHAT_LIN, ["6201011006117"]) == []


async def test_a_foreign_account_lists_no_orders(stand: Stand) -> None:
    assert await stand.backend.open_fault_orders(STRANGER, ["6201037008307"]) == []


async def test_the_newest_open_order_comes_first(stand: Stand) -> None:
    first = await report(stand, DARK_HOME, key="turn-1")
    stand.move_clock(timedelta(minutes=1))

    second = await report(stand, replace(DARK_HOME, address="松果村6组"), key="turn-2")

    assert [o.order_no for o in await stand.backend.open_fault_orders(VISITOR)] == [second.order_no, first.order_no]
