"""What a complaint is about, whether a person is due, and what the company's books say to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from actions.visit import Visit
from backend.errors import BackendError
from backend.models import BoundAccount, OutageHistory, WorkOrder

_WORDS = "utter_complaint_words"
_OUTAGE_MATTERS = frozenset({"frequent_outage", "long_outage", "outage_notice", "outage_plan", "late_crew"})
_FURIOUS, _FREQUENT = "furious", "frequent_outage"


@dataclass(frozen=True)
class Folder:
    """What the books say about who complains, as far as they can be read now."""

    bound: tuple[BoundAccount, ...] = ()
    orders: tuple[WorkOrder, ...] = ()
    account: BoundAccount | None = None
    history: OutageHistory | None = None
    readable: bool = True

    def open_complaint(self, account: BoundAccount | None) -> WorkOrder | None:
        """The open complaint of this account, or of this person when no account is meant."""
        complaints = (order for order in self.orders if order.kind == "complaint" and order.open)
        return next((o for o in complaints if account is None or o.account_no in ("", account.account_no)), None)


def matter_of(visit: Visit, text: str = "") -> str:
    """What the complaint is about, by its words, else by the target the understanding found; empty when neither."""
    by_words = visit.wording.option("complaint_matter", text or visit.text)
    target = visit.entity("complaint_target")
    return by_words or (visit.wording.option("complaint_target", target) if target else None) or ""


def needs_a_person(visit: Visit) -> bool:
    """The rules call a person at once: the word itself, press, law, injury, discrimination, a furious customer."""
    emotion = visit.entity("emotion")
    furious = bool(emotion) and visit.wording.option("emotion_level", emotion) == _FURIOUS
    return furious or visit.option("complaint_person") is not None


async def read_folder(visit: Visit) -> Folder:
    """Reads the facts; a complaint is taken also when the utility's systems are down."""
    try:
        bindings, filed = await asyncio.gather(visit.bindings(), visit.backend.orders(visit.user))
        bound, orders = tuple(bindings), tuple(filed)
        account = _account_meant(visit, bound)
        history = await visit.backend.outage_history(account_no=account.account_no) if account else None
    except BackendError:
        return Folder(readable=False)
    return Folder(bound, orders, account, history)


def _account_meant(visit: Visit, bound: tuple[BoundAccount, ...]) -> BoundAccount | None:
    runs, known = visit.digit_runs(), visit.slot("known_account")
    for account in bound:
        if account.tail in runs or account.account_no in runs or account.account_no == known:
            return account
    return bound[0] if len(bound) == 1 else None


def facts_of(visit: Visit, folder: Folder, matter: str) -> str:
    """What the books say about this matter, in a sentence; nothing when they say nothing."""
    words, parts = visit.wording.of(_WORDS), []
    count = len(folder.history.counted) + len(folder.history.deducted) if folder.history else 0
    if folder.account and folder.history and matter in _OUTAGE_MATTERS and (count or matter == _FREQUENT):
        since = visit.wording.day(folder.history.since)
        parts.append(words["outages"].format(tail=folder.account.tail, since=since, count=count))
    if folder.account and not matter:
        parts.append(words["place"].format(place=folder.account.address_masked))
    numbers = [order.order_no for order in folder.orders if order.open]
    if numbers:
        parts.append(words["orders"].format(orders=words["separator"].join(numbers[:3])))
    return words["sentence"].join(parts)
