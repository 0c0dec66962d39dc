"""Lets the company, or the desk, move on: the events of the format, through the company's own doors where they open.

What a door refuses (an estimate that is over already, a state that cannot follow) is written into the books as it
stands in the file: an event of a conversation has happened.
"""

from __future__ import annotations

import json
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import requests

from tools.dialogues.case import CaseError
from tools.dialogues.database import Database
from tools.dialogues.moments import moment
from tools.stack import Stack
from utility.orders.machine import OrderRules, read_order_rules
from utility.payments.signatures import SANDBOX, HmacKey, signed_text, till_of

_STAFF = "K0103"
_SECONDS = 10
# What a desk's queue is loaded with: requests that came before anybody's.
_BEFORE_ALL, _EARLIER = 0, timedelta(minutes=5)
Event = Mapping[str, Any]
Made = tuple[str, str]


class Happenings:
    """The hands behind the counter while a conversation is played."""

    def __init__(self, stack: Stack, ours: Database, utility: Database, clock: Callable[[], datetime]) -> None:
        self._stack, self._ours, self._utility, self._clock = stack, ours, utility, clock
        self._rules: OrderRules = read_order_rules().known[-1].value
        self._http = requests.Session()

    def happen(self, event: Event) -> list[Made]:
        """Lets an event happen; returns (kind, key) of the records that only the event made.

        Raises:
            CaseError: the format knows no such event, or the books cannot have it.
        """
        handlers: Mapping[str, Callable[[Event], list[Made]]] = {
            "payment_posted": self._payment_posted,
            "fault_report": self._fault_report,
            "outage_update": self._outage_update,
            "order_status": self._order_status,
            "queue_load": self._queue_load,
        }
        handler = handlers.get(str(event.get("backend")))
        if handler is None:
            raise CaseError(f"there is no event {event.get('backend')}; there are {', '.join(handlers)}")
        try:
            return handler(event)
        except KeyError as error:
            raise CaseError(f"the event {event['backend']} lacks {error}") from error

    def _payment_posted(self, event: Event) -> list[Made]:
        account_no, amount = str(event["account_no"]), Decimal(str(event["amount"])).quantize(Decimal("0.01"))
        link = self._open_link(account_no, amount)
        made: list[Made] = []
        if link:
            order_no, transaction = link, f"{SANDBOX}-{link}"
        elif on_its_way := self._on_its_way(account_no, amount):
            order_no, transaction = on_its_way, on_its_way
        else:
            order_no = self._paid_elsewhere(account_no, amount)
            transaction, made = f"{SANDBOX}-{order_no}", [("payment_link", order_no)]
        told = {"transaction_id": transaction, "kind": "payment", "order_no": order_no, "amount": f"{amount:f}"}
        self._provider_says({**told, "at": self._at(event).isoformat()})
        return made

    def _open_link(self, account_no: str, amount: Decimal) -> str:
        rows = self._utility.read(
            "select payment_order_no from payment_orders where account_no = %s and amount = %s and state = 'open'"
            " order by created_at desc limit 1",
            (account_no, amount),
        )
        return str(rows[0]["payment_order_no"]) if rows else ""

    def _on_its_way(self, account_no: str, amount: Decimal) -> str:
        rows = self._utility.read(
            "select channel_order from payments where account_no = %s and amount = %s and status = 'processing'"
            " and channel_order is not null order by at desc limit 1",
            (account_no, amount),
        )
        return str(rows[0]["channel_order"]) if rows else ""

    def _paid_elsewhere(self, account_no: str, amount: Decimal) -> str:
        """Somebody paid without a link of this conversation: a stranger's top-up carries the money."""
        body = {"account_no": account_no, "purpose": "top_up", "amount": f"{amount:f}"}
        answer = self._ask("POST", "/v1/payment-orders", body, user=f"web:v{secrets.token_hex(16)}")
        if answer.status_code >= 300:
            raise CaseError(f"nobody can pay {amount} to {account_no}: {answer.text[:300]}")
        return str(answer.json()["payment_order_no"])

    def _provider_says(self, told: Mapping[str, str]) -> None:
        till = till_of(self._stack.plan.secrets["UTILITY_TOKEN"], "", "", "", sandbox=True)
        key, body, at = till.providers[SANDBOX], json.dumps(told).encode(), f"{self._clock().timestamp():.0f}"
        if not isinstance(key, HmacKey):
            raise CaseError("the sandbox's provider has no key that signs")
        headers = {"Callback-Time": at, "Callback-Signature": key.sign(signed_text(at, body))}
        headers["content-type"] = "application/json"
        address = f"{self._stack.url('utility')}/v1/payment-callbacks/{SANDBOX}"
        answer = self._http.post(address, data=body, headers=headers, timeout=_SECONDS)
        if answer.status_code != 200 or answer.json()["outcome"] != "posted":
            raise CaseError(f"the payment was not posted: {answer.text[:300]}")

    def _fault_report(self, event: Event) -> list[Made]:
        now = self._clock()
        body = {
            "severity": str(event.get("severity", "一般")),
            "account_no": str(event["account_no"]),
            "scope": str(event.get("scope") or ""),
            "symptom": str(event.get("symptom") or ""),
        }
        visitor = f"web:v{secrets.token_hex(16)}"
        self._stack.set_clock(now - timedelta(minutes=float(event.get("minutes_ago", 0))))
        try:
            answer = self._ask("POST", "/v1/fault-orders", body, user=visitor)
        finally:
            self._stack.set_clock(now)
        if answer.status_code >= 300:
            raise CaseError(f"the utility refused the report: {answer.text[:300]}")
        return [("fault_order", str(answer.json()["order_no"]))]

    def _outage_update(self, event: Event) -> list[Made]:
        number, at = str(event["outage_no"]), self._at(event)
        with self._standing_at(at):
            if event.get("eta"):
                self._estimate(number, moment(event["eta"], at), at)
            if event.get("status"):
                self._outage_status(number, str(event["status"]), at)
        return []

    def _estimate(self, number: str, eta: datetime, at: datetime) -> None:
        if not self._staff("PATCH", f"/v1/outages/{number}", {"eta": eta.isoformat()}):
            self._utility.write("update outages set eta = %s, eta_said_at = %s where outage_no = %s", (eta, at, number))

    def _outage_status(self, number: str, status: str, at: datetime) -> None:
        if status == "restored":
            told = self._staff("POST", f"/v1/outages/{number}/restoration", {})
        else:
            told = self._staff("PATCH", f"/v1/outages/{number}", {"status": status})
        if not told:
            self._utility.write(
                "update outages set status = %s, restored_at = case when %s = 'restored' then %s else restored_at end"
                " where outage_no = %s",
                (status, status, at, number),
            )

    def _order_status(self, event: Event) -> list[Made]:
        number, status, at = str(event["order_no"]), str(event["status"]), self._at(event)
        rows = self._utility.read("select kind, state from work_orders where order_no = %s", (number,))
        if not rows:
            raise CaseError(f"there is no order {number}")
        before = rows[0]
        with self._standing_at(at):
            self._walk(number, str(before["kind"]), str(before["state"]), status)
            if self._status(number) != status:
                self._written(number, status, at)
        return []

    def _walk(self, number: str, kind: str, state: str, status: str) -> None:
        """Moves an order on state by state, as its crew or its handler would, as far as the doors let it."""
        rules, fault = self._rules.kinds[kind], kind == "fault"
        door = f"/v1/fault-orders/{number}/progress" if fault else f"/v1/work-orders/{number}/moves"
        path = [status] if fault and status in rules.side_states else way(rules.moves, state, status)
        for step in path:
            if not self._staff("POST", door, {"to": step}):
                return

    def _status(self, number: str) -> str:
        rows = self._utility.read(
            "select coalesce(side_state, state) as status from work_orders where order_no = %s", (number,)
        )
        return str(rows[0]["status"])

    def _written(self, number: str, status: str, at: datetime) -> None:
        self._utility.write(
            "insert into work_order_changes (order_no, step_no, at, actor, what, from_state, to_state, note)"
            " select %s, coalesce(max(step_no), 0) + 1, %s, 'staff:dialogue', 'advanced', '', %s, ''"
            " from work_order_changes where order_no = %s",
            (number, at, status, number),
        )
        self._utility.write(
            "update work_orders set state = %s, side_state = null, clock_from = null where order_no = %s",
            (status, number),
        )

    def _queue_load(self, event: Event) -> list[Made]:
        at, made = self._clock() - _EARLIER, list[Made]()
        for _ in range(int(event["ahead"])):
            visitor = f"v{secrets.token_hex(16)}"
            self._ours.write(
                "insert into conversations"
                " (conversation_id, channel, channel_user, owner, epoch, created_at, updated_at)"
                " values (%s, 'web', %s, 'queue', 1, %s, %s)",
                (f"web:{visitor}", visitor, at, at),
            )
            rows = self._ours.read(
                "insert into escalations (conversation_id, state, skill, priority, reason, requested_at)"
                " values (%s, 'waiting', %s, %s, 'asked', %s) returning escalation_id",
                (f"web:{visitor}", str(event.get("skill") or "general"), _BEFORE_ALL, at),
            )
            made.append(("handoff", str(rows[0]["escalation_id"])))
        return made

    def _at(self, event: Event) -> datetime:
        now = self._clock()
        return moment(event["at"], now) if event.get("at") is not None else now

    def _standing_at(self, at: datetime) -> _Standing:
        return _Standing(self._stack, self._clock(), at)

    def _staff(self, method: str, path: str, body: Mapping[str, Any]) -> bool:
        """Does what somebody of the company does; whether the books took it."""
        with suppress(requests.RequestException):
            return self._ask(method, path, body, staff=_STAFF).status_code < 300
        return False

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any], *, user: str = "", staff: str = ""
    ) -> requests.Response:
        token = self._stack.plan.secrets["UTILITY_OPERATOR_TOKEN" if staff else "UTILITY_TOKEN"]
        headers = {"authorization": f"Bearer {token}", "idempotency-key": secrets.token_hex(16)}
        headers.update({"acting-staff": staff} if staff else {"acting-user": user})
        address = self._stack.url("utility") + path
        return self._http.request(method, address, json=dict(body), headers=headers, timeout=_SECONDS)


