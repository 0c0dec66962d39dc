"""Sends what is due by each way, at the way's rate: into the ordered outbox of a conversation, or to the SMS gateway.

A line and the ledger's word of it are one commit. A message to a gateway is claimed first, under a key that its try
keeps: a worker that dies in between leaves it to another, who gives the gateway the same key.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import structlog

from conversation.events import Owner
from conversation.message import Line, Role
from handoff import live, transcript
from notices import extras, watch_sources, ways
from notices.audience import CHAT_WAYS, MAIL, SMS
from notices.cards import card_of
from notices.errors import GatewayAway, GatewayRefused, WordsMissing
from notices.kinds import Book, Kind
from notices.mail import Letter, MailGateway, title_of
from notices.rates import Rates
from notices.reach import Reach
from notices.sms import ShortMessage, SmsGateway, Taken, checked
from notices.wording import shown_values, words
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, at_once, transaction

AT_ONCE = 50
# Lines of a way that a worker writes side by side: each is a transaction of several round trips to the store.
LANES = 3
_LEASE = timedelta(seconds=60)
# A person hears the facts of a story in their order: one that a gateway may have is settled before the next one leaves.
# Asked as one value, it is looked up for each notice by its person and story, not joined with all that were sent.
_NOTICE = """
    select n.*, f.kind, f.family, f.said, f.subject, f.fact_key from notices n join notice_facts f using (fact_id)
    where n.way = $1 and n.state in ('planned', 'sending') and n.due_at <= $2 and n.deadline > $2
        and coalesce((
            select min(before.notice_id) from notices before
            where before.person = n.person and before.story = n.story and before.state = 'sending'
        ), n.notice_id) >= n.notice_id
    order by n.due_at, n.notice_id limit $3 for update of n skip locked
"""
_ANY = """
    select exists (
        select from notices where way = $1 and state in ('planned', 'sending') and due_at <= $2 and deadline > $2
    )
