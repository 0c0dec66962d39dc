"""How the connections to PostgreSQL that a bot may hold are shared out among its workers, and within one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings import BotSettings

# What one worker makes use of, and what it cannot do with less of.
MOST, LEAST = 20, 8
_ROOMY = 12


@dataclass(frozen=True)
class Share:
    """The connections of one worker.

    Attributes:
        pool: for turns, deliveries and what is due with time.
        intake: take messages in, nothing else: what must be durable within seconds waits for no turn and no delivery.
        lanes: hold the locks of conversations.
        in_line: wait for conversations that another worker has.
    """

    pool: int
    intake: int
    lanes: int
    in_line: int

    @property
    def whole(self) -> int:
        """All of them."""
        return self.pool + self.intake + self.lanes + self.in_line


def share_of(settings: BotSettings) -> Share:
    """What each worker gets; in a crew `WORKERS` is its size."""
    workers = int(settings.workers) if settings.workers.isdecimal() else 1
    return shared_out(settings.connections, workers)


def shared_out(connections: int, workers: int) -> Share:
    """Divides, within what makes sense for one worker; where there is too little for all, each has the least."""
    each = min(MOST, max(LEAST, connections // max(workers, 1)))
    intake, lanes, in_line = max(1, each // 5), max(2, each // 5), 2 if each >= _ROOMY else 1
    return Share(each - intake - lanes - in_line, intake, lanes, in_line)
