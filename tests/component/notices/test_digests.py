"""Grid managers are told once a day what was found in their areas: masked, by mail or SMS, with what became of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from handoff.customer import contact_faults
from notices.contacts.digests import Digests
from notices.contacts.rules import contact_rules
from notices.contacts.staff import StaffBook, staff_book
from notices.contacts.sweep import ContactSweep
from notices.errors import GatewayAway, KindsBroken
from runtime.postgres import transaction
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock

PHONE = "1380000117"


@pytest.fixture
def digests(room: Room) -> Digests:
    """The room's digests, by the house's own book."""
    return made(room, staff_book())


def made(room: Room, book: StaffBook) -> Digests:
    return Digests(room.pool, room.clock, book, mail=room.mail, sms=room.gateway)  # type: ignore[arg-type]


def with_way(**way: str) -> StaffBook:
    return replace(staff_book(), managers={"G1": way})


async def look(room: Room, company: Company) -> None:
    """Looks over every account and names the managers."""
    sweep = ContactSweep(room.pool, room.clock, contact_rules(), company)
    while await sweep.sweep_on():
        pass


async def tell(digests: Digests) -> None:
    while await digests.tell_next():
        pass


async def rows(room: Room) -> list[Any]:
    return list(await room.pool.fetch("select * from contact_digests order by digest_id"))


async def test_a_manager_gets_one_letter_of_what_was_found_and_it_is_masked(
    room: Room, company: Company, digests: Digests
) -> None:
    company.home("1004", area="TA-1", phone=PHONE)
    company.home("1005", area="TA-1")

    await look(room, company)
    await tell(digests)
    await tell(digests)

    (letter,) = room.mail.sent.values()
    assert letter.to == "fan.zhiyun@xinghe.example"
    assert "范织云您好" in letter.text
    assert "2 条" in letter.text
    assert "户号尾号 1004" in letter.text
    assert PHONE not in letter.text
    (row,) = await rows(room)
    assert (row["state"], row["findings"], row["address_masked"]) == ("sent", 2, "f***@xinghe.example")


async def test_the_page_tells_when_the_manager_was_told(room: Room, company: Company, digests: Digests) -> None:
    company.home("1004", area="TA-1", phone=PHONE)
    await look(room, company)
    async with transaction(room.pool) as connection:
        (before,) = await contact_faults.listed(connection)

    await tell(digests)

    async with transaction(room.pool) as connection:
        (after,) = await contact_faults.listed(connection)
    assert (before["told_at"], after["told_way"]) == (None, "mail")
    assert after["told_at"].startswith("2026-11-21T12:00")


async def test_what_is_found_later_is_told_the_next_day_and_nothing_twice(
    room: Room, company: Company, digests: Digests, clock: TestClock
) -> None:
    company.home("1004", area="TA-1", phone=PHONE)
    await look(room, company)
    await tell(digests)
    company.home("1005", area="TA-1")

    clock.pass_(days=1)
    await look(room, company)
    await tell(digests)

    first, second = room.mail.sent.values()
    assert ("1004" in first.text, "1004" in second.text, "1005" in second.text) == (True, False, True)
    clock.pass_(days=1)
    await look(room, company)
    await tell(digests)
    assert len(room.mail.sent) == 2


async def test_a_manager_with_a_mobile_gets_a_short_message_without_any_account(room: Room, company: Company) -> None:
    company.home("1004", area="TA-1", phone=PHONE)
    await look(room, company)

    await tell(made(room, with_way(mobile="13900005201")))

    (message,) = room.gateway.sent.values()
    assert (message.phone, message.kind) == ("13900005201", "contact_digest")
    assert "1条" in message.text
    assert "1004" not in message.text


async def test_a_manager_nobody_can_write_to_is_in_the_ledger_and_tried_the_next_day(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.home("1004", area="TA-1", phone=PHONE)
    await look(room, company)
    await tell(made(room, with_way()))
    assert [row["state"] for row in await rows(room)] == ["no_address"]

    clock.pass_(days=1)
    await look(room, company)
    await tell(made(room, with_way(mail="a@example.com")))

    assert [row["state"] for row in await rows(room)] == ["no_address", "sent"]


async def test_an_area_without_a_manager_is_told_to_nobody(room: Room, company: Company, digests: Digests) -> None:
    company.home("2002", area="TA-2", phone=PHONE)

    await look(room, company)
    await tell(digests)

    assert (await rows(room), room.mail.sent) == ([], {})


async def test_nobody_is_written_to_at_night(room: Room, company: Company, digests: Digests, clock: TestClock) -> None:
    company.home("1004", area="TA-1", phone=PHONE)
    await look(room, company)
    clock.pass_(hours=10)

    await tell(digests)

    assert await rows(room) == []


async def test_a_refused_letter_has_its_reason_and_a_gateway_that_is_away_is_asked_again(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.home("1004", area="TA-1", phone=PHONE)
    await look(room, company)
    await tell(made(room, with_way(mail="dead@example.com")))
    assert [(row["state"], row["reason"]) for row in await rows(room)] == [("failed", "550 no such mailbox")]

    clock.pass_(days=1)
    room.gateway.fails = lambda message: GatewayAway("busy")
    digests = made(room, with_way(mobile="13900005201"))
    await tell(digests)
    assert (await rows(room))[1]["state"] == "planned"
    room.gateway.fails = lambda message: None
    clock.pass_(minutes=31)
    await tell(digests)
    assert (await rows(room))[1]["state"] == "sent"


async def test_a_worker_that_died_with_it_leaves_it_under_the_same_key(
    room: Room, company: Company, digests: Digests, clock: TestClock
) -> None:
    company.home("1004", area="TA-1", phone=PHONE)
    await look(room, company)
    await tell(digests)
    await room.pool.execute("update contact_digests set state = 'sending', settled_at = null")

    clock.pass_(minutes=3)
    await tell(digests)

    assert [row["state"] for row in await rows(room)] == ["sent"]
    assert len(room.mail.sent) == 1


def test_the_operators_own_book_stands_instead(tmp_path: Path) -> None:
    own = tmp_path / "managers.yml"
    own.write_text(yaml.safe_dump({"managers": {"G9": {"mobile": "13900000009"}}}), encoding="utf-8")

    book = staff_book(str(own))

    assert (book.reach("G9").address, book.reach("G1").way) == ("13900000009", "")
    own.write_text("tries: [", encoding="utf-8")
    with pytest.raises(KindsBroken):
        staff_book(str(own))
