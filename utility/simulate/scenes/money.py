"""Paying by a link: the provider's callbacks come plainly, twice, late, never, out of order, or for a stranger."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from utility.payments.signatures import SANDBOX, HmacKey, signed_text
from utility.simulate.client import Reply
from utility.simulate.script import Step
from utility.simulate.stage import Stage

CALLBACKS = f"/v1/payment-callbacks/{SANDBOX}"


async def pay(stage: Stage, step: Step) -> None:
    """Opens a link for what is due, or to put something in, and lets the provider tell of it in one of its ways."""
    customer, dice = step.customer, stage.dice(step)
    if customer is None:
        return
    body = {"account_no": customer.account_no, "purpose": "all_due"}
    opened = await stage.client.write(
        "POST", "/v1/payment-orders", body, key=stage.key(step, 1), person=customer.person
    )
    if opened.status == 409:
        amount = f"{dice.randrange(20, 300)}.00"
        body = {**body, "purpose": "top_up", "amount": amount}
        opened = await stage.client.write(
            "POST", "/v1/payment-orders", body, key=stage.key(step, 2), person=customer.person
        )
    stage.count(step, opened)
    if opened.status in (200, 201):
        way = dice.choice(stage.storm["payment_ways"])
        await _tell(stage, step, way, opened.content)


async def _tell(stage: Stage, step: Step, way: str, order: dict[str, Any]) -> None:
    amount, number = Decimal(order["amount"]), order["payment_order_no"]
    if way == "lost":
        return
    if way == "early_close":
        await _callback(stage, step, "payment_closed", number, amount, 1)
    if way == "wrong_amount":
        amount += Decimal("0.01")
    if way == "unknown_order":
        number = f"Y{number[1:]}"
    if way == "late":
        stage.set_clock(step.at + timedelta(seconds=30))
    await _callback(stage, step, "payment", number, amount, 2)
    if way == "doubled":
        await _callback(stage, step, "payment", number, amount, 2)


async def _callback(stage: Stage, step: Step, kind: str, number: str, amount: Decimal, place: int) -> Reply:
    told = {
        "transaction_id": f"T{stage.seed}-{step.number}-{place}",
        "kind": kind,
        "order_no": number,
        "amount": f"{amount:.2f}",
        "at": stage.moment(step).isoformat(),
    }
    body, at = json.dumps(told).encode(), _epoch(stage.moment(step))
    headers = {"Callback-Time": at, "Callback-Signature": _sandbox_key(stage.client.token).sign(signed_text(at, body))}
    return stage.count(step, await stage.client.raw(CALLBACKS, body, {**headers, "Content-Type": "application/json"}))


def _epoch(at: datetime) -> str:
    return f"{at.timestamp():.0f}"


def _sandbox_key(token: str) -> HmacKey:
    return HmacKey(HmacKey(token.encode()).sign(b"sandbox provider").encode())
