"""Codes to go on in another door: short-lived, once, and counted where somebody guesses; it moves nothing itself.

A code that is typed at a door whose identities cost something (WeChat, Alipay) has six digits. Visitors of the web are
free to make, so a code that a visitor may take has twelve: no number of fresh visitors guesses one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from connectors.shared.errors import TooMany
from connectors.shared.resume import ResumeCode
from conversation.identity import ChannelName, ChannelUser
from handoff import transcript
from runtime.postgres import Connection

LIFE = timedelta(minutes=10)
SHORT_DIGITS, LONG_DIGITS = 6, 12
# Of one person in an hour: wrong codes after which even the right one is not looked at, and codes made.
WRONG_TRIES, CODES_MADE = 5, 10
_WINDOW = timedelta(hours=1)
# A taken or expired code is remembered this long, so that its number is not given out anew at once.
_REMEMBERED = timedelta(days=1)

_INSERT = """
    insert into resume_codes (digest, conversation_id, made_at, expires_at) values ($1, $2, $3, $4)
    on conflict do nothing returning digest
"""

_FIND = "select conversation_id from resume_codes where digest = $1 and expires_at > $2 and taken_by is null"


class ResumeCodes:
    """Makes and finds codes; what is kept of one is a hash under the house's secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    async def make(self, connection: Connection, user: ChannelUser, *, at: datetime) -> ResumeCode:
        """Makes a code for a conversation and voids its older ones. Raises TooMany."""
        key = user.conversation_id
        await transcript.open_conversation(connection, key, at=at)
        await transcript.lock(connection, key)
        made = "select count(*) from resume_codes where conversation_id = $1 and made_at > $2"
        if await connection.fetchval(made, key, at - _WINDOW) >= CODES_MADE:
            raise TooMany("resume.too_many", "Too many codes in an hour; wait a while.")
        await connection.execute("delete from resume_codes where made_at < $1", at - _REMEMBERED)
        void = "update resume_codes set expires_at = $2 where conversation_id = $1 and taken_by is null"
        await connection.execute(f"{void} and expires_at > $2", key, at)
        digits = SHORT_DIGITS if user.channel is ChannelName.WEB else LONG_DIGITS
        while True:
            code = f"{secrets.randbelow(10**digits):0{digits}d}"
            if await connection.fetchval(_INSERT, self._digest(code), key, at, at + LIFE):
                return ResumeCode(code, at + LIFE, int(LIFE.total_seconds()))

    async def find(
        self, connection: Connection, code: str, user: ChannelUser, *, at: datetime, hold: bool = False
    ) -> str | None:
        """Finds the conversation of a code that still counts and may be taken at this door; `hold` keeps others off it.

        None for every other: nobody learns whether it was wrong, old or used. Who holds a code holds the conversation's
        lock before, as `make` does.
        """
        if user.channel is ChannelName.WEB and len(code) < LONG_DIGITS:
            return None
        source = await connection.fetchval(_FIND + " for update" * hold, self._digest(code), at)
        return str(source) if source else None

    async def take(self, connection: Connection, code: str, taker: str, *, at: datetime) -> None:
        """Marks the code that `find` holds as taken."""
        query = "update resume_codes set taken_by = $2, taken_at = $3 where digest = $1"
        await connection.execute(query, self._digest(code), taker, at)

    def _digest(self, code: str) -> str:
        return hmac.new(self._secret, f"resume:{code}".encode(), hashlib.sha256).hexdigest()


async def is_throttled(connection: Connection, conversation_id: str, *, at: datetime) -> bool:
    """Whether this person has guessed too often within the hour."""
    query = "select count(*) from resume_tries where conversation_id = $1 and at > $2"
    return int(await connection.fetchval(query, conversation_id, at - _WINDOW)) >= WRONG_TRIES


async def count_wrong(connection: Connection, conversation_id: str, *, at: datetime) -> None:
    """Counts a wrong try; tries that no longer matter are forgotten."""
    await connection.execute("delete from resume_tries where at < $1", at - _REMEMBERED)
    await connection.execute("insert into resume_tries values ($1, $2)", conversation_id, at)
