"""What the utility says now, as the marks and values that the rules of next steps look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from backend.models import Money, Outage
from console.server.panel.folder import AccountFolder, Folder
from console.server.panel.wire import is_running
from handoff.phrases import Phrases

_CUT = "cut_off"
# Work that an agent can urge; visits and applications have ways of their own.
_URGED = frozenset({"fault", "complaint", "report", "opinion", "praise", "request"})
_OF_MONEY, _OF_OUTAGES = frozenset({"arrears"}), frozenset({"outage", "outage_told", "outage_eta", "planned"})
_OF_ACCOUNTS = _OF_MONEY | _OF_OUTAGES | {"cut_off"}


@dataclass
class _Facts:
    marks: set[str] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)

    def note(self, mark: str, **values: str) -> None:
        """Keeps a mark; of two things of one kind the first stands."""
        self.marks.add(mark)
        self.values = {**values, **self.values}


def facts_of(folder: Folder, phrases: Phrases) -> tuple[set[str], dict[str, str]]:
    """Reads marks and values from a folder; what could not be read says nothing."""
    facts = _Facts()
    for one in folder.accounts.value or ():
        _of_account(facts, one, phrases)
    for order in folder.orders.value or ():
        if order.open and order.kind in _URGED:
            facts.note("order_open", order=order.order_no)
    for visit in folder.appointments.value or ():
        if visit.active:
            facts.note("appointment", appointment=visit.appointment_no)
    return facts.marks, facts.values


def unread_in(folder: Folder) -> set[str]:
    """Names the marks that a folder says nothing about: its part did not come, or there is no account to ask for."""
    return set().union(*_unread(folder))


def _unread(folder: Folder) -> Iterator[frozenset[str]]:
    if not folder.accounts.value:
        yield _OF_ACCOUNTS
    for one in folder.accounts.value or ():
        if one.money.value is None:
            yield _OF_MONEY
        if one.outages.value is None:
            yield _OF_OUTAGES
    if folder.orders.value is None:
        yield frozenset({"order_open"})
    if folder.appointments.value is None:
        yield frozenset({"appointment"})


def _of_account(facts: _Facts, folder: AccountFolder, phrases: Phrases) -> None:
    tail, money = folder.account.tail, folder.money.value
    if money and money.owed > Decimal(0):
        facts.note("arrears", tail=tail, amount=_owed(money))
    if _CUT in (folder.account.status, folder.supply.value.status if folder.supply.value else ""):
        facts.note("cut_off", tail=tail)
    for outage in folder.outages.value or ():
        _of_outage(facts, outage, phrases)
    facts.values.setdefault("tail", tail)


def _of_outage(facts: _Facts, outage: Outage, phrases: Phrases) -> None:
    if is_running(outage):
        facts.note("outage", outage=outage.outage_no)
        if outage.eta:
            at = outage.eta
            eta = phrases.say("utter_desk_moment", month=at.month, day=at.day, clock=f"{at:%H:%M}")
            facts.note("outage_eta", eta=eta)
    elif outage.planned_from and outage.planned_to:
        at, to = outage.planned_from, outage.planned_to
        begins = phrases.say("utter_desk_moment", month=at.month, day=at.day, clock=f"{at:%H:%M}")
        facts.note("planned", planned=f"{begins}-{to:%H:%M}")


def _owed(money: Money) -> str:
    return f"{money.payable or money.owed:.2f}"
