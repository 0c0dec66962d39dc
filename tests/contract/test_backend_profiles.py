"""The contract of a Backend: profiles, contacts, the phone on file, the search for an account, points on the earth."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from backend.errors import Conflict, NotAllowed, NotFound
from conversation.identity import ChannelName, ChannelUser
from tests.contract.stands import Stand
from tests.contract.test_backend_accounts import LIN, VISITOR, WECHAT_LIN, ZHOU, bound, wrong

FACTORY, GAO, HAN = "6201024007182", "6201024007216", "6201037008273"
NEW_PHONE = "13800009999"
WEB_GAO = ChannelUser(ChannelName.WEB, "web_demo_gao")


async def test_the_profile_of_a_key_account_names_its_manager_and_deputy(stand: Stand) -> None:
    await bound(stand, FACTORY)

    profile = await stand.backend.profile(FACTORY, VISITOR)

    assert (profile.account_class, profile.plan, profile.voltage) == ("大工业", "two_part", "10kV")
    assert (profile.capacity_kw, profile.contract_state) == (Decimal(1250), "in_force")
    assert profile.tag_kinds == ("key_account", "continuous_production")
    assert profile.manager is not None
    assert (profile.manager.name, profile.manager.phone) == ("梁经纬", "0620-5550301")
    assert (profile.manager.deputy_name, profile.manager.deputy_phone) == ("尹奎木", "0620-5550302")


async def test_the_profile_of_a_home_with_a_ventilator_says_so(stand: Stand) -> None:
    profile = await stand.backend.profile(GAO, WEB_GAO)

    assert (profile.account.tags, profile.tag_kinds) == (("生命支持设备",), ("life_support",))
    assert profile.manager is None


async def test_the_company_keeps_its_own_notes_to_itself(stand: Stand) -> None:
    await bound(stand, "6201011006257")

    profile = await stand.backend.profile("6201011006257", VISITOR)

    assert profile.account.tags == ()


@pytest.mark.parametrize("asked", ["profile", "contacts"])
async def test_of_a_foreign_account_nothing_is_read(stand: Stand, asked: str) -> None:
    with pytest.raises(NotAllowed) as caught:
        await getattr(stand.backend, asked)(ZHOU, VISITOR)

    assert caught.value.reason == "account.not_bound"


async def test_contacts_are_masked(stand: Stand) -> None:
    contacts = await stand.backend.contacts(LIN, WECHAT_LIN)

    assert [(c.kind, c.name_masked, c.phone_masked, c.valid_until, c.verified) for c in contacts] == [
        ("holder", "林**", "138****1011", None, False)
    ]


async def test_both_codes_change_the_phone_on_file(stand: Stand) -> None:
    asked = await stand.backend.ask_phone_change(LIN, NEW_PHONE, WECHAT_LIN, idempotency_key="change-1")
    codes = [await stand.code_sent_to_phone(LIN, phone) for phone in ("13800001011", NEW_PHONE)]

    account = await stand.backend.confirm_phone_change(
        asked.phone_change_no, codes[0], codes[1], WECHAT_LIN, idempotency_key="confirm-1"
    )

    assert (asked.old_phone_masked, asked.new_phone_masked) == ("138****1011", "138****9999")
    assert account.phone_masked == "138****9999"
    contacts = await stand.backend.contacts(LIN, WECHAT_LIN)
    assert [(c.phone_masked, c.valid_until, c.verified) for c in contacts] == [
        ("138****9999", None, True),
        ("138****1011", date(2026, 11, 21), False),
    ]


async def test_one_right_code_changes_nothing(stand: Stand) -> None:
    asked = await stand.backend.ask_phone_change(LIN, NEW_PHONE, WECHAT_LIN, idempotency_key="change-2")
    codes = [await stand.code_sent_to_phone(LIN, phone) for phone in ("13800001011", NEW_PHONE)]

    with pytest.raises(NotAllowed) as caught:
        await stand.backend.confirm_phone_change(
            asked.phone_change_no, codes[0], wrong(codes[1]), WECHAT_LIN, idempotency_key="confirm-2"
        )

    assert (caught.value.reason, caught.value.fields["tries_left"]) == ("check_code.wrong", 2)
    assert (await stand.backend.contacts(LIN, WECHAT_LIN))[0].phone_masked == "138****1011"


async def test_the_codes_of_a_change_are_void_after_five_minutes(stand: Stand) -> None:
    asked = await stand.backend.ask_phone_change(LIN, NEW_PHONE, WECHAT_LIN, idempotency_key="change-3")
    codes = [await stand.code_sent_to_phone(LIN, phone) for phone in ("13800001011", NEW_PHONE)]
    stand.move_clock(timedelta(minutes=5, seconds=1))

    with pytest.raises(NotAllowed) as caught:
        await stand.backend.confirm_phone_change(
            asked.phone_change_no, codes[0], codes[1], WECHAT_LIN, idempotency_key="confirm-3"
        )

    assert caught.value.reason == "check_code.expired"


@pytest.mark.parametrize(
    ("phone", "reason"),
    [("1380000117", "phone.invalid"), ("0620-5550301", "phone.invalid"), ("13800001011", "phone.same")],
    ids=["ten digits", "a land line", "the same"],
)
async def test_a_phone_that_cannot_be_the_new_one_is_refused(stand: Stand, phone: str, reason: str) -> None:
    with pytest.raises(Conflict) as caught:
        await stand.backend.ask_phone_change(LIN, phone, WECHAT_LIN, idempotency_key="change-4")

    assert caught.value.reason == reason


async def test_somebody_elses_change_is_not_known(stand: Stand) -> None:
    asked = await stand.backend.ask_phone_change(LIN, NEW_PHONE, WECHAT_LIN, idempotency_key="change-5")

    with pytest.raises(NotFound) as caught:
        await stand.backend.confirm_phone_change(
            asked.phone_change_no, "000000", "000000", VISITOR, idempotency_key="confirm-5"
        )

    assert caught.value.reason == "phone_change.unknown"


async def test_name_and_phone_find_both_accounts_of_one_holder(stand: Stand) -> None:
    found = await stand.backend.find_accounts("林望舒", VISITOR, phone="13800001011", idempotency_key="find-1")

    assert [candidate.account_no for candidate in found] == [LIN, "6201037008307"]
    assert (found[0].name_masked, found[0].address_masked) == ("林**", "星河市启明区天琴街道流萤花园一期")


async def test_name_and_address_find_the_one_at_that_door(stand: Stand) -> None:
    address = "天琴街道流萤花园二期8栋1单元1101"

    found = await stand.backend.find_accounts("周摇光", VISITOR, address=address, idempotency_key="find-2")

    assert [candidate.account_no for candidate in found] == [ZHOU]


@pytest.mark.parametrize(
    "known",
    [{"phone": "13800001022"}, {"address": "流萤花园二期8栋"}, {"address": "流萤花园一期2栋1单元302"}],
    ids=["another's phone", "no room", "another room"],
)
async def test_what_does_not_fit_finds_nothing(stand: Stand, known: dict[str, str]) -> None:
    assert await stand.backend.find_accounts("周摇光", VISITOR, idempotency_key="find-3", **known) == []


async def test_the_sixth_search_for_nobody_is_refused(stand: Stand) -> None:
    for number in range(5):
        await stand.backend.find_accounts(
            "无此人", VISITOR, phone=f"1390000000{number}", idempotency_key=f"fish-{number}"
        )

    with pytest.raises(NotAllowed) as caught:
        await stand.backend.find_accounts("周摇光", VISITOR, phone="13800001033", idempotency_key="fish-5")

    assert caught.value.reason == "accounts.too_many"


async def test_a_point_in_the_city_lies_in_its_nearest_area(stand: Stand) -> None:
    found = await stand.backend.locate(Decimal("29.0405"), Decimal("126.0405"))

    assert found.ours
    assert found.place is not None
    assert (found.place.area_id, found.place.region) == ("TA04", "长庚区")
    assert found.distance_km is not None
    assert found.distance_km < Decimal("0.02")


@pytest.mark.parametrize(
    ("lat", "lng"),
    [("48.8584", "2.2945"), ("-33.8568", "151.2153"), ("29.5", "126.0404")],
    ids=["another country", "another half of the earth", "the next city"],
)
async def test_a_point_out_of_reach_is_not_ours(stand: Stand, lat: str, lng: str) -> None:
    found = await stand.backend.locate(Decimal(lat), Decimal(lng))

    assert (found.ours, found.place) == (False, None)


async def test_a_point_off_the_earth_is_not_ours(stand: Stand) -> None:
    found = await stand.backend.locate(Decimal("91"), Decimal("126"))

    assert (found.ours, found.distance_km) == (False, None)
