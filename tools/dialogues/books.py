"""The runner's hands behind the counter: fresh books for each conversation, the company's events, the records made."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg2
import psycopg2.errors
import psycopg2.extras
import requests

from runtime.clock import SHANGHAI, FileClock
from tools.dialogues.case import CaseError
from tools.dialogues.weather import Weather
from tools.stack import Stack
from utility.seed.file import fixed_now, read_city

_FRESH = "utility_fresh"
_CONVERSATION_TABLES = (
    "tracker_events, errands, escalation_events, escalations, messages, conversations, agent_sessions, audit"
)
_ORDERS = """
    select order_no, o.parent_no, g.outage_no, o.account_no, o.area_id, coalesce(o.side_state, o.state) as status,
        o.level as severity, f.scope, f.symptom, f.neighbor_power, f.danger_sign, o.channel, o.contact_phone as phone,
        f.address, f.crew, o.filed_at as reported, f.arrive_by, f.eta
    from fault_orders f join work_orders o using (order_no) left join fault_groups g on g.group_id = f.group_id
    order by order_no
"""
_HANDOFFS = "select escalation_id, skill, priority, reason, state from escalations order by escalation_id"
# Kinds of the format whose books the utility does not keep yet: nothing of them can have been made.
_NOT_KEPT = frozenset(
    {
        "complaint",
        "case",
        "appointment",
        "application",
        "subscription",
        "payment_link",
        "urge",
        "invoice",
        "callback",
        "attachment",
    }
)


@dataclass
class Books:
    """The two databases of a stack, seen by the runner."""

    stack: Stack
    _before: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.weather = Weather(self.stack)

    def keep_fresh(self) -> None:
        """Keeps a copy of the books as loaded, to begin every conversation with."""
        self._admin("drop database if exists " + _FRESH, "alter database utility allow_connections false")
        self._admin(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'utility'",
            f"create database {_FRESH} template utility",
            "alter database utility allow_connections true",
        )

    def begin(self, now: str, user_id: str, channel: str, bound: Sequence[str]) -> datetime:
        """Lays out fresh books, sets every clock to `now` and binds the accounts; returns the time it is."""
        self.weather.clear()
        at = fixed_now(read_city()) if now == "fixed_now" else datetime.fromisoformat(now).astimezone(SHANGHAI)
        self._admin("drop database if exists utility with (force)", f"create database utility template {_FRESH}")
        self._empty_conversations()
        self.stack.set_clock(at)
        utility = self.stack.plan.addresses.utility_database
        if bound:
            self._write(utility, "insert into channel_users values (%s, %s)", (channel, user_id))
        for account_no in bound:
            self._write(utility, "insert into bindings values (%s, %s, %s, %s)", (channel, user_id, account_no, at))
        self._before = {kind: self._records(kind) for kind in ("fault_order", "handoff")}
        return at

    def _empty_conversations(self) -> None:
        """Empties the tables; the bot's own writes may stand in the way for a moment."""
        for attempt in range(5):
            try:
                self._write(self.stack.plan.addresses.database, f"truncate {_CONVERSATION_TABLES} restart identity")
                return
            except psycopg2.errors.DeadlockDetected:
                time.sleep(0.2 * (attempt + 1))
        raise CaseError("the conversations of the one before cannot be emptied")

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
        """The six digits of the check code last sent."""
        rows = self._read(
            self.stack.plan.addresses.utility_database, "select text from sms_outbox order by sms_id desc limit 1"
        )
        digits = "".join(character if character.isdigit() else " " for character in rows[0]["text"]) if rows else ""
        code = next((part for part in digits.split() if len(part) == 6), "")
        if not code:
            raise CaseError("no check code has been sent")
        return code

    def made(self, kind: str, *, changed: bool = False) -> list[Mapping[str, Any]]:
        """Lists the records of a kind made since `begin`, or with `changed` those that stood before and differ now.

        Raises:
            CaseError: the format knows no such kind.
        """
        if kind in _NOT_KEPT:
            return []
        before, now = self._before.get(kind, {}), self._records(kind)
        if changed:
            return [record for key, record in now.items() if key in before and record != before[key]]
        return [record for key, record in now.items() if key not in before]

    def turn_waits(self, conversation_id: str) -> bool:
        """Whether a message of the conversation still waits for its turn, or something kept for later is being done."""
        if self.weather.working(self.now()):
            return True
        query = "select 1 from messages where conversation_id = %s and turn = 'pending' limit 1"
        return bool(self._read(self.stack.plan.addresses.database, query, (conversation_id,)))

    def happen(self, event: Mapping[str, Any]) -> None:
        """Lets the company, or the desk, move on. Raises CaseError for an event these books cannot have."""
        handlers = {
            "fault_report": self._fault_report,
            "outage_update": self._outage_update,
            "order_status": self._order_status,
            "queue_load": self._queue_load,
            **self.weather.events,
        }
        handler = handlers.get(str(event.get("backend")))
        if handler is None:
            raise CaseError(f"the utility cannot let this happen yet: {event.get('backend')}")
        handler(event)

    def _fault_report(self, event: Mapping[str, Any]) -> None:
        now = self.now()
        self.stack.set_clock(now - timedelta(minutes=float(event.get("minutes_ago", 0))))
        body = {
            "severity": "一般",
            "account_no": str(event["account_no"]),
            "scope": event.get("scope", ""),
            "symptom": event.get("symptom", ""),
        }
        token = self.stack.plan.secrets["UTILITY_TOKEN"]
        visitor = f"web:v{secrets.token_hex(16)}"
        headers = {
            "authorization": f"Bearer {token}",
            "idempotency-key": secrets.token_hex(16),
            "acting-user": visitor,
        }
        answer = requests.post(f"{self.stack.url('utility')}/v1/fault-orders", json=body, headers=headers, timeout=10)
        self.stack.set_clock(now)
        if answer.status_code >= 300:
            raise CaseError(f"the utility refused the report: {answer.text[:300]}")

    def _outage_update(self, event: Mapping[str, Any]) -> None:
        utility, at = self.stack.plan.addresses.utility_database, event.get("at", self.now())
        if event.get("status") == "restored":
            self._write(
                utility,
                "update outages set status = 'restored', restored_at = %s where outage_no = %s",
                (at, event["outage_no"]),
            )
        if event.get("eta"):
            self._write(
                utility,
                "update outages set eta = %s, eta_said_at = %s where outage_no = %s",
                (event["eta"], at, event["outage_no"]),
            )

    def _order_status(self, event: Mapping[str, Any]) -> None:
        utility, at = self.stack.plan.addresses.utility_database, event.get("at", self.now())
        self._write(
            utility,
            "insert into work_order_changes (order_no, step_no, at, actor, what, from_state, to_state, note)"
            " select %s, coalesce(max(step_no), 0) + 1, %s, 'staff:dialogue', 'advanced', '', %s, ''"
            " from work_order_changes where order_no = %s",
            (event["order_no"], at, event["status"], event["order_no"]),
        )
        self._write(
            utility,
            "update work_orders set state = %s, side_state = null, clock_from = null where order_no = %s",
            (event["status"], event["order_no"]),
        )

    def _queue_load(self, event: Mapping[str, Any]) -> None:
        database, at = self.stack.plan.addresses.database, self.now() - timedelta(minutes=5)
        for _ in range(int(event["ahead"])):
            visitor = f"v{secrets.token_hex(16)}"
            self._write(
                database,
                "insert into conversations"
                " (conversation_id, channel, channel_user, owner, epoch, created_at, updated_at)"
                " values (%s, 'web', %s, 'queue', 1, %s, %s)",
                (f"web:{visitor}", visitor, at, at),
            )
            self._write(
                database,
                "insert into escalations (conversation_id, state, skill, priority, reason, requested_at)"
                " values (%s, 'waiting', %s, 0, 'asked', %s)",
                (f"web:{visitor}", event.get("skill", "general"), at),
            )
        self._before["handoff"] = self._records("handoff")

    def _records(self, kind: str) -> dict[str, Mapping[str, Any]]:
        addresses = self.stack.plan.addresses
        if kind == "fault_order":
            return {row["order_no"]: row for row in self._read(addresses.utility_database, _ORDERS)}
        if kind == "handoff":
            return {str(row["escalation_id"]): row for row in self._read(addresses.database, _HANDOFFS)}
        raise CaseError(f"the format knows no record kind {kind}")

    def _admin(self, *statements: str) -> None:
        with closing(psycopg2.connect(self._admin_url())) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)

    def _admin_url(self) -> str:
        return self.stack.plan.addresses.utility_database.replace("/utility?", "/postgres?")

    def _write(self, url: str, statement: str, values: Sequence[object] = ()) -> None:
        with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(statement, values)

    def _read(self, url: str, query: str, values: Sequence[object] = ()) -> list[Mapping[str, Any]]:
        factory = psycopg2.extras.RealDictCursor
        with closing(psycopg2.connect(url, cursor_factory=factory)) as connection, connection.cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall())


def wait_until(holds: Any, seconds: float) -> bool:
    """Asks until `holds()` is true; returns whether it became true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False
