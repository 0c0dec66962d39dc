"""A WeChat line whose quota can be run down: a clock moved by hand, the shared Redis, a template, an SMS gateway."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from connectors.shared.errors import PlatformError
from connectors.shared.quota import Balance
from connectors.wechat.budget import wechat_quota
from connectors.wechat.templates import TemplateForm
from conversation.identity import AgentIdentity
from conversation.message import Role
from handoff import transcript
from handoff.delivery import call_list
from handoff.delivery.spending import SpendingRecord
from handoff.desk import Desk
from handoff.escalations import Escalations
from runtime.bus import Bus
from runtime.cache import Cache
from runtime.postgres import Pool, transaction
from tests.channel.lines import wechat_line
from tests.channel.test_wechat_door import CONVERSATION, OPENID
from tests.channel.test_wechat_door import Line as WeChatLine
from tests.component.handoff.chats import hire
from tests.fakes.bot import PHRASES, ScriptedThinker, worker
from tests.fakes.hand_clock import HandClock
from tests.fakes.wechat import FakeWeChat, message_xml, signed

FORM = TemplateForm("TPL1", {"thing1": "topic", "thing2": "excerpt", "time3": "time"})


class GatewayDown(PlatformError):
    """The SMS gateway does not answer."""


@dataclass
class FakeGateway:
    """An SMS gateway that knows a customer's phone, or not."""

    knows: bool = True
    down: bool = False
    sent: list[str] = field(default_factory=list)

    async def text(self, conversation_id: str, words: str, *, key: str) -> bool:
        if self.down:
            raise GatewayDown("no answer")
        if self.knows:
            self.sent.append(words)
        return self.knows


@dataclass
class Shop:
    """A WeChat line with a clock that is moved by hand, the shared Redis, and a desk."""

    line: WeChatLine
    platform: FakeWeChat
    clock: HandClock
    cache: Cache
    pool: Pool
    desk: Desk
    agent: AgentIdentity

    async def tell(self, text: str, role: Role = Role.BOT, **body: object) -> int:
        """Adds a line that answers no message: a result that came later, a notice."""
        async with transaction(self.pool) as connection:
            owned = await transcript.lock(connection, CONVERSATION)
            agent_id = self.agent.agent_id if role is Role.AGENT else None
            line = await transcript.append(
                connection,
                CONVERSATION,
                role,
                {"text": text, **body},
                at=self.clock.now(),
                epoch=owned.epoch,
                agent_id=agent_id,
            )
        self.line.site.door.courier.wake(CONVERSATION)
        await self.settled()
        return line.seq

    async def settled(self) -> None:
        await self.line.site.settled()

    async def row(self, seq: int) -> dict[str, Any]:
        query = "select * from messages where conversation_id = $1 and seq = $2"
        return dict(await self.pool.fetchrow(query, CONVERSATION, seq))

    async def state(self, seq: int) -> tuple[str, str | None, bool]:
        row = await self.row(seq)
        return row["delivery"], row["sent_by"], row["owed"]

    async def balance(self) -> Balance:
        return await wechat_quota(SpendingRecord(self.pool), self.cache, self.clock).balance(CONVERSATION)

    async def calls(self) -> list[tuple[tuple[int, ...], str]]:
        async with transaction(self.pool) as connection:
            return [(call.seqs, call.reason) for call in await call_list.waiting(connection)]

    async def report(self, receipt: str, status: str) -> None:
        """Pushes what became of a template message."""
        now = int(time.time())
        fields = {"Event": "TEMPLATESENDJOBFINISH", "MsgID": receipt, "Status": status}
        message = message_xml(self.platform.keys, OPENID, "event", now, fields)
        assert (await self.line.push(signed(self.platform.keys, message, now, sealed=True)))[0] == 200
        await self.settled()

    @property
    def texts(self) -> list[str]:
        return self.platform.texts(OPENID)


@asynccontextmanager
async def open_shop(
    pool: Pool, bus: Bus, cache: Cache, url: str, gateway: FakeGateway, template: TemplateForm | None
) -> AsyncIterator[Shop]:
    clock = HandClock()
    platform = FakeWeChat(now=clock.seconds)
    platform.templates.fields["TPL1"] = frozenset(FORM.fields)
    platform.start()
    made = worker(pool, bus, url, ScriptedThinker(), deadline=5, clock=clock)
    made.thinker.gate.set()
    agent = await hire(pool, "K0104", "江一苇")
    desk = Desk(pool, bus, clock, Escalations(PHRASES))
    async with wechat_line(pool, made, platform, clock=clock, cache=cache, template=template, texter=gateway) as line:
        yield Shop(line, platform, clock, cache, pool, desk, agent)
    platform.stop()
