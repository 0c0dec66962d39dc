"""What customers do at the counter on any day: bind, look, give an opinion, book a visit; strangers fish for data."""

from __future__ import annotations

import re

from utility.simulate.client import Reply
from utility.simulate.script import Customer, Step
from utility.simulate.stage import Stage

_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


async def bind(stage: Stage, step: Step) -> None:
    """Asks for a code and binds with it; now and then the code is mistyped first."""
    customer = _customer(step)
    body = {"account_no": customer.account_no}
    asked = stage.count(step, await _post(stage, step, "/v1/check-codes", body, 1))
    if asked.status != 201:
        return
    code = await _code(stage, customer)
    if stage.dice(step).random() < 0.2:
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        await _post(stage, step, "/v1/bindings", {**body, "code": wrong}, 2)
    stage.count(step, await _post(stage, step, "/v1/bindings", {**body, "code": code}, 3))


async def look(stage: Stage, step: Step) -> None:
    """Reads something of an account, bound or not."""
    customer, dice = _customer(step), stage.dice(step)
    account = f"/v1/accounts/{customer.account_no}"
    path = dice.choice([f"{account}/money", f"{account}/usage", f"{account}/profile", f"{account}/bills/2026-10"])
    stage.count(step, await stage.client.read(path, person=customer.person))


async def stranger(stage: Stage, step: Step) -> None:
    """Asks for accounts that are not theirs, one after the other."""
    customer, dice = _customer(step), stage.dice(step)
    fisher = f"web:fisher_{dice.randrange(3)}"
    path, body = "/v1/check-codes", {"account_no": customer.account_no}
    stage.count(step, await stage.client.write("POST", path, body, key=stage.key(step), person=fisher))


async def case(stage: Stage, step: Step) -> None:
    """Files a case."""
    wanted = {**stage.storm["case"], "account_no": _customer(step).account_no}
    stage.count(step, await _post(stage, step, "/v1/cases", wanted, 1))


async def visit(stage: Stage, step: Step) -> None:
    """Looks for a free half-day and books it; several go for the same ones."""
    customer = _customer(step)
    query = {"account_no": customer.account_no, "business_type": stage.storm["visit"]}
    found = await stage.client.read("/v1/appointment-slots", person=customer.person, query=query)
    slots = found.content.get("slots", []) if found.status == 200 else []
    if not slots:
        stage.count(step, found)
        return
    body = {**query, "slot_id": slots[0]["slot_id"], "contact_phone": customer.phone}
    booked = stage.count(step, await _post(stage, step, "/v1/appointments", body, 1))
    if booked.status == 201:
        stage.visits[customer.person].append(booked.content["appointment_no"])


async def call_off(stage: Stage, step: Step) -> None:
    """Calls off the newest visit that this customer has booked."""
    mine = stage.visits.get(_customer(step).person, [])
    if mine:
        stage.count(step, await _post(stage, step, f"/v1/appointments/{mine.pop()}/cancellations", {}, 1))


async def _post(stage: Stage, step: Step, path: str, body: dict[str, str], place: int) -> Reply:
    person = _customer(step).person
    return await stage.client.write("POST", path, body, key=stage.key(step, place), person=person)


async def _code(stage: Stage, customer: Customer) -> str:
    found = await stage.client.read("/sandbox/sms.json", query={"tail": customer.account_no[-6:]})
    messages = found.content["messages"] if found.status == 200 else []
    match = _CODE.search(messages[0]["text"]) if messages else None
    return match[0] if match else "000000"


def _customer(step: Step) -> Customer:
    if step.customer is None:
        raise ValueError(step.scene)
    return step.customer
