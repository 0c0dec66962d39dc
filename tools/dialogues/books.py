"""The runner's hands behind the counter: fresh books for each conversation, its clock, the records made since."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg2
import psycopg2.errors

from runtime.clock import FileClock
from tools.dialogues.case import CaseError
from tools.dialogues.city import city_now
from tools.dialogues.database import Database
from tools.dialogues.happenings import Happenings
from tools.dialogues.moments import moment
from tools.dialogues.notice_line import write_notice
from tools.dialogues.records import KINDS, Record, Records
from tools.dialogues.weather import Weather
from tools.stack import Stack, fresh_books

_TRIES = 5
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
# The phone on file first: a change of phone sends a code to the new one too.
_SENT = """
    select text from sms_outbox s left join accounts a using (account_no)
    order by (s.phone = a.contact_phone) desc nulls last, sms_id desc limit 20
"""
_TURN_WAITS = "select 1 from messages where conversation_id = %s and turn = 'pending' limit 1"
_ON_ITS_WAY = "select 1 from messages where conversation_id = %s and delivery = 'pending' limit 1"

_LINES_OF = "select count(*) as lines from messages where conversation_id = %s and role = 'customer'"
_TURNS_OF = """
    select count(*) as turns from (select joins from messages where conversation_id = %s and role = 'customer'
        order by seq desc limit %s) newest where joins is null
"""


class Books:
    """The two databases of a stack, seen by the runner."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        addresses = stack.plan.addresses
        self._ours, self._utility = Database(addresses.database), Database(addresses.utility_database)
        self._records = Records(self._ours, self._utility)
        self._happenings = Happenings(stack, self._ours, self._utility, self.now)
        self.weather = Weather(stack, self._ours)
        self._before: dict[str, dict[str, Record]] = {}
        self._by_events: set[tuple[str, str]] = set()

    def keep_fresh(self) -> None:
        """Keeps both databases as they are now, to begin every conversation with."""
        for database in (self._ours, self._utility):
            fresh_books.keep(database.url)

    def begin(self, now: str, user_id: str, channel: str, bound: Sequence[str]) -> datetime:
        """Lays out fresh books, sets every clock to `now`, binds the accounts; returns the time it is.

        Args:
            now: `fixed_now`, the demo city's own, or a moment.
            user_id: who will write.
            channel: through which door.
            bound: the accounts this person has bound.
        """
        self.weather.clear()
        at = city_now() if now == "fixed_now" else moment(now, city_now())
        self._restore()
        self.stack.set_clock(at)
        if bound:
            self._utility.write("insert into channel_users values (%s, %s)", (channel, user_id))
        for account_no in bound:
            self._bind(channel, user_id, account_no, at)
        self._by_events = set()
        self._before = {kind: self._records.of(kind) for kind in KINDS}
        return at

    def move_clock(self, seconds: float) -> None:
        """Lets `seconds` pass for every process."""
        self.stack.set_clock(self.now() + timedelta(seconds=seconds))

    def now(self) -> datetime:
        """The time every process has."""
        clock_file = self.stack.plan.clock_file
        if clock_file is None:
            raise CaseError("the stack has no clock of its own")
        return FileClock(clock_file).now()

    def last_code(self) -> str:
        """The six digits of the check code last sent to the phone on file.

        Raises:
            CaseError: none has been sent.
        """
        found = (_CODE.search(row["text"]) for row in self._utility.read(_SENT))
        code = next((match[0] for match in found if match), "")
        if not code:
            raise CaseError("no check code has been sent")
        return code

    def made(self, kind: str, *, changed: bool = False) -> list[Mapping[str, Any]]:
        """Lists the records of a kind made since `begin`, or with `changed` those that stood before and differ now.

        What only an event of the conversation made (another customer's report) is not counted.

        Raises:
            CaseError: the format knows no such kind.
        """
        before, now = self._before.get(kind, {}), self._records.of(kind)
        if changed:
            return [record for key, record in now.items() if key in before and record != before[key]]
        return [record for key, record in now.items() if key not in before and (kind, key) not in self._by_events]

    def turn_waits(self, conversation_id: str) -> bool:
        """Whether a message of the conversation still waits for its turn, or something kept for later is being done."""
        return bool(self._ours.read(_TURN_WAITS, (conversation_id,))) or self.weather.working(self.now())

    def lines_of(self, conversation_id: str) -> int:
        """How many lines of the customer are kept."""
        return int(self._ours.read(_LINES_OF, (conversation_id,))[0]["lines"])

    def turns_of(self, conversation_id: str, newest: int) -> int:
        """In how many turns the customer's `newest` lines were answered."""
        return int(self._ours.read(_TURNS_OF, (conversation_id, newest))[0]["turns"])

    def line_waits(self, conversation_id: str) -> bool:
        """Whether a line to the customer still waits for its delivery."""
        return bool(self._ours.read(_ON_ITS_WAY, (conversation_id,)))

    def owner_of(self, conversation_id: str) -> str:
        """Who has the word: bot, queue or agent."""
        rows = self._ours.read("select owner from conversations where conversation_id = %s", (conversation_id,))
        return str(rows[0]["owner"]) if rows else "bot"

    def happen(self, event: Mapping[str, Any], conversation_id: str = "") -> None:
        """Lets the company, the desk or a notice move on. Raises CaseError for an event these books cannot have."""
        weather = self.weather.events.get(str(event.get("backend")))
        if weather:
            weather(event)
        elif event.get("backend") == "notice":
            write_notice(self._ours, conversation_id, event, self.now())
        else:
            self._by_events.update(self._happenings.happen(event))

    def _bind(self, channel: str, user_id: str, account_no: str, at: datetime) -> None:
        try:
            self._utility.write("insert into bindings values (%s, %s, %s, %s)", (channel, user_id, account_no, at))
        except psycopg2.IntegrityError as error:
            raise CaseError(f"the demo city has no account {account_no} to bind") from error

    def _restore(self) -> None:
        """Puts the books back; a process's own writes may stand in the way for a moment."""
        for database in (self._utility, self._ours):
            if not any(_restored(database.url, attempt) for attempt in range(_TRIES)):
                raise CaseError("the books of the conversation before cannot be put back")


def _restored(url: str, attempt: int) -> bool:
    try:
        fresh_books.restore(url)
    except (psycopg2.errors.DeadlockDetected, psycopg2.errors.LockNotAvailable):
        time.sleep(0.2 * (attempt + 1))
        return False
    return True


def wait_until(holds: Callable[[], bool], seconds: float, *, pause: float = 0.02) -> bool:
    """Asks until `holds()` is true; returns whether it became true in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
