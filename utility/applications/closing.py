"""Ends an account for good (销户): the final reading, the account's end, its final bill, and nothing left to pay."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from runtime.postgres import Connection
from utility.accounts import service as accounts
from utility.actors import Actor
from utility.applications import store
from utility.applications.values import Application, Facts
from utility.billing import issuing, meter_store
from utility.billing.values import Reading
from utility.company import Company
from utility.errors import Clash, InvalidRequest
from utility.payments import refunds
from utility.payments import service as payments

FINAL = "final"
REGISTERS = ("final_peak", "final_flat", "final_valley")


async def close_account(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    """Closes the application's account; what is left of its credit is given back by refunds.

    Raises:
        InvalidRequest: `field.missing`, the meter tells the hours and not every register was read.
        Clash: `account.in_arrears` with `payable`: the final bill is more than the credit, it is to be paid first;
            `reading.falls`, `bill.gap` and what else stands against the final bill.
    """
    account_no, now = str(application.order.account_no), company.clock.now()
    today = now.date()
    reading = Reading(
        read_on=today + timedelta(days=1),
        value=Decimal(application.facts["final_reading"]),
        kind="actual",
        registers=await _registers(connection, account_no, application.facts),
        meter_no=await meter_store.meter_no(connection, account_no),
        why=FINAL,
        taken_at=now,
    )
    await meter_store.save_reading(connection, account_no, reading, str(actor))
    await store.end_members(connection, account_no, today)
    await accounts.close_account(connection, company, account_no, actor)
    await issuing.issue_bill(connection, company, account_no, f"{today:%Y-%m}")
    payable = (await payments.standing(connection, company, account_no)).payable
    if payable > 0:
        raise Clash("account.in_arrears", "The final bill is to be paid first.", payable=f"{payable:f}")
    await refunds.give_back(connection, company, account_no, actor)


async def _registers(connection: Connection, account_no: str, facts: Facts) -> tuple[Decimal, ...] | None:
    """The registers of the hours as they were read; None where the meter has none."""
    known = await meter_store.readings(connection, account_no)
    if not known or known[-1].registers is None:
        return None
    unread = next((name for name in REGISTERS if name not in facts), None)
    if unread is not None:
        raise InvalidRequest("field.missing", f"facts.{unread}", "The meter tells the hours: each register is read.")
    return tuple(Decimal(facts[name]) for name in REGISTERS)
