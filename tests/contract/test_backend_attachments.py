"""The contract of a Backend: pictures on orders of every kind."""

from __future__ import annotations

import pytest

from backend.errors import Conflict, NotFound
from backend.models import CaseFiling, FaultReport, Picture
from conversation.identity import ChannelName, ChannelUser
from tests.contract.stands import Stand

VISITOR = ChannelUser(ChannelName.WEB, "a-visitor")
STRANGER = ChannelUser(ChannelName.WEB, "a-stranger")
PICTURE = Picture("m0123456789abcdef", "表箱.jpg", "image/jpeg", 20_000, "门口的表箱")
HINT = CaseFiling("opinion", "服务渠道/电力短信", "短信太长")


async def fault_of(stand: Stand) -> str:
    report = FaultReport("web", VISITOR.user_id, address="村口小卖部对面")
    return (await stand.backend.report_fault(report, idempotency_key="f")).order_no


async def test_a_picture_goes_with_a_fault_order_once(stand: Stand) -> None:
    number = await fault_of(stand)

    await stand.backend.attach(number, PICTURE, user=VISITOR, idempotency_key="a")
    await stand.backend.attach(number, PICTURE, user=VISITOR, idempotency_key="a")
    await stand.backend.attach(number, PICTURE, user=VISITOR, idempotency_key="b")

    assert (await stand.backend.fault_order(number, user=VISITOR)).order_no == number


async def test_the_same_key_with_another_picture_is_refused(stand: Stand) -> None:
    number = await fault_of(stand)
    await stand.backend.attach(number, PICTURE, user=VISITOR, idempotency_key="a")

    with pytest.raises(Conflict) as refused:
        await stand.backend.attach(number, Picture("m1", "", "image/png", 1), user=VISITOR, idempotency_key="a")

    assert refused.value.reason == "idempotency.mismatch"


async def test_nobody_adds_a_picture_to_somebody_elses_order(stand: Stand) -> None:
    number = await fault_of(stand)

    with pytest.raises(NotFound) as refused:
        await stand.backend.attach(number, PICTURE, user=STRANGER, idempotency_key="a")

    assert refused.value.reason == "order.unknown"


async def test_an_ended_case_takes_no_picture(stand: Stand) -> None:
    taken = await stand.backend.file_case(VISITOR, HINT, idempotency_key="k")
    await stand.backend.attach(taken.order.order_no, PICTURE, user=VISITOR, idempotency_key="a")
    await stand.backend.withdraw_order(taken.order.order_no, user=VISITOR, idempotency_key="w")

    with pytest.raises(Conflict) as refused:
        await stand.backend.attach(taken.order.order_no, PICTURE, user=VISITOR, idempotency_key="b")

    assert refused.value.reason == "order.closed"


async def test_an_order_takes_twenty_pictures(stand: Stand) -> None:
    number = await fault_of(stand)
    for place in range(20):
        one = Picture(f"m{place}", "", "image/png", 1)
        await stand.backend.attach(number, one, user=VISITOR, idempotency_key=f"a{place}")

    with pytest.raises(Conflict) as refused:
        await stand.backend.attach(number, PICTURE, user=VISITOR, idempotency_key="one more")

    assert refused.value.reason == "order.too_many_attachments"
