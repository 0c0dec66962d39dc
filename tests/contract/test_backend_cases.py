"""The contract of a Backend: cases and orders of every kind of the demo city."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from backend.errors import BackendProtocolError, Conflict, NotAllowed, NotFound
from backend.models import CaseFiling, TakenCase
from conversation.identity import ChannelName, ChannelUser
from tests.contract.stands import FakeStand, Stand

LIN = ChannelUser(ChannelName.WECHAT, "wx_demo_lin")
VISITOR = ChannelUser(ChannelName.WEB, "a-visitor")
STRANGER = ChannelUser(ChannelName.WEB, "a-stranger")
RUDE = CaseFiling("complaint", "服务投诉/服务行为/营业厅人员服务行为", "窗口不理人", account_no="6201011006117")
DARK_AGAIN = CaseFiling("complaint", "供电质量投诉/供电可靠性/频繁停电", "老停电", account_no="6201037008307")
HINT = CaseFiling("opinion", "服务渠道/电力短信", "短信太长")
THEFT = CaseFiling("report", "窃电/私自接线", "楼下有人偷电", account_no="6201011006117", secrecy="保密")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+08:00")


async def file(stand: Stand, what: CaseFiling, user: ChannelUser = LIN, key: str = "k") -> TakenCase:
    return await stand.backend.file_case(user, what, idempotency_key=key)


async def test_a_complaint_gets_a_number_an_owner_and_both_limits(stand: Stand) -> None:
    taken = await file(stand, RUDE)

    order = taken.order
    assert (order.order_no, order.kind, order.status, order.open) == ("T26112100001", "complaint", "dispatched", True)
    assert (order.owner, order.level, order.account_no) == ("启明供电中心", "一般", "6201011006117")
    assert (order.due, order.used_percent) == (at("11-28T00:00"), 0)
    assert order.contact_by is not None
    assert timedelta(0) <= order.contact_by - at("11-22T10:00") < timedelta(minutes=5)
    assert (taken.reclassified, order.text) == ("", "窗口不理人")
    assert [(line.what, line.status, line.by) for line in order.timeline] == [
        ("opened", "filed", "customer"),
        ("advanced", "dispatched", "system"),
    ]


async def test_the_same_key_gives_the_same_case_and_another_request_is_refused(stand: Stand) -> None:
    first = await file(stand, RUDE)

    again = await file(stand, RUDE)
    with pytest.raises(Conflict) as refused:
        await file(stand, replace(RUDE, text="别的"))

    assert again.order.order_no == first.order.order_no
    assert refused.value.reason == "idempotency.mismatch"


async def test_the_same_matter_is_urged_and_not_filed_again(stand: Stand) -> None:
    first = await file(stand, RUDE)

    with pytest.raises(Conflict) as refused:
        await file(stand, RUDE, key="another")

    assert (refused.value.reason, refused.value.fields["order_no"]) == ("case.already_open", first.order.order_no)


async def test_outages_that_are_not_frequent_are_taken_as_an_opinion(stand: Stand) -> None:
    taken = await file(stand, DARK_AGAIN)

    assert (taken.order.kind, taken.order.type) == ("opinion", "供电质量问题/多次停电")
    assert (taken.reclassified, taken.asked_kind, taken.facts.frequent) == ("outages_not_frequent", "complaint", False)
    assert taken.facts.outages == ("E26112000005",)


async def test_a_case_about_an_account_needs_one(stand: Stand) -> None:
    with pytest.raises(Conflict) as refused:
        await file(stand, replace(DARK_AGAIN, account_no=""))

    assert refused.value.reason == "case.account_needed"


async def test_somebody_elses_account_is_refused(stand: Stand) -> None:
    with pytest.raises(NotAllowed) as refused:
        await file(stand, RUDE, VISITOR)

    assert refused.value.reason == "account.not_bound"


async def test_a_type_nobody_knows_is_outside_the_contract(stand: Stand) -> None:
    if isinstance(stand, FakeStand):
        return  # it raises the rules' own refusal
    with pytest.raises(BackendProtocolError):
        await file(stand, replace(RUDE, type="随便"))


async def test_orders_of_every_kind_are_listed_newest_first(stand: Stand) -> None:
    filed = await file(stand, RUDE)

    orders = await stand.backend.orders(LIN)

    assert [(order.order_no, order.kind) for order in orders][0] == (filed.order.order_no, "complaint")
    assert ("F26112100031", "fault") in [(order.order_no, order.kind) for order in orders]
    assert [order.filed for order in orders] == sorted((order.filed for order in orders), reverse=True)


async def test_closed_orders_are_listed_when_asked_for(stand: Stand) -> None:
    every = await stand.backend.orders(LIN, open_only=False)

    assert "F26111900208" in [order.order_no for order in every]
    assert "F26111900208" not in [order.order_no for order in await stand.backend.orders(LIN)]


async def test_somebody_elses_order_is_unknown(stand: Stand) -> None:
    filed = await file(stand, HINT, VISITOR)

    with pytest.raises(NotFound):
        await stand.backend.order(filed.order.order_no, user=STRANGER)
    with pytest.raises(NotFound):
        await stand.backend.order("T26111600003", user=STRANGER)
    with pytest.raises(NotFound):
        await stand.backend.order("T00000000000", user=STRANGER)


async def test_a_secret_report_is_seen_by_who_filed_it_and_nobody_else_of_the_account(stand: Stand) -> None:
    filed = await file(stand, THEFT)

    mine = await stand.backend.order(filed.order.order_no, user=LIN)

    assert (mine.text, mine.account_no, mine.owner) == ("楼下有人偷电", "", "用电检查班")
    assert filed.order.order_no in [order.order_no for order in await stand.backend.orders(LIN)]


async def test_two_urges_within_five_minutes_reach_the_owner_once(stand: Stand) -> None:
    filed = await file(stand, HINT, VISITOR)
    number = filed.order.order_no
    first = await stand.backend.urge_order(number, user=VISITOR, note="快点", idempotency_key="u1")
    stand.move_clock(timedelta(minutes=2))
    second = await stand.backend.urge_order(number, user=VISITOR, idempotency_key="u2")
    risky = await stand.backend.urge_order(number, user=VISITOR, risk=True, idempotency_key="u3")
    stand.move_clock(timedelta(minutes=6))
    third = await stand.backend.urge_order(number, user=VISITOR, idempotency_key="u4")

    order = await stand.backend.order(number, user=VISITOR)

    assert [urge.dispatched for urge in (first, second, risky, third)] == [True, False, True, True]
    assert second.next_from - first.at == timedelta(minutes=5)
    assert order.urges == 4


async def test_what_has_no_reply_yet_is_neither_confirmed_nor_rated(stand: Stand) -> None:
    filed = await file(stand, HINT, VISITOR)
    number = filed.order.order_no

    with pytest.raises(Conflict) as confirmed:
        await stand.backend.confirm_order(number, True, user=VISITOR, idempotency_key="c")
    with pytest.raises(Conflict) as rated:
        await stand.backend.rate_order(number, 5, user=VISITOR, idempotency_key="r")

    assert (confirmed.value.reason, rated.value.reason) == ("order.not_resolved", "order.not_resolved")


async def test_a_case_can_be_taken_back_and_then_not_urged(stand: Stand) -> None:
    filed = await file(stand, HINT, VISITOR)
    number = filed.order.order_no

    taken_back = await stand.backend.withdraw_order(number, user=VISITOR, note="解决了", idempotency_key="w")
    with pytest.raises(Conflict) as refused:
        await stand.backend.urge_order(number, user=VISITOR, idempotency_key="u")

    assert (taken_back.status, taken_back.open) == ("withdrawn", False)
    assert refused.value.reason == "order.closed"


async def test_media_makes_a_complaint_a_major_one(stand: Stand) -> None:
    taken = await file(stand, replace(RUDE, media=True))

    assert taken.order.level == "重大"
