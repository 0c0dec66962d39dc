"""The storm itself: customers report, the operator speaks, crews move their orders, power comes back."""

from __future__ import annotations

from typing import Any

from utility.simulate.client import Reply
from utility.simulate.script import Step
from utility.simulate.stage import Stage


async def report(stage: Stage, step: Step) -> None:
    """Reports a fault, by the account or only by the area; rarely with a danger sign, which joins nothing."""
    customer, dice = step.customer, stage.dice(step)
    if customer is None:
        return
    body: dict[str, str] = {"severity": stage.storm["severity"], "symptom": stage.storm["symptom"]}
    body["scope"] = dice.choice(stage.storm["scopes"])
    named = {"account_no": customer.account_no} if dice.random() < 0.8 else {"area_id": customer.area_id}
    danger = stage.storm["danger_signs"]
    if dice.random() < danger["share"]:
        body["danger_sign"] = danger["sign"]
    key = stage.key(step)
    told = await stage.client.write("POST", "/v1/fault-orders", {**body, **named}, key=key, person=customer.person)
    stage.count(step, told)
    if told.status in (200, 201):
        stage.orders[customer.person].append(told.content["order_no"])


async def urge(stage: Stage, step: Step) -> None:
    """Urges the newest order that this customer has reported."""
    customer = step.customer
    mine = stage.orders.get(customer.person, []) if customer else []
    if customer and mine:
        path = f"/v1/fault-orders/{mine[-1]}/urges"
        stage.count(step, await stage.client.write("POST", path, {}, key=stage.key(step), person=customer.person))


async def confirm(stage: Stage, step: Step) -> None:
    """Says of the newest order that this customer has reported whether power is back."""
    customer = step.customer
    mine = stage.orders.get(customer.person, []) if customer else []
    if customer and mine:
        path, body = f"/v1/fault-orders/{mine[-1]}/confirmation", {"restored": stage.dice(step).random() < 0.9}
        told = await stage.client.write("POST", path, body, key=stage.key(step), person=customer.person)
        stage.count(step, told)


async def dispatch(stage: Stage, step: Step) -> None:
    """Says of the running outages of an area what caused them and until when, and moves the crews' orders on."""
    for place, outage in enumerate(await _running(stage, step)):
        body = {
            "cause": stage.storm["cause"],
            "crew": stage.storm["crew"],
            "eta": step.facts["eta"].isoformat(),
            "eta_said_by": stage.storm["speaker"],
        }
        await _staff(stage, step, "PATCH", f"/v1/outages/{outage['outage_no']}", body, place)
    work = await stage.client.read("/v1/fault-work")
    found = [row for row in work.content.get("work", []) if row.get("area_id") == step.facts["area_id"]]
    for place, row in enumerate(found, 100):
        body = {"to": stage.storm["crew_moves"][0], "crew": stage.storm["crew"]}
        await _staff(stage, step, "POST", f"/v1/fault-orders/{row['order_no']}/progress", body, place)


async def restore(stage: Stage, step: Step) -> None:
    """Walks the crews' orders on to the repair and gives an area its power back."""
    work = await stage.client.read("/v1/fault-work")
    found = [row for row in work.content.get("work", []) if row.get("area_id") == step.facts["area_id"]]
    for place, row in enumerate(found):
        for hop, state in enumerate(stage.storm["crew_moves"][1:]):
            path = f"/v1/fault-orders/{row['order_no']}/progress"
            await _staff(stage, step, "POST", path, {"to": state}, 1000 + 10 * place + hop)
    for place, outage in enumerate(await _running(stage, step)):
        await _staff(stage, step, "POST", f"/v1/outages/{outage['outage_no']}/restoration", {}, place)


async def make_round(stage: Stage, step: Step) -> None:
    """Lets the company make its rounds: what became due since the last ones."""
    await stage.make_rounds()


async def _running(stage: Stage, step: Step) -> list[dict[str, Any]]:
    found = await stage.client.read("/v1/outages", query={"area_id": step.facts["area_id"]})
    outages: list[dict[str, Any]] = found.content["outages"]
    return [outage for outage in outages if outage["kind"] == "fault" and outage["restored"] is None]


async def _staff(stage: Stage, step: Step, method: str, path: str, body: dict[str, Any], place: int) -> Reply:
    staff, key = stage.storm["staff"], stage.key(step, place)
    return stage.count(step, await stage.client.write(method, path, body, key=key, staff=staff))
