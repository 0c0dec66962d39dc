"""Spreads a due fact over the people it concerns: page by page, each page one commit with the place to go on from.

A worker that dies in the middle leaves the rest to another; nobody is planned twice (`notice_claims`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from backend.errors import NotFound
from backend.models import AudienceMember
from backend.protocol.audience import Audience
from backend.protocol.outages import Outages
from notices import consents, extras, notice_store, outage_now, receipts, unsaid, watch_sources
from notices.audience import Recipient, Roots, cares, is_dark, is_named, one_person, recipients
from notices.errors import PastTelling, WordsMissing
from notices.kinds import Book, Kind
from notices.outage_places import places_now
from notices.outage_times import after_quiet
from notices.wording import words
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

_AREAS_AT_ONCE = 100
_PAGE = 200
# Facts of one story one after the other: people hear them in their order, and only the newer takes the older's place.
_TAKE = """
    select f.* from notice_facts f where f.state in ('planned', 'spreading') and f.due_at <= $1
        and not exists (
            select from notice_facts older where older.family = f.family and older.subject = f.subject
                and older.story = f.story and older.state in ('planned', 'spreading')
                and (older.due_at, older.fact_id) < (f.due_at, f.fact_id)
        )
    order by f.due_at, f.fact_id limit 1 for update of f skip locked
"""
_SETTLE = "update notice_facts set state = $2, reason = $3, settled_at = $4, cursor = '' where fact_id = $1"
_SAY = """
    update notice_facts set state = 'spreading', kind = $2, said = $3, area_ids = $4, buildings = $5, words = $6
    where fact_id = $1
"""
_MOVE = "update notice_facts set cursor = $2 where fact_id = $1"
# Where it was told, for the text that is posted by hand.
_PLACES = """
    update notice_facts set places = (
        select coalesce(array_agg(distinct place), '{}') from unnest(places || $2) as place
    ) where fact_id = $1
"""
_KNOWN = "select known from notice_subjects where family = $1 and subject = $2"
_NEXT_PROGRESS = """
    insert into notice_facts
        (fact_key, kind, family, subject, story, event_no, area_ids, buildings, due_at, worth_until, made_at)
    select $2, 'outage_progress', family, subject, story, event_no, area_ids, buildings, $3, $4, $5
    from notice_facts where fact_id = $1 on conflict (fact_key) do nothing
"""


class Company(Audience, Outages, Protocol):
    """What is asked of the company: whom a fact concerns, and what a place has been through."""


@dataclass(frozen=True)
class Place:
    """How far a fact was spread: which hundred of its areas, and the company's cursor within."""

    part: int
    cursor: str

    @classmethod
    def read(cls, text: str) -> Place:
        """Reads `<part>:<cursor>`; nothing is the beginning."""
        part, _, cursor = text.partition(":")
        return cls(int(part or 0), cursor)


