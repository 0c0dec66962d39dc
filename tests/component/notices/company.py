"""A small company for the notices' tests: its events, whom each area feeds, and the room that listens to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from backend.errors import BackendUnavailable, NotFound
from backend.models import (
    AudienceMember,
    AudiencePage,
    AudienceWish,
    CompanyEvent,
    EventPage,
    EventSubscriber,
    Manager,
    ManagerContact,
    OutageHistory,
)
from handoff.delivery import call_list
from notices.consents import Consents
from notices.errors import GatewayRefused
from notices.following import Following
from notices.intake import Intake
from notices.kinds import Book, Kind
from notices.ladders import the_ladders
from notices.mail import Letter
from notices.rates import Rates
from notices.receipts import Receipts
from notices.resending import Resending
from notices.sending import SENDING_WAYS, Sending
from notices.sms import ShortMessage, Taken
from notices.spreading import Spreading
from notices.stream import Stream
from notices.subjects import Subjects
from notices.watching import Watching
from runtime.bus import Bus
from runtime.postgres import Connection, Pool, transaction


class AnyClock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """Returns it."""


class Company:
    """Tells events with numbers of its own and knows its homes."""

    def __init__(self, clock: AnyClock) -> None:
        self.clock, self.filed = clock, clock.now()
        self.told: list[CompanyEvent] = []
        self.homes: dict[str, AudienceMember] = {}
        self.frequent: set[str] = set()
        self.down = False
        self.consents: list[tuple[str, str, bool, str]] = []

    def home(
        self,
        account_no: str,
        *,
        area: str,
        phone: str = "",
        people: Sequence[tuple[str, str]] = (),
        tags: Sequence[str] = (),
        wishes: Sequence[tuple[str, str, bool]] = (),
        building: str = "",
        email: str = "",
        customer: str = "",
        holder_mark: str = "",
        facts: Sequence[str] = (),
        troubles: Sequence[str] = (),
    ) -> None:
        """Has one more home."""
        asked = tuple(AudienceWish(*wish) for wish in wishes)
        known = (account_no, area, "织女苑", building, phone, tuple(tags), tuple(people), asked)
        customer = customer or f"C{account_no}"
        held = (email, customer, holder_mark or f"{customer}/{phone}")
        self.homes[account_no] = AudienceMember(*known, *held, tuple(facts), tuple(troubles))

    def outage(self, what: str, number: str = "T1", *, areas: Sequence[str] = ("TA-1",), **data: Any) -> CompanyEvent:
        """Tells of an outage; what is not given stands as an outage of its kind would."""
        given = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in data.items()}
        now = self.clock.now()
        whole = {
            "outage_no": number,
            "kind": "fault",
            "status": "reported",
            "area_ids": list(areas),
            "cause": "线路故障",
            **dict.fromkeys(("eta", "planned_from", "planned_to", "restored", "started"), None),
            "eta_said_at": now.isoformat(),
            "buildings": [],
            "note": "",
            **given,
        }
        return self.tell(f"outage.{what}", number, area_ids=tuple(areas), data=whole)

    def tell(
        self, type_: str, subject: str, *, account_no: str = "", area_ids: tuple[str, ...] = (), data: dict[str, Any]
    ) -> CompanyEvent:
        """Puts an event into the stream."""
        number = str(len(self.told) + 1)
        event = CompanyEvent(number, type_, self.clock.now(), subject, account_no, area_ids, data)
        self.told.append(event)
        return event

    async def events(self, after: str = "", *, kind: str = "", most: int = 50) -> EventPage:
        """See `backend.protocol.events`."""
        self._answer()
        page = self.told[int(after or 0) : int(after or 0) + most]
        return EventPage(tuple(page), page[-1].event_id if page else after)

    async def audience(
        self,
        *,
        area_ids: Sequence[str] = (),
        account_no: str = "",
        everybody: bool = False,
        standing: bool = False,
        after: str = "",
        most: int = 200,
    ) -> AudiencePage:
        """See `backend.protocol.audience`."""
        self._answer()
        if unknown := set(area_ids) - {home.area_id for home in self.homes.values()}:
            raise NotFound("area.unknown", area_ids=sorted(unknown))
        rows = [
            home
            for number, home in sorted(self.homes.items())
            if number > after and (everybody or home.area_id in area_ids or number == account_no)
        ]
        rows = rows if standing else [replace(home, facts=(), troubles=()) for home in rows]
        return AudiencePage(tuple(rows[:most]), rows[most - 1].account_no if len(rows) > most else "")

    async def grid_manager(self, area_id: str) -> ManagerContact:
        """See `backend.protocol.halls`."""
        self._answer()
        if area_id != "TA-1":
            raise NotFound("manager.none")
        return ManagerContact(Manager("G1", "范织云", "grid", "0620-5550201", "", True, False, None), None, None)

    async def record_consent(
        self, outage_no: str, account_no: str, *, agreed: bool, wish: str = "", idempotency_key: str
    ) -> None:
        """See `backend.protocol.consents`."""
        self._answer()
        self.consents.append((outage_no, account_no, agreed, wish))

    async def outage_history(self, *, account_no: str = "", area_id: str = "", days: int = 60) -> OutageHistory:
        """See `backend.protocol.outages`."""
        self._answer()
        since = (self.clock.now() - timedelta(days=days)).date()
        counted = ("T1", "T2", "T3") if area_id in self.frequent else ()
        return OutageHistory((), since, counted, {}, frequent=bool(counted))

    def _answer(self) -> None:
        if self.down:
            raise BackendUnavailable("the company is down")


class SilentBus(Bus):
    """A bus that nobody listens to."""

    def __init__(self) -> None:
        pass

    async def publish(self, topic: str, payload: dict[str, Any]) -> None:
        """See base class."""


class OpenReach:
    """Doors that take everything but what a test shuts."""

    def __init__(self) -> None:
        self.shut: dict[str, str] = {}

    async def refusal(self, connection: Connection, way: str, conversation_id: str, kind: Kind) -> str:
        """See base class."""
        return self.shut.get(conversation_id) or self.shut.get(way, "")


class Gateway:
    """An SMS gateway that a test makes fail; a key is one message."""

    def __init__(self) -> None:
        self.sent: dict[str, ShortMessage] = {}
        self.fails: Callable[[ShortMessage], Exception | None] = lambda message: None
        self.reports = True

    async def send(self, message: ShortMessage) -> Taken:
        """See base class."""
        error = self.fails(message)
        if error:
            raise error
        self.sent[message.key] = message
        return Taken(message.key, delivered=self.reports)

    async def close(self) -> None:
        """See base class."""


class Listening:
    """A company that keeps where it sends events to; the same key is the same subscriber."""

    def __init__(self) -> None:
        self.kept: dict[str, EventSubscriber] = {}
        self.keys: dict[str, EventSubscriber] = {}
        self.down = False

    async def subscribers(self) -> list[EventSubscriber]:
        """See `backend.protocol.events`."""
        self._answer()
        return [replace(one, secret="") for one in self.kept.values()]

    async def subscribe(
        self, url: str, types: Sequence[str], *, batch: int = 1, idempotency_key: str
    ) -> EventSubscriber:
        """See `backend.protocol.events`."""
        self._answer()
        number = len(self.keys) + 1
        new = EventSubscriber(f"S{number}", url, tuple(types), f"secret-of-{number}", batch)
        made = self.keys.setdefault(idempotency_key, new)
        self.kept.setdefault(made.subscriber_id, made)
        return made

    async def unsubscribe(self, subscriber_id: str) -> None:
        """See `backend.protocol.events`."""
        self._answer()
        self.kept.pop(subscriber_id, None)

    def _answer(self) -> None:
        if self.down:
            raise BackendUnavailable("the company is down")


class MailRoom:
    """Takes letters; an address that begins with `dead` is refused."""

    def __init__(self) -> None:
        self.sent: dict[str, Letter] = {}

    async def post(self, letter: Letter) -> Taken:
        """See base class."""
        if letter.to.startswith("dead"):
            raise GatewayRefused("550 no such mailbox")
        self.sent[letter.key] = letter
        return Taken(letter.key, delivered=True)


class Room:
    """Intake, subjects and spreading of one worker."""

    def __init__(self, pool: Pool, clock: AnyClock, company: Company, book: Book) -> None:
        self.pool, self.clock, self.company, self.book = pool, clock, company, book
        self.intake = Intake(pool, clock)
        self.stream = Stream(pool, clock, company, self.intake)
        self.subjects = Subjects(pool, clock, book)
        self.gateway = Gateway()
        self.mail = MailRoom()
        self.reach = OpenReach()
        self.sending = Sending(
            pool,
            SilentBus(),
            clock,
            book,
            gateway=self.gateway,
            mail=self.mail,
            reach=self.reach,
            rates=Rates(pool, clock, {}),
        )
        self.following, self.resending = Following(pool, clock), Resending(pool, clock, book)
        self.consents = Consents(pool, clock, company)
        self.receipts = Receipts(pool, clock, book)
        self.watching = Watching(pool, SilentBus(), clock, book, the_ladders())
        self.spreading = Spreading(pool, clock, book, company)  # type: ignore[arg-type]  # the parts that are asked

    async def hear(self) -> None:
        """Reads the stream to its end and applies it."""
        while await self.stream.read_on():
            pass
        while await self.subjects.apply():
            pass

    async def spread(self) -> None:
        """Spreads everything that is due."""
        while await self.spreading.spread_next():
            pass

    async def settle(self) -> None:
        """Applies and spreads what came in by webhook; the stream is not asked."""
        while await self.subjects.apply():
            pass
        await self.spread()

    async def run(self) -> None:
        """Hears and spreads."""
        await self.hear()
        await self.spread()

    def sender(self, way: str) -> Callable[[], Awaitable[object]]:
        """Returns the round that sends by one way."""

        async def send() -> object:
            return await self.sending.send_due(way)

        return send

    async def send(self) -> None:
        """Sends everything that is due, by every way."""
        while any([await self.sending.send_due(way) for way in SENDING_WAYS]):
            pass

    async def watch(self) -> None:
        """Looks at what runs against a clock and tells the steps that are due."""
        await self.watching.look()
        while await self.watching.climb():
            pass

    async def ask_receipts(self) -> None:
        """Makes the lists of who has not confirmed that are due, and sends what follows."""
        while await self.receipts.make_due():
            pass
        await self.send()

    async def tell(self) -> None:
        """Hears, watches, spreads and sends until nothing is due."""
        await self.hear()
        await self.watch()
        await self.spread()
        await self.send()

    async def doors_deliver(self, *, accept: bool = True, reason: str = "no_quota") -> None:
        """Stands for the doors' couriers: takes what waits in the outbox, or refuses it as a platform does."""
        rows = await self.pool.fetch("select conversation_id, seq from messages where delivery = 'pending'")
        for row in rows:
            async with transaction(self.pool) as connection:
                state = "sent" if accept else "failed"
                await connection.execute(
                    "update messages set delivery = $3, owed = $4, sent_by = $5"
                    " where conversation_id = $1 and seq = $2",
                    *(row["conversation_id"], row["seq"], state, not accept, "custom" if accept else None),
                )
                if not accept:
                    now = self.clock.now()
                    await call_list.add(connection, row["conversation_id"], [row["seq"]], reason, at=now)
        while await self.following.follow():
            pass

    async def lines(self, conversation_id: str) -> list[str]:
        """Lists what stands in a conversation for the customer."""
        rows = await self.pool.fetch(
            "select body from messages where conversation_id = $1 and delivery <> 'suppressed' order by seq",
            conversation_id,
        )
        return [row["body"]["text"] for row in rows]

    async def kinds(self) -> list[str]:
        """Lists the kinds of the facts that were told, in order."""
        rows = await self.pool.fetch("select kind from notice_facts where state = 'told' order by settled_at, fact_id")
        return [row["kind"] for row in rows]

    async def notices(self, **where: Any) -> list[Any]:
        """Lists the notices with their fact's kind."""
        rows = await self.pool.fetch(
            """select n.*, f.kind, f.said, f.fact_key from notices n join notice_facts f using (fact_id)
            order by notice_id"""
        )
        return [row for row in rows if all(row[name] == value for name, value in where.items())]

    async def events(self) -> dict[int, tuple[str, str]]:
        """Returns state and reason of each event."""
        rows = await self.pool.fetch("select event_no, state, reason from notice_events order by event_no")
        return {row["event_no"]: (row["state"], row["reason"]) for row in rows}
