"""The chat doors of the storm: the bot's real postbag (its book of deliveries, its waits) over platforms that fail.

The platform's answer stands in the place of the HTTP call: errcodes of WeChat, refusals of Alipay, template reports.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from bench.typhoon.fate import Fate, busy_times, fate
from bot.reception.postbag import Postbag
from bot.reception.wire import Wire
from connectors.shared.ports import Barred, Later, Outcome, Parcel, Refused, Sent, Way
from conversation.message import Line
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.postgres import Pool

AT_ONCE = 10
_DUE = """
    select distinct conversation_id from messages
    where delivery = 'pending' and (next_try_at is null or next_try_at <= $1) order by 1
"""
_REASONS = {
    Fate.SOON: "errcode 45011: api minute-quota reached",
    Fate.AWAY: "errcode -1: system busy",
    Fate.REFUSED: {"wechat": "errcode 40003: invalid openid", "alipay": "isv.USER_REFUSED"},
    Fate.BARRED: {"wechat": "errcode 43004: require subscribe", "alipay": "isv.NOT_FOLLOWED"},
}


@dataclass
class Doors:
    """Brings every line that is due to its platform, and the platform's reports of templates back."""

    pool: Pool
    clock: Clock
    bus: Bus
    seed: int
    tally: Counter[str] = field(default_factory=Counter)
    arrived: Counter[int] = field(default_factory=Counter)
    _reports: list[tuple[str, bool, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._postbag = Postbag(self.pool, self.clock, Wire(self.bus))

    @property
    def waiting(self) -> int:
        """How many reports wait to be brought."""
        return len(self._reports)

    async def sweep(self) -> int:
        """Brings what is due once; returns how many conversations had something."""
        due = [row["conversation_id"] for row in await self.pool.fetch(_DUE, self.clock.now())]
        room = asyncio.Semaphore(AT_ONCE)

        async def one(conversation_id: str) -> None:
            async with room:
                await self._postbag.post(conversation_id, self._carry)

        await asyncio.gather(*(one(conversation_id) for conversation_id in due))
        return len(due)

    async def report(self) -> int:
        """Brings the reports of the templates that were taken before; returns how many."""
        reports, self._reports = self._reports, []
        for receipt, arrived, notice_id in reports:
            await self._postbag.book.receipt(receipt, "success" if arrived else "failed:user block", arrived=arrived)
            self.arrived[notice_id] += arrived
        return len(reports)

    async def _carry(self, parcel: Parcel) -> Outcome:
        way = parcel.conversation_id.partition(":")[0]
        words = _words_of(parcel)
        drawn = fate(self.seed, way, parcel.conversation_id, words, 1 + len(parcel.failed_ways))
        if drawn is Fate.SOON and parcel.attempt > busy_times(self.seed, parcel.conversation_id, words):
            drawn = Fate.TAKEN
        if drawn is Fate.LOST and parcel.failed_ways:
            drawn = Fate.BARRED
        self.tally[f"{way} {drawn.value}"] += 1
        return self._answer(parcel, way, drawn)

    def _answer(self, parcel: Parcel, way: str, drawn: Fate) -> Outcome:
        ids = [int(line.body["told"]["id"]) for line in parcel.lines if "told" in line.body]
        if drawn in (Fate.SOON, Fate.AWAY):
            return Later(str(_REASONS[drawn]))
        if drawn in (Fate.REFUSED, Fate.BARRED):
            reason = _REASONS[drawn][way]  # type: ignore[index]  # a table by way
            return Refused(reason) if drawn is Fate.REFUSED else Barred(reason)
        if way == "wechat" and drawn in (Fate.LOST, Fate.SILENT):
            receipt = f"{parcel.conversation_id}/{parcel.lines[0].seq}/{len(parcel.failed_ways)}"
            if drawn is Fate.LOST:
                self._reports += [(receipt, False, one) for one in ids[:1]]
            return Sent(way=Way.TEMPLATE, receipt=receipt)
        self.arrived.update(ids)
        return Sent(way=Way.CUSTOM)


def _words_of(parcel: Parcel) -> str:
    """What decides a parcel's fate: the newest word of each matter, whatever older one leaves with it, in any order."""
    newest = {str(line.body.get("told", {}).get("subject", line.seq)): _words(line) for line in parcel.lines}
    return "\n".join(sorted(newest.values()))


def _words(line: Line) -> str:
    """What a line says, without its subject: which number an order of a crowd gets is no matter of the seed."""
    text = str(line.body.get("text", ""))
    subject = str(line.body.get("told", {}).get("subject", ""))
    return text.replace(subject, "") if subject else text
