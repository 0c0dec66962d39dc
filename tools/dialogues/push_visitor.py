"""What customers of the push doors have in common: they hear what their platform got, in the order of the transcript.

A line counts as heard when the bot marked it sent and the platform really has its words; anything else fails the talk.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import psycopg2
import psycopg2.extras

from runtime.clock import FileClock, SystemClock
from tools.dialogues.case import CaseError
from tools.dialogues.checks import Heard, heard
from tools.stack import Stack

_DELIVERY_SECONDS = 15
_LISTED = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
_LINES = """
    select seq, role, body, delivery from messages
    where conversation_id = %s and seq > %s and role in ('bot', 'system', 'agent') and delivery in ('sent', 'failed')
    order by seq
"""
_WAITING = "select 1 from messages where conversation_id = %s and delivery = 'pending' limit 1"


class PushVisitor:
    """A customer whose platform pushes to the bot, and is pushed to by it."""

    channel = ""

    def __init__(self, stack: Stack, user_id: str) -> None:
        self.user_id = user_id
        self.owner = "bot"
        self._database = stack.plan.addresses.database
        self._hook = f"{stack.url('bot')}/webhooks/{self.channel}"
        self._clock = FileClock(stack.plan.clock_file) if stack.plan.clock_file else SystemClock()
        self._seen = 0
        self._charts = 0

    @property
    def conversation_id(self) -> str:
        """The key of this conversation."""
        return f"{self.channel}:{self.user_id}"

    def say(self, text: str) -> None:
        """Sends a text."""
        raise NotImplementedError

    def press(self, button: Mapping[str, str]) -> None:
        """Answers with the number that the last list shows before the button, or its words when it shows none."""
        shown = _LISTED.findall("\n".join(self._arrived()[-3:]))
        numbers = [number for number, label in shown if label.strip() == button["label"]]
        self.say(numbers[-1] if numbers else button["label"])

    def hear(self) -> list[Heard]:
        """Reads what has come since, and who owns the conversation now."""
        if not _comes_true(lambda: not self._read(_WAITING, self.conversation_id), _DELIVERY_SECONDS):
            raise CaseError(f"a line was not delivered within {_DELIVERY_SECONDS} s")
        rows = self._read(_LINES, self.conversation_id, self._seen)
        owners = self._read("select owner from conversations where conversation_id = %s", self.conversation_id)
        self.owner = owners[0]["owner"] if owners else "bot"
        lines = [self._heard(row) for row in rows]
        if rows:
            self._seen = rows[-1]["seq"]
        return lines

    def _heard(self, row: Mapping[str, Any]) -> Heard:
        if row["delivery"] == "failed":
            raise CaseError(f"the platform refused line {row['seq']}: {row['body']['text'][:80]}")
        line = heard({"role": row["role"], **row["body"]})
        # A carried line may be cut, or merged with others; its words are all there, and in one piece of talk.
        if not _comes_true(lambda: _bare(row["body"]["text"]) in _bare("".join(self._arrived())), 3):
            raise CaseError(f"line {row['seq']} is marked sent, but the platform has no such words: {line.text[:80]}")
        self._charts += "chart" in (row["body"].get("card") or {})
        if not _comes_true(lambda: self._pictures() >= self._charts, 3):
            raise CaseError(f"the chart of line {row['seq']} has not arrived as a picture")
        return line

    def _pictures(self) -> int:
        """How many pictures the customer's phone has got."""
        raise NotImplementedError

    def _arrived(self) -> list[str]:
        """Every text the customer's phone has got, in order."""
        raise NotImplementedError

    def _read(self, query: str, *values: object) -> list[Mapping[str, Any]]:
        factory = psycopg2.extras.RealDictCursor
        with closing(psycopg2.connect(self._database, cursor_factory=factory)) as opened, opened.cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall())


def _comes_true(holds: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)
