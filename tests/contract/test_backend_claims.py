"""The contract of a Backend, claims for household appliances: filing, adding, withdrawing, and who may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from backend.errors import Conflict, NotAllowed, NotFound
from backend.models import ApplianceClaim, ApplianceItem, ClaimFiling
from conversation.identity import ChannelName, ChannelUser
from tests.contract.stands import Stand

LUO, ZHOU = "6201024007281", "6201011006133"
WECHAT_LUO = ChannelUser(ChannelName.WECHAT, "wx_demo_luo")
ALIPAY_ZHOU = ChannelUser(ChannelName.ALIPAY, "2088000000000033")
SCREEN = ApplianceItem("electronics", "电视机", date(2025, 1, 1), Decimal("4999.00"), receipt=True)


def filing(stand: Stand, **changes: Any) -> ClaimFiling:
    return replace(ClaimFiling(LUO, stand.now() - timedelta(hours=1), "来电烧坏", items=(SCREEN,)), **changes)


async def file(stand: Stand, *, key: str = "turn-1", **changes: Any) -> ApplianceClaim:
    return await stand.backend.file_claim(filing(stand, **changes), WECHAT_LUO, idempotency_key=key)


async def test_the_table_says_how_long_things_live(stand: Stand) -> None:
    table = await stand.backend.claim_table()

    assert (table.full_price_months, table.floor, table.most_items) == (6, Decimal("0.10"), 20)
    assert {one.category: one.life_years for one in table.categories} == {
        "electronics": 10,
        "motor": 12,
        "heating": 5,
        "lamp": 2,
    }


async def test_a_claim_inside_the_running_outage_is_tied_to_it(stand: Stand) -> None:
    claim = await file(stand)

    assert (claim.claim_no, claim.status, claim.outage_no) == ("C26112100001", "filed", "E26112100001")
    assert claim.visit_by - claim.filed == timedelta(hours=24)
    assert [(one.name, one.category_name, one.price, one.outcome) for one in claim.items] == [
        ("电视机", "电子类", Decimal("4999.00"), None)
    ]
    assert (claim.offered, claim.paid, claim.contact_phone_masked[:3]) == (None, None, "138")
    assert await stand.backend.claim(claim.claim_no, WECHAT_LUO) == claim


@pytest.mark.parametrize(
    ("changes", "error", "reason"),
    [
        ({"account_no": ZHOU}, NotAllowed, "account.not_bound"),
        ({"items": (replace(SCREEN, price=Decimal("-5.00")),)}, Conflict, "item.price"),
        ({"items": (replace(SCREEN, price=Decimal("0.00")),)}, Conflict, "item.price"),
        ({"items": (replace(SCREEN, bought_on=date(2026, 12, 24)),)}, Conflict, "item.bought_late"),
        ({"items": (replace(SCREEN, category="boat"),)}, Conflict, "item.category"),
        ({"items": (SCREEN,) * 21}, Conflict, "claim.items_many"),
    ],
    ids=["foreign", "negative", "nothing", "future", "category", "absurd list"],
)
async def test_what_is_not_filed(stand: Stand, changes: dict[str, Any], error: type[Exception], reason: str) -> None:
    with pytest.raises(error) as caught:
        await file(stand, **changes)

    assert caught.value.reason == reason  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("ago", "reason"),
    [(timedelta(days=7, minutes=1), "claim.too_late"), (-timedelta(hours=1), "claim.not_happened")],
    ids=["late", "future"],
)
async def test_it_is_told_within_seven_days(stand: Stand, ago: timedelta, reason: str) -> None:
    with pytest.raises(Conflict) as caught:
        await file(stand, happened_at=stand.now() - ago)

    assert caught.value.reason == reason


async def test_one_event_is_claimed_for_once(stand: Stand) -> None:
    first = await file(stand)

    with pytest.raises(Conflict) as caught:
        await file(stand, key="turn-2")

    assert (caught.value.reason, caught.value.fields["order_no"]) == ("claim.already_filed", first.claim_no)


async def test_items_are_added(stand: Stand) -> None:
    claim = await file(stand)
    kettle = ApplianceItem("heating", "电水壶", date(2024, 5, 1), Decimal("99.90"))

    more = await stand.backend.add_claim_items(claim.claim_no, [kettle], WECHAT_LUO, idempotency_key="turn-2")

    assert [(one.item_no, one.name) for one in more.items] == [(1, "电视机"), (2, "电水壶")]


async def test_nothing_is_agreed_before_there_is_an_offer(stand: Stand) -> None:
    claim = await file(stand)

    with pytest.raises(Conflict) as caught:
        await stand.backend.answer_claim(claim.claim_no, "agree", WECHAT_LUO, idempotency_key="turn-2")

    assert (caught.value.reason, caught.value.fields["state"]) == ("claim.state", "filed")


async def test_a_claim_is_withdrawn_and_may_be_filed_again(stand: Stand) -> None:
    claim = await file(stand)

    gone = await stand.backend.answer_claim(claim.claim_no, "withdraw", WECHAT_LUO, idempotency_key="turn-2")
    again = await file(stand, key="turn-3")

    assert (gone.status, gone.active, again.claim_no) == ("withdrawn", False, "C26112100002")
    assert [one.claim_no for one in (await stand.backend.claims(WECHAT_LUO)).claims] == [again.claim_no, gone.claim_no]


async def test_a_foreign_claim_is_as_unknown_as_any(stand: Stand) -> None:
    claim = await file(stand)

    with pytest.raises(NotFound) as caught:
        await stand.backend.claim(claim.claim_no, ALIPAY_ZHOU)

    assert caught.value.reason == "claim.unknown"
    assert (await stand.backend.claims(ALIPAY_ZHOU)).claims == ()
