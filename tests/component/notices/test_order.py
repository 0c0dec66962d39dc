"""Facts of one story reach a person in their order, whoever dies and whatever is late (docs/notices/storm.md)."""

from __future__ import annotations

from datetime import timedelta

from notices.errors import GatewayAway
from notices.kinds import the_book
from notices.sms import ShortMessage, Taken
from notices.subjects import Subjects
from runtime.postgres import Pool
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock

HOMES = 450


def large(clock: TestClock) -> Company:
    """A company with an area of several pages."""
    company = Company(clock)
    for number in range(HOMES):
        company.home(f"{number:06d}", area="TA-1", phone=f"138{number:08d}")
    return company


async def outcomes(room: Room, kind: str) -> dict[str | None, int]:
    """Counts the outcomes of a kind's notices."""
    found: dict[str | None, int] = {}
    for row in await room.notices(kind=kind):
        found[row["outcome"]] = found.get(row["outcome"], 0) + 1
    return found


async def test_a_newer_estimate_waits_until_the_older_fact_is_spread(database: Pool, clock: TestClock) -> None:
    company = large(clock)
    one, other = (Room(database, clock, company, the_book()) for _ in range(2))
    company.outage("raised", eta=clock.at + timedelta(hours=2))
    await one.hear()
    await one.spreading.spread_next()
    company.outage("updated", eta=clock.at + timedelta(hours=3))
    await one.hear()

    await other.spread()

    assert await outcomes(one, "outage_fault") == {"superseded": HOMES}
    assert await outcomes(one, "outage_eta_changed") == {None: HOMES}


async def test_a_fact_that_another_worker_holds_is_not_overtaken(database: Pool, clock: TestClock) -> None:
    company = large(clock)
    room = Room(database, clock, company, the_book())
    company.outage("raised", eta=clock.at + timedelta(hours=2))
    company.outage("updated", eta=clock.at + timedelta(hours=3))
    await room.hear()

    async with database.acquire() as held, held.transaction():
        await held.execute("select from notice_facts where kind = 'outage_fault' for update")
        spread = await room.spreading.spread_next()

    assert (spread, await room.notices()) == (False, [])


class DeadAfterTaking:
    """A gateway whose caller dies before it can note that a message was taken."""

    async def send(self, message: ShortMessage) -> Taken:
        """See base class."""
        raise RuntimeError("killed")

    async def close(self) -> None:
        """See base class."""