class Spreading:
    """Takes one due fact a round and spreads its next page."""

    def __init__(self, pool: Pool, clock: Clock, book: Book, company: Company) -> None:
        self._pool = pool
        self._clock = clock
        self._book = book
        self._company = company
        self._log = structlog.get_logger()

    async def spread_next(self) -> bool:
        """Spreads the next page of the fact that is due; false: none is.

        Raises:
            BackendError: the company does not answer; the page is asked for again.
            StoreUnavailable: the page is not kept.
        """
        async with transaction(self._pool) as connection:
            now = self._clock.now()
            fact = await connection.fetchrow(_TAKE, now)
            if fact is None:
                return False
            if fact["worth_until"] <= now:
                await connection.execute(_SETTLE, fact["fact_id"], "void", "it was too late to tell it", now)
                return True
            try:
                if fact["state"] != "spreading":
                    await self._say(connection, fact, now)
                await self._page(connection, fact, now)
            except PastTelling as error:
                await connection.execute(_SETTLE, fact["fact_id"], "void", error.detail, now)
            except WordsMissing as error:
                await self._aside(connection, fact, error.detail, now)
            except NotFound as error:
                await self._aside(connection, fact, f"the company does not know it: {error.reason}", now)
        return True

    async def _aside(self, connection: Connection, fact: Any, reason: str, now: datetime) -> None:
        self._log.error("notices.fact.aside", fact=fact["fact_key"], reason=reason)
        await connection.execute(_SETTLE, fact["fact_id"], "aside", reason, now)

    async def _say(self, connection: Connection, fact: Any, now: datetime) -> None:
        """Fixes what is said, once for everybody, and tries every voice of it.

        Raises:
            PastTelling: nobody need hear it any more.
            WordsMissing: its words cannot be written.
            NotFound: the company does not know it.
        """
        kind_name, said = fact["kind"], dict(fact["given"])
        areas, buildings = list(fact["area_ids"]), list(fact["buildings"])
        if fact["family"] == "outage":
            known = await connection.fetchval(_KNOWN, fact["family"], fact["subject"]) or {}
            kind_name = outage_now.kind_now(kind_name, known, now, self._book.rules.stale_after)
            said = outage_now.values_of(kind_name, known, fact["given"])
            said["status"] = self._book.states.get(said["status"], said["status"])
            areas, buildings = places_now(kind_name, fact["fact_key"], (areas, buildings), known)
            if not areas and fact["area_ids"]:
                raise PastTelling("nobody is dark there any more")
        if fact["family"] == watch_sources.FAMILY and not await watch_sources.runs(connection, fact["subject"]):
            raise PastTelling("it is over")
        if kind_name == unsaid.KIND:
            at = datetime.fromisoformat(said["filed"])
            if not await unsaid.is_unsaid(connection, fact["person"], said["subject"], at):
                raise PastTelling("the chat has told it")
        if kind_name == "outage_frequent":
            said["times"], areas = await self._frequent(areas)
            if not areas:
                raise PastTelling("it is not frequent there")
        kind = self._book.kinds[kind_name]
        trial = {**said, "place": "", "tail": "0000"}
        told = {voice: words(self._book, kind, voice, trial, now) for voice in kind.text}
        await connection.execute(_SAY, fact["fact_id"], kind_name, said, areas, buildings, told)

    async def _frequent(self, areas: list[str]) -> tuple[int, list[str]]:
        """Returns how often it was dark, and where that counts as frequent by the company's own rule."""
        times = 0
        found: list[str] = []
        for area in areas:
            history = await self._company.outage_history(area_id=area)
            if history.frequent:
                times, found = max(times, len(history.counted)), [*found, area]
        return times, found

    async def _page(self, connection: Connection, fact: Any, now: datetime) -> None:
        fact = await connection.fetchrow("select * from notice_facts where fact_id = $1", fact["fact_id"])
        kind, place = self._book.kinds[fact["kind"]], Place.read(fact["cursor"])
        everybody = bool(fact["given"].get("everybody"))
        if not fact["area_ids"] and not fact["account_no"] and not everybody:
            await self._keep(connection, fact, kind, one_person(fact["person"]), now)
            return await self._told(connection, fact, kind, now)
        areas = fact["area_ids"][place.part * _AREAS_AT_ONCE : (place.part + 1) * _AREAS_AT_ONCE]
        account_no = "" if fact["area_ids"] else fact["account_no"]
        whom = {"everybody": True} if everybody else {"area_ids": areas, "account_no": account_no}
        offer = str(fact["given"].get("extra", ""))
        page = await self._company.audience(**whom, after=place.cursor, most=_PAGE, standing=bool(offer))
        members = tuple(extras.fitting(page.members, offer)) if offer else page.members
        await self._people(connection, fact, kind, members, now)
        part = place.part if page.cursor else place.part + 1
        if page.cursor or part * _AREAS_AT_ONCE < len(fact["area_ids"]):
            await connection.execute(_MOVE, fact["fact_id"], f"{part}:{page.cursor}")
            return None
        return await self._told(connection, fact, kind, now)

    async def _people(
        self, connection: Connection, fact: Any, kind: Kind, members: tuple[AudienceMember, ...], now: datetime
    ) -> None:
        told = fact["given"].get("besides", ())
        dark = [one for one in members if is_dark(one, fact["buildings"]) and not is_named(one, told)]
        if fact["care_only"]:
            dark = [member for member in dark if cares(member, kind)]
        ids = {f"{channel}:{user}" for member in dark for channel, user in member.people} | {fact["person"]}
        roots = Roots.of_links(await notice_store.links(connection, ids))
        people = [one for member in dark for one in recipients(member, kind, roots, only=fact["person"])]
        await self._keep(connection, fact, kind, people, now)
        calls = [(member, care) for member in dark if (care := cares(member, kind))]
        await connection.execute(_PLACES, fact["fact_id"], sorted({member.estate for member in dark if member.estate}))
        if kind.consent:  # they are asked first; who does not answer is called
            return await consents.ask(connection, fact, dark, now)
        await notice_store.add_calls(connection, fact["fact_id"], kind, calls, now)
        return None

    async def _keep(
        self, connection: Connection, fact: Any, kind: Kind, people: list[Recipient], now: datetime
    ) -> None:
        rules, due = self._book.rules, now
        offer = str(fact["given"].get("extra", ""))
        if kind.capped and people:
            people = await notice_store.within_cap(connection, people, rules.cap_per_week, now)
        if offer and people:  # behind the lock of the cap: two offers for one person are looked at one after the other
            people = await extras.willing(connection, people, offer, now)
        if kind.waits:
            due = after_quiet(now, rules.quiet_from, rules.quiet_until)
            due = due if due < fact["worth_until"] else now
        deadline = max(due, min(due + kind.final, fact["worth_until"] + timedelta(minutes=1)))
        times = notice_store.Times(now, due, deadline)
        await notice_store.plan(connection, fact["fact_id"], fact["story"], people, times, capped=kind.capped)
        if offer:
            await extras.note(connection, people, offer, now)

    async def _told(self, connection: Connection, fact: Any, kind: Kind, now: datetime) -> None:
        await connection.execute(_SETTLE, fact["fact_id"], "told", "", now)
        await self._post(connection, fact, kind, now)
        await receipts.arm(connection, fact["fact_id"], kind, self._book, now)
        self._log.info("notices.fact.told", fact=fact["fact_key"], kind=kind.name)
        if kind.name.startswith("outage_progress"):
            due = fact["due_at"] + self._book.rules.progress_every
            key = f"outage/{fact['subject']}/progress/{due.isoformat()}"
            until = due + self._book.rules.progress_every
            await connection.execute(_NEXT_PROGRESS, fact["fact_id"], key, due, until, now)

    async def _post(self, connection: Connection, fact: Any, kind: Kind, now: datetime) -> None:
        """Writes the text that is posted in a community by hand, with its places and no person in it."""
        places = await connection.fetchval("select places from notice_facts where fact_id = $1", fact["fact_id"])
        if "community" in kind.text and places:
            values = {**fact["said"], "place": self._book.forms["between"].join(places)}
            text = words(self._book, kind, "community", values, now)
            add = "update notice_facts set words = words || $2 where fact_id = $1"
            await connection.execute(add, fact["fact_id"], {"community": text})