"""
_CLAIM = "update notices set state = 'sending', due_at = $2 where notice_id = any($1)"


class Sending:
    """One round by one way after the other."""

    def __init__(
        self,
        pool: Pool,
        bus: Bus,
        clock: Clock,
        book: Book,
        *,
        gateway: SmsGateway,
        reach: Reach,
        rates: Rates,
        mail: MailGateway | None = None,
    ) -> None:
        """Sends by these gateways and doors; without a mail gateway a letter fails and the next way is tried."""
        self._pool, self._bus, self._clock, self._book = pool, bus, clock, book
        self._gateway, self._mail, self._reach, self._rates = gateway, mail, reach, rates
        self._log = structlog.get_logger()

    async def send_due(self, way: str) -> int:
        """Sends the next notices of a way; returns how many were taken up. Raises StoreUnavailable."""
        async with at_once(self._pool) as connection:
            if not await connection.fetchval(_ANY, way, self._clock.now()):
                return 0  # a worker at rest writes nothing
        room = await self._rates.take(way, AT_ONCE)
        if not room:
            return 0
        done = await (self._send_texts(way, room) if way in GATEWAYS else self._send_lines(way, room))
        await self._rates.give_back(way, room - done)
        return done

    async def _send_lines(self, way: str, most: int) -> int:
        shares = [len(range(lane, most, LANES)) for lane in range(LANES)]
        done = await asyncio.gather(*(self._lane(way, share) for share in shares), return_exceptions=True)
        for one in done:
            if isinstance(one, BaseException):
                raise one
        return sum(one for one in done if isinstance(one, int))

    async def _lane(self, way: str, most: int) -> int:
        for number in range(most):
            async with transaction(self._pool) as connection:
                row = await connection.fetchrow(_NOTICE, way, self._clock.now(), 1)
                if row is None:
                    return number
                line = await self._write(connection, row)
            if line:
                await live.announce_lines(self._bus, line.conversation_id, [line])
        return most

    async def _write(self, connection: Connection, row: Any) -> Line | None:
        """Writes one line, in the bot's voice or, where a person has the word, as the system's."""
        kind, now, conversation_id = self._book.kinds[row["kind"]], self._clock.now(), row["addresses"][row["way"]]
        if row["family"] == watch_sources.FAMILY and not await watch_sources.runs(connection, row["subject"]):
            await ways.void(connection, row["notice_id"], "it is over", now)
            return None
        if row["family"] == extras.FAMILY and not await extras.still_calm(connection, row, now):
            await ways.void(connection, row["notice_id"], "no moment for an offer", now)
            return None
        await transcript.open_conversation(connection, conversation_id, at=now)
        owned = await transcript.lock(connection, conversation_id)
        refusal = await self._reach.refusal(connection, row["way"], conversation_id, kind)
        if refusal:
            await ways.failed(connection, row, refusal, now)
            return None
        try:
            text = self._words(row, kind, "elder" if row["elder"] else "chat", now)
        except WordsMissing as error:
            await self._refuse(connection, row, error.detail, now)
            return None
        told = {"id": row["notice_id"], "kind": kind.name, "subject": row["subject"]}
        body: dict[str, Any] = {"text": text, "notice": kind.notice or kind.name, "told": told}
        if card := card_of(self._book, kind, self._values(row), now):
            body["card"] = card
        role = Role.SYSTEM if owned.owner is Owner.AGENT else Role.BOT
        key = f"notice-{row['notice_id']}-{row['tries'] + 1}"
        line = await transcript.append(
            connection, conversation_id, role, body, at=now, epoch=owned.epoch, client_id=key
        )
        await ways.sent(connection, row, now, seq=line.seq)
        return line

    async def _send_texts(self, way: str, most: int) -> int:
        async with transaction(self._pool) as connection:
            now = self._clock.now()
            due = await connection.fetch(_NOTICE, way, now, most)
            rows = [row for row in due if await self._stands(connection, row, now)]
            await connection.execute(_CLAIM, [row["notice_id"] for row in rows], now + _LEASE)
        await asyncio.gather(*(self._text(row) for row in rows))
        return len(due)

    async def _stands(self, connection: Connection, row: Any, now: datetime) -> bool:
        """Whether it may leave by a gateway; an offer whose moment has passed is dropped."""
        if row["family"] != extras.FAMILY or await extras.still_calm(connection, row, now):
            return True
        await ways.void(connection, row["notice_id"], "no moment for an offer", now)
        return False

    async def _text(self, row: Any) -> None:
        kind, now = self._book.kinds[row["kind"]], self._clock.now()
        taken, refused, away = None, "", ""
        try:
            taken = await self._hand_over(row, kind, now)
        except WordsMissing as error:
            async with transaction(self._pool) as connection:
                return await self._refuse(connection, row, error.detail, now)
        except GatewayRefused as error:
            refused = error.detail or error.code
        except GatewayAway as error:
            away = error.detail or error.code
        async with transaction(self._pool) as connection:
            if not await self._still_mine(connection, row):
                return None
            if taken:
                await ways.sent(connection, row, now, receipt=taken.receipt)
                if taken.delivered:
                    await ways.arrived(connection, [row["notice_id"]], now)
            elif refused:
                await ways.failed(connection, row, refused, now)
            else:
                self._log.warning("notices.gateway.away", way=row["way"], notice_id=row["notice_id"], reason=away)
                await ways.put_off(connection, row, now + _LEASE / 2, now)
        return None

    async def _hand_over(self, row: Any, kind: Kind, now: datetime) -> Taken:
        """Gives a message to the gateway of its way. Raises WordsMissing, GatewayRefused, GatewayAway."""
        if row["way"] == SMS:
            return await self._gateway.send(checked(self._message(row, kind, now)))
        if self._mail is None:
            raise GatewayRefused("no mail gateway")
        text = self._words(row, kind, "mail", now)
        subject = title_of(text, self._book.forms["mail_subject"])
        key = f"notice-{row['notice_id']}-{row['tries'] + 1}"
        return await self._mail.post(Letter(row["addresses"][MAIL], subject, text, key))

    def _message(self, row: Any, kind: Kind, now: datetime) -> ShortMessage:
        values = self._values(row)
        return ShortMessage(
            phone=row["addresses"][SMS],
            text=words(self._book, kind, "sms", values, now),
            key=f"notice-{row['notice_id']}-{row['tries'] + 1}",
            kind=kind.name,
            values=shown_values(self._book, kind, "sms", values, now),
        )

    def _words(self, row: Any, kind: Kind, voice: str, now: datetime) -> str:
        return words(self._book, kind, voice, self._values(row), now)

    def _values(self, row: Any) -> dict[str, Any]:
        return {**(row["said"] or {}), "place": row["place"], "tail": row["account_no"][-4:]}

    async def _refuse(self, connection: Connection, row: Any, reason: str, now: datetime) -> None:
        """Words that cannot be written are not sent by any way: a person reads why in the ledger."""
        self._log.error("notices.words.missing", notice_id=row["notice_id"], fact=row["fact_key"], reason=reason)
        await ways.give_up(connection, row, reason, now)

    async def _still_mine(self, connection: Connection, row: Any) -> bool:
        """Whether nobody settled it while the gateway thought."""
        state = await connection.fetchval(
            "select state from notices where notice_id = $1 and tries = $2 for update", row["notice_id"], row["tries"]
        )
        return bool(state == "sending")


GATEWAYS = (SMS, MAIL)
SENDING_WAYS = (*sorted(CHAT_WAYS), *GATEWAYS)
