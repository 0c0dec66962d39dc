"""How many turns a worker can claim and give back in a second, over one connection for its locks and over several.

    python -m bench.lock_lanes

Real claims (migration 0019) of many conversations at once, on an embedded PostgreSQL that writes to its disk; the ways
take turns, so that other work on the machine falls on each alike. A minute.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from bot.reception.claims import Claims
from bot.reception.locks import ConversationLocks
from runtime import embedded, migrate, postgres
from runtime.clock import SystemClock
from runtime.postgres import Pool

_LANES, _AT_ONCE, _ROUNDS = (1, 2, 4, 8), 64, 5
_PEOPLE = """
    insert into conversations (conversation_id, channel, channel_user, last_seq, created_at, updated_at)
    select 'web:' || n, 'web', n::text, 1, now(), now() from generate_series(1, $1) n
"""
_LINES = """
    insert into messages (conversation_id, seq, role, body, epoch, turn, created_at)
    select 'web:' || n, 1, 'customer', '{"text": "x"}', 0, 'pending', now() from generate_series(1, $1) n
"""


async def _turns(claims: Claims, pool: Pool) -> float:
    """Claims every conversation once and gives it back; returns the turns in a second."""
    await pool.execute("update messages set turn = 'pending'")

    async def turn(number: int) -> None:
        key = f"web:{number}"
        await claims.take(key, held=False)
        await pool.execute("update messages set turn = 'done' where conversation_id = $1", key)
        await claims.take(key, held=True)

    began = time.perf_counter()
    await asyncio.gather(*(turn(number) for number in range(1, _AT_ONCE + 1)))
    return _AT_ONCE / (time.perf_counter() - began)


async def measure(url: str) -> dict[int, list[float]]:
    """Returns the turns in a second of each number of lanes, round by round."""
    pool = await postgres.connect(url)
    await pool.execute(_PEOPLE, _AT_ONCE)
    await pool.execute(_LINES, _AT_ONCE)
    locks = {lanes: ConversationLocks(url, lanes=lanes) for lanes in _LANES}
    found: dict[int, list[float]] = {lanes: [] for lanes in _LANES}
    for number in range(_ROUNDS + 1):
        for lanes, one in locks.items():
            figure = await _turns(Claims(one, SystemClock()), pool)
            if number:  # the first round connects and prepares
                found[lanes].append(figure)
    for one in locks.values():
        await one.close()
    await pool.close()
    return found


def main() -> None:
    """Measures on a PostgreSQL of its own and prints the table."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = embedded.start_postgres(Path(folder) / "pg")
        try:
            embedded.create_database(server, "lanes")
            migrate.upgrade(server.url("lanes"), Path(__file__).parent.parent / "migrations")
            found = asyncio.run(measure(server.url("lanes")))
        finally:
            embedded.stop_postgres(server)
    rows = [f"| {lanes} | {min(rates):.0f} | {sorted(rates)[len(rates) // 2]:.0f} |" for lanes, rates in found.items()]
    sys.stdout.write("\n".join(["| lanes | turns/s, least | median |", "|---:|---:|---:|", *rows, ""]))


if __name__ == "__main__":
    main()