class _Standing:
    """The time of an event: what lies ahead takes every clock along, what lies behind is visited and left again."""

    def __init__(self, stack: Stack, now: datetime, at: datetime) -> None:
        self._stack, self._now, self._at = stack, now, at

    def __enter__(self) -> None:
        if self._at != self._now:
            self._stack.set_clock(self._at)

    def __exit__(self, *_: object) -> None:
        if self._at < self._now:
            self._stack.set_clock(self._now)


def way(moves: Mapping[str, tuple[str, ...]], state: str, wanted: str) -> list[str]:
    """Returns the states from one to the other, the longest a crew would name: each in the order of the kind.

    Empty when there is no way, or nothing to do.
    """
    order = {name: place for place, name in enumerate(moves)}
    if order.get(wanted, -1) > order.get(state, len(order)):
        steps = [name for name in moves if order[state] < order[name] <= order[wanted]]
        if _joined(moves, [state, *steps]):
            return steps
    return _shortest(moves, state, wanted)


def _joined(moves: Mapping[str, tuple[str, ...]], path: list[str]) -> bool:
    return all(after in moves.get(before, ()) for before, after in zip(path, path[1:], strict=False))


def _shortest(moves: Mapping[str, tuple[str, ...]], state: str, wanted: str) -> list[str]:
    waiting: deque[list[str]] = deque([[state]])
    seen = {state}
    while waiting:
        path = waiting.popleft()
        if path[-1] == wanted:
            return path[1:]
        for after in moves.get(path[-1], ()):
            if after not in seen:
                seen.add(after)
                waiting.append([*path, after])
    return []
