"""The contract of a Backend, halls and managers: who is there on the demo city's Saturday, and later."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from backend.errors import NotAllowed, NotFound
from conversation.identity import ChannelName, ChannelUser
from runtime.clock import SHANGHAI
from tests.contract.stands import Stand

LIN, FACTORY = "6201011006117", "6201024007182"
WECHAT_LIN = ChannelUser(ChannelName.WECHAT, "wx_demo_lin")
VISITOR = ChannelUser(ChannelName.WEB, "a-visitor")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


async def test_the_halls_this_saturday_at_ten(stand: Stand) -> None:
    halls = await stand.backend.halls()

    assert [(hall.name[:2], hall.open_now, hall.today.hours) for hall in halls] == [
        ("启明", True, "09:00-16:00"),
        ("长庚", False, ""),
        ("松果", True, "09:00-12:00"),
    ]
    assert (halls[0].open_until, halls[1].opens_next) == (at("11-21T16:00"), at("11-23T08:30"))
    assert (halls[0].phone, halls[0].self_service, halls[0].today.kind) == ("0620-5550101", "24h", "saturday")


async def test_on_sunday_all_three_are_closed(stand: Stand) -> None:
    stand.move_clock(timedelta(days=1))

    halls = await stand.backend.halls()

    assert [(hall.open_now, hall.today.hours) for hall in halls] == [(False, "")] * 3
    assert {hall.opens_next for hall in halls} == {at("11-23T08:30")}


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"region": "长庚区"}, ["长庚供电营业厅"]),
        ({"text": "我在织女苑3栋"}, ["长庚供电营业厅"]),
        ({"text": "松果镇"}, ["松果供电所"]),
        ({"region": "月球"}, []),
        ({"text": "河边的那间屋子"}, []),
    ],
)
async def test_halls_are_found_by_place(stand: Stand, where: dict[str, str], found: list[str]) -> None:
    assert [hall.name for hall in await stand.backend.halls(**where)] == found


async def test_the_coming_days_of_a_hall(stand: Stand) -> None:
    days = await stand.backend.hall_days("H1", days=3)

    assert [(day.day.day, day.kind, day.hours) for day in days] == [
        (21, "saturday", "09:00-16:00"),
        (22, "sunday", ""),
        (23, "weekday", "08:30-17:30"),
    ]


async def test_a_holiday_and_a_saturday_that_is_worked(stand: Stand) -> None:
    holiday = await stand.backend.hall_days("H1", first=date(2027, 1, 1), days=1)
    worked = await stand.backend.hall_days("H2", first=date(2027, 2, 20), days=1)

    assert (holiday[0].kind, holiday[0].hours) == ("holiday", "09:00-12:00")
    assert (worked[0].kind, worked[0].hours) == ("weekday", "08:30-17:30")


async def test_a_hall_that_is_none(stand: Stand) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.hall_days("H9")

    assert caught.value.reason == "hall.unknown"


async def test_the_grid_manager_of_an_area(stand: Stand) -> None:
    town = await stand.backend.grid_manager("TA01")
    country = await stand.backend.grid_manager("TA07")

    assert (town.manager.name, town.manager.phone, town.manager.hours) == (
        "范织云",
        "0620-5550201",
        "工作日 08:30-17:30",
    )
    assert (town.reach, town.manager.next_on_duty) == (None, at("11-23T08:30"))
    assert (country.reach, country.manager.on_duty) == ("G3", True)


@pytest.mark.parametrize(("area_id", "reason"), [("TA99", "area.unknown"), ("TA08", "manager.none")])
async def test_an_area_without_a_manager(stand: Stand, area_id: str, reason: str) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.grid_manager(area_id)

    assert caught.value.reason == reason


async def test_who_serves_an_account(stand: Stand) -> None:
    team = await stand.backend.service_team(LIN, WECHAT_LIN)

    assert team.grid_manager is not None
    assert (team.account_no, team.grid_manager.manager.name, team.key_account_manager) == (LIN, "范织云", None)
    assert [hall.name for hall in team.halls] == ["启明供电营业厅"]


async def test_the_key_account_manager_is_told_to_the_factory_alone(stand: Stand) -> None:
    with pytest.raises(NotAllowed) as caught:
        await stand.backend.service_team(FACTORY, VISITOR)
    await stand.backend.send_check_code(FACTORY, VISITOR)
    await stand.backend.bind(FACTORY, await stand.code_sent_to(FACTORY), VISITOR)
    stand.move_clock(timedelta(days=2))

    team = await stand.backend.service_team(FACTORY, VISITOR)

    assert caught.value.reason == "account.not_bound"
    assert team.key_account_manager is not None
    assert (team.key_account_manager.manager.name, team.key_account_manager.reach) == ("梁经纬", "M1")
    assert (team.key_account_manager.deputy, team.grid_manager) == (None, None)


async def test_after_hours_the_deputy_is_named_but_nobody_answers(stand: Stand) -> None:
    await stand.backend.send_check_code(FACTORY, VISITOR)
    await stand.backend.bind(FACTORY, await stand.code_sent_to(FACTORY), VISITOR)

    team = await stand.backend.service_team(FACTORY, VISITOR)

    assert team.key_account_manager is not None
    assert team.key_account_manager.deputy is not None
    assert (team.key_account_manager.deputy.name, team.key_account_manager.reach) == ("尹奎木", None)
