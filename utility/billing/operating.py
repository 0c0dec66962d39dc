"""What an operator does with readings and bills."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection, transaction
from utility.accounts import store as accounts
from utility.billing import issuing, meter_store, wire
from utility.billing import readings as books
from utility.billing.values import Reading
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Day, Figure, Form, Line, parsed
from utility.counter.fields import ACCOUNT_NO
from utility.counter.once import Answered, once
from utility.errors import InvalidRequest, NotKnown

PERIOD = Line.of(7, least=7, pattern=r"2[01][0-9]{2}-(0[1-9]|1[0-2])")


class PeriodForm(Form):
    """Which month is billed."""

    period: PERIOD  # type: ignore[valid-type]  # pydantic 1 takes a made type


class RunForm(PeriodForm):
    """Which month is billed, and from which account on."""

    after: Line.of(40) = ""  # type: ignore[valid-type]


class Registers(Form):
    """What the registers of the hours show."""

    peak: Figure
    flat: Figure
    valley: Figure


class ReadingForm(Form):
    """A reading as taken."""

    read_on: Day
    value: Figure
    registers: Registers | None = None
    kind: Literal["actual", "estimated"] = "actual"
    why: Line.of(40, least=1) = "periodic"  # type: ignore[valid-type]


class CorrectionForm(Form):
    """A reading put right."""

    read_on: Day
    value: Figure
    registers: Registers | None = None
    why: Line.of(200, least=1)  # type: ignore[valid-type]
    redo_bill: bool = False


def add_routes(routes: Blueprint) -> None:
    """Adds the operator's routes to those of billing."""
    account = "/accounts/<account_no:str>"
    routes.add_route(issue_bill, f"{account}/bills", methods=["POST"])
    routes.add_route(list_readings, f"{account}/readings", methods=["GET"])
    routes.add_route(record_reading, f"{account}/readings", methods=["POST"])
    routes.add_route(correct_reading, f"{account}/reading-corrections", methods=["POST"])
    routes.add_route(issue_period, "/bill-runs", methods=["POST"])


@needs(Scope.OPERATE)
async def issue_bill(request: Request, account_no: str) -> HTTPResponse:
    """Issues one account's bill of a month."""
    form = parsed(request, PeriodForm)
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    fields.acting_staff(request)

    async def work(connection: Connection) -> Answered:
        bill = await issuing.issue_bill(connection, company_of(request), account_no, form.period)
        return Answered(wire.bill(bill), 201)

    return await once(request, work)


@needs(Scope.OPERATE)
async def issue_period(request: Request) -> HTTPResponse:
    """Issues a month's bills, some accounts at a time."""
    form = parsed(request, RunForm)
    fields.acting_staff(request)

    async def work(connection: Connection) -> Answered:
        run = await issuing.issue_period(connection, company_of(request), form.period, after=form.after)
        return Answered(wire.run(run))

    return await once(request, work)


@needs(Scope.OPERATE)
async def list_readings(request: Request, account_no: str) -> HTTPResponse:
    """Lists an account's readings."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    fields.acting_staff(request)
    async with transaction(company_of(request).pool) as connection:
        if await accounts.account(connection, account_no) is None:
            raise NotKnown("account.unknown", "There is no such account.")
        found = await meter_store.readings(connection, account_no)
    return answer(wire.readings(account_no, found))


@needs(Scope.OPERATE)
async def record_reading(request: Request, account_no: str) -> HTTPResponse:
    """Records what a meter shows."""
    form = parsed(request, ReadingForm)
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    actor = fields.acting_staff(request)
    taken = Reading(form.read_on, _shown("value", form.value), form.kind, _registers(form.registers), why=form.why)

    async def work(connection: Connection) -> Answered:
        written = await books.record(connection, company_of(request), account_no, taken, actor)
        return Answered(wire.reading(written), 201)

    return await once(request, work)


@needs(Scope.OPERATE)
async def correct_reading(request: Request, account_no: str) -> HTTPResponse:
    """Puts a reading right."""
    form = parsed(request, CorrectionForm)
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    actor = fields.acting_staff(request)
    right = Reading(form.read_on, _shown("value", form.value), "corrected", _registers(form.registers), why=form.why)

    async def work(connection: Connection) -> Answered:
        company = company_of(request)
        done = await books.correct(connection, company, account_no, right, actor, redo_bill=form.redo_bill)
        return Answered(wire.corrected(done))

    return await once(request, work)


def _registers(given: Registers | None) -> tuple[Decimal, ...] | None:
    if given is None:
        return None
    return tuple(_shown(f"registers.{name}", getattr(given, name)) for name in ("peak", "flat", "valley"))


def _shown(name: str, value: Decimal) -> Decimal:
    if value < 0:
        raise InvalidRequest("field.invalid", name, f"{name} is below nothing: a meter does not show that.")
    return value
