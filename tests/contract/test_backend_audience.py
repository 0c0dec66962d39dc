"""The contract of a Backend, whom a notice concerns: areas, one account, pages, and who may ask."""

from __future__ import annotations

import pytest

from backend.errors import BackendProtocolError, NotFound
from backend.models import AudienceWish
from tests.contract.stands import HttpStand, Stand
from tests.fakes.utility_process import city_now
from utility.accounts.seed import tables
from utility.seed.file import read_city

LIN = "6201011006117"
_BOOKS = next(table for table in tables(read_city(), city_now()) if table.name == "accounts")
ACCOUNTS = [dict(zip(_BOOKS.columns.split(", "), row, strict=True)) for row in _BOOKS.rows]
AREA = next(row["area_id"] for row in ACCOUNTS if row["account_no"] == LIN)


async def test_an_area_concerns_every_supplied_account_of_it_once(stand: Stand) -> None:
    found = await stand.notices_backend.audience(area_ids=[AREA])

    numbers = [member.account_no for member in found.members]
    wanted = {r["account_no"] for r in ACCOUNTS if r["area_id"] == AREA and r["status"] == "active"}
    assert LIN in wanted
    assert (sorted(numbers), found.cursor) == (sorted(wanted), "")


async def test_a_member_tells_who_is_bound_what_they_want_and_their_whole_phone(stand: Stand) -> None:
    found = await stand.notices_backend.audience(account_no=LIN)

    (member,) = found.members
    assert ("wechat", "wx_demo_lin") in member.people
    assert AudienceWish("停电通知", "wechat", True) in member.wishes
    assert member.phone.isdigit()
    assert len(member.phone) == 11


async def test_everybody_is_every_account_that_has_not_ended_each_with_its_holder(stand: Stand) -> None:
    found = (await stand.notices_backend.audience(everybody=True)).members

    assert {member.account_no for member in found} == {r["account_no"] for r in ACCOUNTS if r["status"] != "closed"}
    by_number = {member.account_no: member for member in found}
    assert by_number[LIN].email == "lin.wangshu@example.com"
    assert by_number[LIN].customer == next(r["customer_id"] for r in ACCOUNTS if r["account_no"] == LIN)
    assert len({member.holder_mark for member in found if member.customer == by_number[LIN].customer}) == 1


async def test_pages_follow_one_another_without_a_gap(stand: Stand) -> None:
    areas = sorted({row["area_id"] for row in ACCOUNTS})
    whole = (await stand.notices_backend.audience(area_ids=areas)).members

    paged, cursor = [], "start"
    while cursor:
        page = await stand.notices_backend.audience(area_ids=areas, after="" if cursor == "start" else cursor, most=3)
        paged, cursor = [*paged, *page.members], page.cursor

    assert paged == list(whole)


async def test_an_unknown_area_is_refused_and_nobody_named_is_nobody(stand: Stand) -> None:
    with pytest.raises(NotFound) as refused:
        await stand.notices_backend.audience(area_ids=["TA-NOWHERE"])

    assert refused.value.reason == "area.unknown"
    assert (await stand.notices_backend.audience()).members == ()


async def test_a_customers_counter_may_not_ask_whom_it_concerns(stand: Stand) -> None:
    if not isinstance(stand, HttpStand):
        assert stand.backend is stand.notices_backend  # the fake has one client
        return
    with pytest.raises(BackendProtocolError):
        await stand.backend.audience(account_no=LIN)
