"""How many messages a way may take now, for all workers together: a token bucket of PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.clock import Clock
from runtime.postgres import Pool, transaction

_OPEN = "insert into notice_rates (way, tokens, at) values ($1, $2, $3) on conflict do nothing"
_LOOK = "select tokens, at from notice_rates where way = $1 for update"
_TAKE = "update notice_rates set tokens = $2, at = $3 where way = $1"


class Rates:
    """The rate of each way in messages a second; a way without one is not held back."""

    def __init__(self, pool: Pool, clock: Clock, per_second: Mapping[str, float]) -> None:
        self._pool = pool
        self._clock = clock
        self._per_second = dict(per_second)

    async def take(self, way: str, most: int) -> int:
        """Takes room for up to `most` messages; returns for how many there is. Raises StoreUnavailable."""
        rate = self._per_second.get(way)
        if rate is None:
            return most
        async with transaction(self._pool) as connection:
            now = self._clock.now()
            await connection.execute(_OPEN, way, max(1.0, rate), now)
            row = await connection.fetchrow(_LOOK, way)
            gained = max(0.0, (now - row["at"]).total_seconds()) * rate
            held = min(max(1.0, rate), row["tokens"] + gained)  # one second's worth is the most that is saved up
            taken = min(most, int(held))
            await connection.execute(_TAKE, way, held - taken, max(now, row["at"]))
        return taken

    async def give_back(self, way: str, count: int) -> None:
        """Returns room that was not needed."""
        rate = self._per_second.get(way)
        if rate is not None and count > 0:
            async with transaction(self._pool) as connection:
                await connection.execute(
                    "update notice_rates set tokens = least($3, tokens + $2) where way = $1",
                    *(way, float(count), max(1.0, rate)),
                )
