"""Checks the desk's audit from outside: every row's hash is computed anew, and each must follow the one before.

python -m tools.audit verify                     names the first row that was changed, taken out or cut off
python -m tools.audit verify --anchor 120:HASH   and compares with a row that was noted elsewhere
python -m tools.audit head                       prints the last row as NUMBER:HASH, to be noted outside the database

The database is that of DATABASE_URL. Who owns the database can write a whole new chain; a noted anchor finds that too.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Sequence

from console.server.chain import Verdict, verify
from runtime.errors import StoreUnavailable
from runtime.postgres import connect, transaction
from tools import say

_ANCHOR = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def main(arguments: Sequence[str], url: str) -> None:
    """Checks the chain, or prints its head; ends with code 1 when it is broken."""
    anchor = _anchor(arguments[1:])
    if not arguments or arguments[0] not in {"verify", "head"} or not url:
        say.stop((__doc__ or "").strip() if url else "DATABASE_URL is not set: it names the database of the audit.")
    try:
        verdict = asyncio.run(check(url, anchor))
    except StoreUnavailable as error:
        say.stop(f"{error.detail}.")
    if not verdict.whole:
        say.stop(f"Row {verdict.broken}: {verdict.why}; the {verdict.rows} rows before it are whole.")
    if arguments[0] == "head":
        print(f"{verdict.rows}:{verdict.head}")  # noqa: T201  # what the command is for
    say.done(f"{verdict.rows} rows, each follows the one before; head {verdict.head}.")


async def check(url: str, anchor: tuple[int, str] | None = None) -> Verdict:
    """Walks the chain of a database. Raises StoreUnavailable."""
    pool = await connect(url, most=1, patience=600)
    try:
        async with transaction(pool) as connection:
            return await verify(connection, anchor=anchor)
    finally:
        await pool.close()


def _anchor(arguments: Sequence[str]) -> tuple[int, str] | None:
    if not arguments:
        return None
    found = _ANCHOR.fullmatch(arguments[1]) if len(arguments) == 2 and arguments[0] == "--anchor" else None
    if found is None:
        say.stop("an anchor is --anchor NUMBER:HASH, as `head` prints it.")
    return int(found[1]), found[2]


if __name__ == "__main__":
    main(sys.argv[1:], os.environ.get("DATABASE_URL", "").strip())
