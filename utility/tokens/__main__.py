"""`python -m utility.tokens add NAME [SCOPE ...] | list | revoke NAME`: the clients' tokens; one is shown only once.

Without scopes a new client may do what a customer's counter needs; `operate` and `unmasked` have to be named.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import secrets
import sys
from collections.abc import Sequence

from runtime import postgres
from runtime.clock import clock_from_environ
from runtime.errors import GridTalkError
from runtime.postgres import Connection, transaction
from utility.counter import clients
from utility.counter.access import CUSTOMER_SCOPES, FIRST_CLIENT, OPERATOR, Scope, digest_of
from utility.settings import SeedSettings

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def main(arguments: Sequence[str]) -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m utility.tokens", description="The clients' tokens.")
    commands = parser.add_subparsers(dest="command", required=True)
    adding = commands.add_parser("add", help="make a client and print its token, this once")
    adding.add_argument("name", type=_name)
    adding.add_argument("scopes", nargs="*", type=_scope, help=f"default: {CUSTOMER_SCOPES}")
    commands.add_parser("list", help="list the clients")
    commands.add_parser("revoke", help="end a client's token").add_argument("name")
    options = parser.parse_args(arguments)
    try:
        sys.stdout.write(asyncio.run(_run(SeedSettings.from_env(os.environ).database_url, options)) + "\n")
    except GridTalkError as error:
        sys.stderr.write(f"{error.detail}\n")
        return 1
    return 0


def _name(text: str) -> str:
    if not _NAME.fullmatch(text) or text in (FIRST_CLIENT, OPERATOR):
        raise argparse.ArgumentTypeError(f"{text!r} is no free name: a-z, 0-9, _ and -, not gridtalk or operator")
    return text


def _scope(text: str) -> str:
    names = [scope.value for scope in Scope]
    if text not in names:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(names)}")
    return text


async def _run(url: str, options: argparse.Namespace) -> str:
    pool = await postgres.connect(url, most=1)
    try:
        async with transaction(pool) as connection:
            if options.command == "add":
                return await _add(connection, options.name, options.scopes or CUSTOMER_SCOPES.split())
            if options.command == "revoke":
                return await _revoke(connection, options.name)
            return await _list(connection)
    finally:
        await pool.close()


async def _add(connection: Connection, name: str, scopes: Sequence[str]) -> str:
    token, now = secrets.token_urlsafe(32), clock_from_environ().now()
    if not await clients.add(connection, name, digest_of(token), scopes, now):
        raise GridTalkError(f"There is a client {name} already: revoke it first.")
    return token


async def _revoke(connection: Connection, name: str) -> str:
    if not await clients.revoke(connection, name, clock_from_environ().now()):
        raise GridTalkError(f"There is no client {name} with a live token.")
    return f"{name} is revoked."


async def _list(connection: Connection) -> str:
    rows = await clients.listed(connection)
    lines = (f"{row.name}\t{'revoked' if row.revoked_at else 'live'}\t{' '.join(row.scopes)}" for row in rows)
    return "\n".join(lines) or "No clients but the settings' own."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
