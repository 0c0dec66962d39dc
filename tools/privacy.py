"""One customer's data on request, and what is over its time.

python -m tools.privacy export --conversation ID                 everything kept of it, as JSON on standard output
python -m tools.privacy forget --conversation ID --by WHO        deletes it; the audit stays and tells who did it
python -m tools.privacy forget --conversation ID --by WHO --despite-complaint
python -m tools.privacy sweep                                    deletes what is over its time; run it daily

DATABASE_URL, MEDIA_DIR and the RETENTION_ settings are those of docs/operations.md. The utility's own books are another
company's: bound accounts and orders are theirs to delete.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from console.server import audit
from console.server.erasure import copy_out, forget
from console.server.retention import drop_files, sweep
from console.server.retention_settings import RetentionSettings
from runtime.clock import Clock, clock_from_environ
from runtime.errors import GridTalkError
from runtime.postgres import connect, transaction
from tools import say


def main(arguments: Sequence[str]) -> None:
    """Does one of the three, or says in one sentence why not."""
    asked = _parse(arguments)
    try:
        settings = RetentionSettings.from_env(os.environ)
        answer = asyncio.run(run(asked, settings, clock_from_environ(os.environ)))
    except GridTalkError as error:
        say.stop(str(error))
    print(json.dumps(answer, ensure_ascii=False, indent=2, default=str))  # noqa: T201  # what was asked for


async def run(asked: argparse.Namespace, settings: RetentionSettings, clock: Clock) -> dict[str, Any]:
    """Runs one command on the database. Raises GridTalkError."""
    pool = await connect(settings.database_url, most=1, patience=600)
    now, media = clock.now(), []
    try:
        async with transaction(pool) as connection:
            if asked.command == "sweep":
                return await sweep(connection, settings, at=now)
            if asked.command == "export":
                copy = await copy_out(connection, asked.conversation)
                await audit.record(connection, asked.by, "privacy.exported", asked.conversation, at=now)
                return copy
            rows = await connection.fetch("select media_id from media where conversation_id = $1", asked.conversation)
            media = [row["media_id"] for row in rows]
            deleted = await forget(
                connection,
                asked.conversation,
                actor=asked.by,
                at=now,
                complaint_days=settings.complaint_days,
                despite=asked.despite_complaint,
            )
        # Files go after the commit: a deletion that was undone has lost nothing.
        drop_files(settings.media_dir, media)
        return deleted
    finally:
        await pool.close()


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.privacy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("export", "forget"):
        command = commands.add_parser(name)
        command.add_argument("--conversation", required=True)
        command.add_argument("--by", required=name == "forget", default="operator")
        command.add_argument("--despite-complaint", action="store_true")
    commands.add_parser("sweep")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
