"""What an archived application changes in the books; each effect calls the subject whose books they are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from runtime.postgres import Connection
from utility.accounts import service as accounts
from utility.accounts.opening import NewAccount, open_account
from utility.accounts.values import Person
from utility.actors import Actor
from utility.applications import arranging, reading, store
from utility.applications.checks import years_after
from utility.applications.closing import close_account
from utility.applications.values import Application
from utility.billing.plans import NewPlan, change_plan
from utility.billing.terms import OPTIONS, Plan, plan_of
from utility.company import Company
from utility.errors import Clash

Effect = Callable[[Connection, Company, Application, Actor], Awaitable[None]]


async def _nothing(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    """Nothing of the account changes."""


async def _open_account(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    catalogue = reading.catalogue_at(company, application.order.filed_at.date()).value
    facts, order = application.facts, application.order
    customer_class = catalogue.of(application.type_code).opens_class or facts["class"]
    text = application.place or facts["place"]
    places = company.gazetteer.find(text)
    if len(places) != 1:
        raise Clash("application.place", "The place fits no single transformer area; it has to be put right first.")
    new = NewAccount(
        name=facts["holder_name"],
        phone=order.contact_phone,
        customer_class=customer_class,
        plan=catalogue.plans[customer_class],
        area_id=places[0].area.area_id,
        building=places[0].building,
        address=text,
        voltage=facts["voltage_level"],
        phase=facts["phase"],
        capacity_kw=_kw(application),
        reading_day=catalogue.reading_day,
    )
    await open_account(connection, company, new, Person(order.channel, order.channel_user), actor)


async def _change_holder(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    """The old holder's household and free quota leave with them; the tiers begin anew."""
    account_no, today = _account_no(application), company.clock.now().date()
    facts = application.facts
    await accounts.change_holder(
        connection, company, account_no, actor, name=facts["new_name"], phone=facts["new_phone"]
    )
    await store.end_members(connection, account_no, today)
    plan = replace(await _plan(connection, account_no), multi=False, free=False)
    new = NewPlan(today, plan=_named(plan), new_holder=True)
    await change_plan(connection, company, account_no, new, actor)


async def _change_name(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    name = application.facts["new_name"]
    await accounts.rename(connection, company, _account_no(application), actor, name=name)


async def _change_class(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    catalogue = reading.catalogue_at(company, application.order.filed_at.date()).value
    new_class, today = application.facts["new_class"], company.clock.now().date()
    new = NewPlan(today, plan=catalogue.plans[new_class], customer_class=new_class)
    await change_plan(connection, company, _account_no(application), new, actor)


async def _change_tou(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    account_no, today = _account_no(application), company.clock.now().date()
    plan = replace(await _plan(connection, account_no), tou=application.facts["tou"] == "on")
    await change_plan(connection, company, account_no, NewPlan(today, plan=_named(plan)), actor)


async def _widen_tier(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    account_no, today = _account_no(application), company.clock.now().date()
    figures = reading.figures_at(company, today)
    since = today if figures.persons_from == "at_once" else _next_month(today)
    plan = replace(await _plan(connection, account_no), multi=True)
    await change_plan(connection, company, account_no, NewPlan(since, plan=_named(plan)), actor)
    until = years_after(since, figures.persons_years)
    await store.end_members(connection, account_no, today)
    await store.count_members(connection, application.application_no, account_no, application.persons, since, until)


async def _set_capacity(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    await arranging.set_capacity(connection, _account_no(application), _kw(application))


async def _reduce_capacity(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    first, last = (date.fromisoformat(application.facts[name]) for name in ("from_day", "until_day"))
    arranged = arranging.Arranged(application.application_no, "reduced", first, last, _kw(application))
    await arranging.arrange(connection, _account_no(application), arranged)
    await arranging.set_capacity(connection, _account_no(application), _kw(application))


async def _restore_capacity(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    account_no = _account_no(application)
    before = await arranging.end(connection, account_no, "reduced", company.clock.now().date())
    if before is not None:
        await arranging.set_capacity(connection, account_no, before)


async def _take_down(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    arranged = arranging.Arranged(
        application.application_no, "taken_down", company.clock.now().date(), None, Decimal(0)
    )
    await arranging.arrange(connection, _account_no(application), arranged)


async def _refit(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    await arranging.end(connection, _account_no(application), "taken_down", company.clock.now().date())


async def _connect_solar(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    today = company.clock.now().date()
    arranged = arranging.Arranged(application.application_no, "solar", today, None, _kw(application))
    await arranging.arrange(connection, _account_no(application), arranged)


async def _merge_accounts(connection: Connection, company: Company, application: Application, actor: Actor) -> None:
    account_no, other = _account_no(application), application.facts["other_account_no"]
    both = await arranging.capacity(connection, account_no) + await arranging.capacity(connection, other)
    await accounts.close_account(connection, company, other, actor)
    await arranging.set_capacity(connection, account_no, both)


def _account_no(application: Application) -> str:
    if application.order.account_no is None:
        raise Clash("application.account", "The application names no account.")
    return application.order.account_no


def _kw(application: Application) -> Decimal:
    return Decimal(application.facts["capacity_kw"])


async def _plan(connection: Connection, account_no: str) -> Plan:
    return plan_of(await store.plan_name(connection, account_no))


def _named(plan: Plan) -> str:
    return "_".join([plan.basis.value, *(option for option in OPTIONS if getattr(plan, option))])


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


EFFECTS: Mapping[str, Effect] = MappingProxyType(
    {
        "nothing": _nothing,
        "open_account": _open_account,
        "change_holder": _change_holder,
        "change_name": _change_name,
        "close_account": close_account,
        "change_class": _change_class,
        "change_tou": _change_tou,
        "widen_tier": _widen_tier,
        "set_capacity": _set_capacity,
        "reduce_capacity": _reduce_capacity,
        "restore_capacity": _restore_capacity,
        "take_down": _take_down,
        "refit": _refit,
        "connect_solar": _connect_solar,
        "merge_accounts": _merge_accounts,
    }
)