async def test_a_newer_fact_waits_for_a_message_that_a_dead_worker_may_have_sent(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("raised", eta=clock.at + timedelta(hours=2))
    await room.run()
    alive, room.sending._gateway = room.sending._gateway, DeadAfterTaking()
    try:
        await room.sending.send_due("sms")
    except RuntimeError:
        room.sending._gateway = alive
    company.outage("restored", restored=clock.at, status="restored")
    await room.run()

    await room.send()
    before = [message.kind for message in room.gateway.sent.values()]
    clock.pass_(minutes=2)
    await room.send()

    assert before == []
    assert [message.kind for message in room.gateway.sent.values()] == ["outage_fault", "outage_restored"]


async def test_what_a_door_refuses_late_is_not_begun_again_behind_newer_word(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("raised", eta=clock.at + timedelta(hours=2))
    await room.tell()
    company.outage("restored", restored=clock.at, status="restored")
    await room.tell()
    await room.doors_deliver(accept=False)

    (old,) = await room.notices(kind="outage_fault", person="wechat:wx_a")
    (new,) = await room.notices(kind="outage_restored", person="wechat:wx_a")

    assert (old["outcome"], old["tries"]) == ("superseded", 1)
    assert (new["state"], new["person"]) != ("final", "superseded")


async def test_a_gateway_that_was_away_does_not_get_the_older_word_behind_the_newer(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("raised", eta=clock.at + timedelta(hours=2))
    await room.run()
    newer = []

    def away(message: ShortMessage) -> Exception | None:
        newer.append(message.kind)
        return GatewayAway("busy")

    room.gateway.fails = away
    await room.sending.send_due("sms")
    company.outage("updated", eta=clock.at + timedelta(hours=3))
    await room.run()
    room.gateway.fails = lambda message: None
    clock.pass_(minutes=2)

    await room.send()

    assert [message.kind for message in room.gateway.sent.values()] == ["outage_eta_changed"]


async def test_an_event_by_webhook_waits_for_the_one_before_it_that_was_lost(
    room: Room, company: Company, clock: TestClock, database: Pool
) -> None:
    room.subjects = Subjects(database, clock, the_book(), patience=timedelta(seconds=10))
    company.outage("raised", areas=["TA-1", "TA-2"], eta=clock.at + timedelta(hours=2))
    await room.run()
    company.outage("partly_restored", areas=["TA-2"], area_ids=["TA-1", "TA-2"])
    restored = company.outage("restored", areas=["TA-1"], area_ids=["TA-1", "TA-2"], restored=clock.at)
    await room.intake.take([restored], "webhook")
    await room.settle()
    assert (await room.events())[3] == ("waiting", "")

    await room.run()

    assert [state for state, _ in (await room.events()).values()] == ["applied"] * 3
    assert len(await room.notices(kind="outage_restored")) == 4


async def test_a_stream_that_does_not_answer_holds_a_webhook_up_no_longer_than_its_patience(
    room: Room, company: Company, clock: TestClock, database: Pool
) -> None:
    room.subjects = Subjects(database, clock, the_book(), patience=timedelta(seconds=10))
    await room.intake.take([company.outage("raised")], "webhook")
    await room.settle()
    waited = await room.notices()
    clock.pass_(seconds=11)

    await room.settle()

    assert (waited, len(await room.notices())) == ([], 3)


async def test_who_came_back_unnoticed_hears_it_with_the_rest(room: Room, company: Company, clock: TestClock) -> None:
    company.outage("raised", areas=["TA-1", "TA-2"])
    await room.run()

    company.outage("restored", areas=["TA-1"], area_ids=["TA-1", "TA-2"], restored=clock.at)
    await room.run()

    assert len(await room.notices(kind="outage_restored")) == 4


async def test_from_buildings_to_the_whole_area_each_home_hears_of_it_once(
    room: Room, company: Company, clock: TestClock
) -> None:
    for number in "123":
        company.home(f"9{number}", area="TA-9", building=f"B{number}", phone=f"1390000900{number}")
    first, second = ({"area_id": "TA-9", "building": f"B{number}"} for number in "12")
    company.outage("raised", areas=["TA-9"], buildings=[first])
    await room.run()
    company.outage("widened", areas=["TA-9"], buildings=[first, second])
    await room.run()

    company.outage("widened", areas=["TA-9"], buildings=[])
    await room.run()

    told = await room.notices(kind="outage_fault_open")
    assert sorted(row["account_no"] for row in told) == ["91", "92", "93"]


async def test_an_estimate_that_passed_while_nobody_ran_is_told_to_nobody(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("raised", eta=clock.at + timedelta(minutes=30))
    company.outage("updated", eta=clock.at + timedelta(minutes=50))
    clock.pass_(hours=1)

    await room.run()

    assert await room.kinds() == ["outage_fault_open"]


async def test_progress_is_for_who_is_dark_by_then(room: Room, company: Company, clock: TestClock) -> None:
    whole = ["TA-1", "TA-2"]
    company.outage("raised", areas=["TA-1"], started=clock.at)
    company.outage("widened", areas=whole, area_ids=whole, started=clock.at)
    company.outage("partly_restored", areas=["TA-1"], area_ids=whole, started=clock.at)
    await room.run()
    clock.pass_(hours=4)

    await room.run()

    assert [row["account_no"] for row in await room.notices(kind="outage_progress_open")] == ["2001"]


async def test_a_line_that_waits_by_the_last_way_keeps_no_round_busy(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.homes.clear()
    company.home("5001", area="TA-1", people=[("wechat", "wx_q"), ("web", "w_q")])
    company.outage("raised")
    await room.tell()
    clock.pass_(minutes=11)
    room.reach.shut["wechat"] = ""

    followed = [await room.following.follow() for _ in range(3)]

    assert followed[-1] == 0


async def test_whom_no_way_leads_to_is_on_the_list_of_calls(room: Room, company: Company) -> None:
    company.home("1004", area="TA-1", phone="1380000100")
    company.outage("raised")

    await room.run()

    (row,) = await room.notices(account_no="1004")
    called = await room.pool.fetch("select notice_id, account_no, reason from notice_calls")
    assert [tuple(one) for one in called] == [(row["notice_id"], "1004", "no_contact")]


async def test_a_line_that_reached_behind_a_failed_template_is_there_and_goes_nowhere_else(
    room: Room, company: Company
) -> None:
    company.outage("raised")
    await room.tell()
    await room.pool.execute(
        "update messages set delivery = 'sent', sent_by = 'custom', receipt = 'r1', receipt_result = 'failed'"
    )

    while await room.following.follow():
        pass

    (row,) = await room.notices(person="wechat:wx_a")
    assert (row["outcome"], row["tries"]) == ("delivered", 1)


async def test_who_hears_of_the_outage_does_not_hear_twice_that_power_is_back(room: Room, company: Company) -> None:
    """The report's own step would say it again; a visitor of whom the outage knows nothing has only that step."""
    company.outage("raised")
    await room.run()
    data = {"kind": "fault", "status": "restored", "parent_no": "F1"}
    for number, (channel, user) in enumerate([("wechat", "wx_a"), ("web", "guest")]):
        asker = {"channel": channel, "channel_user": user}
        event = {"account_no": "1001", "area_ids": ("TA-1",), "data": {**data, **asker}}
        company.tell("order.advanced", f"F1-0{number}", **event)

    await room.run()

    assert [row["person"] for row in await room.notices(kind="order_step")] == ["web:guest"]
