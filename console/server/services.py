"""What the handlers of the desk work with, built once at the start of the process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sanic import Request

from connectors.shared.quota import QuotaLedger
from console.server.attendance import Attendance
from console.server.floor import Floor
from console.server.inbox import Inbox
from console.server.login import LogIn
from console.server.panel.counter import Counter
from console.server.promise_watch import PromiseWatch
from console.server.search import Search
from console.server.sessions import Sessions
from console.server.settings import ConsoleSettings
from console.server.sso import SingleSignOn
from console.server.sweeper import Sweeper
from console.server.wall import WallBoard
from handoff.card.next_steps import NextSteps
from handoff.desk import Desk
from handoff.phrases import Phrases
from handoff.supervisors.reassigning import Reassigning
from handoff.supervisors.supervision import Supervision
from runtime.bus import Bus
from runtime.cache import Cache
from runtime.clock import Clock
from runtime.postgres import Pool


@dataclass(frozen=True)
class Services:
    """The parts of the running desk."""

    settings: ConsoleSettings
    pool: Pool
    bus: Bus
    clock: Clock
    phrases: Phrases
    desk: Desk
    inbox: Inbox
    sessions: Sessions
    login: LogIn
    sso: SingleSignOn
    floor: Floor
    cache: Cache
    quota: QuotaLedger
    watch: PromiseWatch
    attendance: Attendance
    sweeper: Sweeper
    wall: WallBoard
    counter: Counter
    next_steps: NextSteps

    @property
    def supervision(self) -> Supervision:
        """What a supervisor does beside an agent."""
        return Supervision(self.pool, self.bus, self.clock, self.phrases, tells_agents=self.settings.watch_tells_agent)

    @property
    def reassigning(self) -> Reassigning:
        """Giving a conversation to somebody else."""
        return Reassigning(self.pool, self.bus, self.clock, self.desk.escalations)

    @property
    def search(self) -> Search:
        """Looking for conversations."""
        return Search(self.phrases)


def services_of(request: Request) -> Services:
    """Returns the services of the app that got the request."""
    return cast(Services, request.app.ctx.services)
