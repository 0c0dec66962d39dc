"""The figures an answer names, at the moment it is given: tables, guides of the utility, and a bound account's own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import date

import structlog

from actions.account import bound_account_meant
from actions.knowledge_base import Entry
from actions.knowledge_halls import hall_facts, manager_facts
from actions.periods import last_month
from actions.visit import Visit
from actions.wording import Labels, energy
from backend.errors import BackendError, NotFound
from backend.models import ApplicationGuide, ApplicationPaper, BoundAccount, TariffView

_WORDS = "utter_knowledge_words"
PLACEHOLDER = re.compile(r"\{([a-z0-9_.]+)\}")
_PAID = frozenset({"paid", "settled_from_balance"})


class Facts:
    """What the placeholders of an answer stand for; each source is asked once, and only when it is named."""

    def __init__(self, visit: Visit, entry: Entry) -> None:
        self._visit, self._entry = visit, entry
        self._words = visit.wording.of(_WORDS)
        self._known = _dated(visit, entry)

    async def fill(self, text: str) -> str | None:
        """Puts the figures in; None when one is not known of this customer."""
        names = PLACEHOLDER.findall(text)
        await self._ask_for({name.split(".")[0] for name in names})
        if any(name not in self._known for name in names):
            return None
        return PLACEHOLDER.sub(lambda found: self._known[found[1]], text)

    async def own(self) -> str | None:
        """The first of the sentences for a bound account that fits; the general answer stands without one."""
        if not self._entry.mine:
            return None
        try:
            filled = [await self.fill(text) for text in self._entry.mine]
        except BackendError as error:
            structlog.get_logger().warning("actions.knowledge.own_facts_missing", error_code=error.code)
            return None
        return next((text for text in filled if text), None)

    async def _ask_for(self, roots: set[str]) -> None:
        for root in sorted(roots & _SOURCES.keys()):
            if not any(name.startswith(f"{root}.") for name in self._known):
                self._known |= await _SOURCES[root](self._visit)


def _dated(visit: Visit, entry: Entry) -> dict[str, str]:
    """The figures of the tables that hold today, and what is said of them: where and when."""
    words, today = visit.wording.of(_WORDS), visit.services.clock.now().date()
    known = visit.services.knowledge.base.figures_at(today)
    shown = words["day"].format(year=today.year, month=today.month, day=today.day)
    note = words["price_note"].format(
        city=known.get("company.city", ""), since=known.get("tariff.since", ""), today=shown
    )
    return {**known, "region": entry.region, "today": shown, "price_note": note}


async def guide_facts(visit: Visit) -> dict[str, str]:
    """Every business's guide, in pieces."""
    figures = visit.services.knowledge.base.figures_at(visit.services.clock.now().date())
    facts: dict[str, str] = {}
    for guide in await visit.backend.application_types(visit.user):
        pieces = guide_pieces(guide, visit.wording.of(_WORDS), figures)
        facts |= {f"guide.{guide.code}.{name}": text for name, text in pieces.items()}
    return facts


def guide_pieces(guide: ApplicationGuide, words: Labels, figures: dict[str, str]) -> dict[str, str]:
    """One guide as an answer names it."""
    separator = words["separator"]
    more = separator.join(paper.name for paper in guide.conditional_documents)
    steps = [step.step for step in guide.steps if not step.optional or step.workdays]
    return {
        "papers": separator.join(_paper(words, paper) for paper in guide.documents) or words["no_papers"],
        "more_papers": words["more_papers"].format(papers=more) if more else "",
        "time": _time(guide, words, figures),
        "steps": words["then"].join(steps),
        "who": guide.who,
        "hints": words["stop"].join(guide.hints),
        "fee": guide.fee,
        "visits": words["visits"].format(visits=separator.join(guide.visits)) if guide.visits else words["no_visits"],
        "visit_note": guide.visit_note,
    }


def _paper(words: Labels, paper: ApplicationPaper) -> str:
    name = words["paper_hint"].format(name=paper.name, hint=paper.hint) if paper.hint else paper.name
    return words["paper_later"].format(name=name) if paper.later else name


def _time(guide: ApplicationGuide, words: Labels, figures: dict[str, str]) -> str:
    if guide.limit_workdays is None:
        timed = [words["step_days"].format(step=step.step, days=step.workdays) for step in guide.steps if step.workdays]
        return words["time_steps"].format(steps=words["separator"].join(timed))
    asked = {ask.name for ask in guide.asks}
    text = words["time_whole"].format(days=guide.limit_workdays)
    for ask, shape, figure in _SLOWER:
        if ask in asked:
            text += words[shape].format(limit=figures[figure])
    return text


# What an applicant is asked that lengthens the limit of the guide.
_SLOWER = (
    ("outside_line", "time_outside_line", "limit.low_with_line"),
    ("supplies", "time_two_supplies", "limit.hv_dual"),
    ("tou", "time_new_meter", "limit.tou_change_new_meter"),
)


async def own_facts(visit: Visit) -> dict[str, str]:
    """What is known of the bound account that is spoken of, or of the only one; nothing when it is not clear."""
    account = _account(visit, await visit.bindings())
    if account is None:
        return {}
    view, bill = await asyncio.gather(visit.backend.tariff(account.account_no, visit.user), _last_bill(visit, account))
    return {"mine.tail": account.tail, **_tariff(visit, account, view), **bill}


def _account(visit: Visit, bound: Sequence[BoundAccount]) -> BoundAccount | None:
    named = bound_account_meant(visit, bound)
    known = next((account for account in bound if account.account_no == visit.slot("known_account")), None)
    return named or known or (bound[0] if len(bound) == 1 else None)


def _tariff(visit: Visit, account: BoundAccount, view: TariffView) -> dict[str, str]:
    facts: dict[str, str] = {}
    if view.progress:
        facts |= {"mine.used": energy(view.progress.used), "mine.tier": str(view.progress.tier)}
        if view.progress.left_in_tier is not None:
            facts["mine.left"] = energy(view.progress.left_in_tier)
    if view.hours and view.plan_since:
        facts["mine.plan_since"] = _shown(visit, view.plan_since)
    elif view.tiers and not view.hours:
        facts["mine.no_tou"] = account.tail
    if view.free_kwh:
        facts["mine.free"] = energy(view.free_kwh)
    return facts


async def _last_bill(visit: Visit, account: BoundAccount) -> dict[str, str]:
    period = last_month(visit.services.clock.now().date())
    try:
        bill = await visit.backend.bill(account.account_no, period, visit.user)
    except NotFound:
        return {}
    words = visit.wording.of(_WORDS)
    return {
        "mine.month": visit.wording.month(bill.period),
        "mine.issued": visit.wording.day(bill.issued),
        "mine.due": visit.wording.day(bill.due),
        "mine.status": words["paid" if bill.status in _PAID else "unpaid"],
    }


def _shown(visit: Visit, day: date) -> str:
    return visit.wording.of(_WORDS)["day"].format(year=day.year, month=day.month, day=day.day)


_SOURCES = {"guide": guide_facts, "halls": hall_facts, "manager": manager_facts, "mine": own_facts}
