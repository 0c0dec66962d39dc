"""How an application may go on: which type fits, which papers are missing, which move is next. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from utility.applications.values import (
    Application,
    Asked,
    BusinessType,
    Catalogue,
    Document,
    Facts,
    Missing,
    Paper,
    Progress,
    Stage,
    When,
)
from utility.errors import InvalidRequest
from utility.orders import clock
from utility.orders.worktime import Calendar, last_day, whole_units

DRAFT, SUBMITTED, ARCHIVED = "draft", "submitted", "archived"
RETURNED, SUSPENDED, CANCELLED, TERMINATED = (
    "returned_for_documents", "suspended_by_customer", "cancelled", "terminated",
)  # fmt: skip
OVER = frozenset({ARCHIVED, CANCELLED, TERMINATED})
OPTIONAL = frozenset({
    "outside_line", "supplies", "digging", "mass", "owner", "meter_intact", "safety_device",
    "final_peak", "final_flat", "final_valley",
})  # fmt: skip
_PHONE = re.compile(r"1[3-9]\d{9}")


def holds(when: When, facts: Facts) -> bool:
    """Tells whether every fact of `when` holds; what nobody has told does not."""
    return all(facts.get(name) in values for name, values in when.items())


def fitting(catalogue: Catalogue, business_type: str, facts: Facts) -> BusinessType | None:
    """Returns the type of a business that fits a customer's class and voltage."""
    return next((t for t in catalogue.types if t.business_type == business_type and holds(t.applies, facts)), None)


def limit_name(kind: BusinessType, facts: Facts) -> str:
    """Returns the published limit of the whole; empty when the type has only limits of its stages."""
    return next((limit.name for limit in kind.limits if holds(limit.when, facts)), "")


def stage_workdays(stage: Stage, facts: Facts) -> tuple[int, str] | None:
    """Returns the workdays of a stage and their source."""
    return next(((limit.workdays, limit.source) for limit in stage.limits if holds(limit.when, facts)), None)


def papers_of(kind: BusinessType, facts: Facts) -> tuple[Paper, ...]:
    """Lists the papers that this application needs."""
    return tuple(paper for paper in kind.papers if holds(paper.when, facts))


def missing(
    kind: BusinessType, facts: Facts, documents: Iterable[Document], asked: Iterable[Asked] = ()
) -> tuple[Missing, ...]:
    """Lists every paper that is not there, all at once: what a clerk asked for again first, in the clerk's words."""
    there = {document.code for document in documents}
    wanted = [Missing(one.code, one.text, later=False) for one in asked]
    named = {one.code for one in wanted}
    rest = (paper for paper in papers_of(kind, facts) if paper.code not in there and paper.code not in named)
    return (*wanted, *(Missing(paper.code, paper.name, paper.later) for paper in rest))


def lacking_for(
    to: str, kind: BusinessType, facts: Facts, documents: Iterable[Document], asked: Iterable[Asked] = ()
) -> tuple[Missing, ...]:
    """Lists what stands against a move: papers that may follow count from the type's `complete_by` on."""
    states = [stage.state for stage in kind.path]
    complete = to in states and states.index(to) >= states.index(kind.complete_by)
    return tuple(paper for paper in missing(kind, facts, documents, asked) if complete or not paper.later)


def moves(kind: BusinessType, state: str) -> tuple[str, ...]:
    """Lists where the work may go from a state: the next stage, or past optional ones; never back."""
    states = [stage.state for stage in kind.path]
    rest = kind.path[states.index(state) + 1 :] if state in states else kind.path[:1]
    found = []
    for stage in rest:
        found.append(stage.state)
        if not stage.optional:
            break
    return tuple(found)


def next_step(catalogue: Catalogue, kind: BusinessType, state: str, side_state: str | None) -> str | None:
    """Returns what comes next, in the customer's words; None when it is over."""
    if side_state in OVER or state in OVER:
        return None
    if side_state:
        return catalogue.states[side_state][1]
    override = next((stage.next_step for stage in kind.path if stage.state == state), "")
    if override:
        return override
    wanted = moves(kind, state)
    return next((stage.do for stage in kind.path if wanted and stage.state == wanted[-1]), None)


def status_name(catalogue: Catalogue, kind: BusinessType, state: str, side_state: str | None) -> str:
    """Returns how it stands, in the customer's words."""
    if side_state:
        return catalogue.states[side_state][0]
    own = {stage.state: stage.name for stage in kind.path}
    return own.get(state) or catalogue.states[state][0]


def progress(catalogue: Catalogue, calendar: Calendar, application: Application, now: datetime) -> Progress:
    """Computes how far an application is; the day of acceptance is not counted, nor a day on which the clock stood."""
    kind, order = catalogue.of(application.type_code), application.order
    limit = clock.limit_of(order)
    used = whole_units(limit, clock.counted(calendar, order, now)) if limit else None
    lacks = missing(kind, application.facts, application.documents, application.asked) if order.open else ()
    return Progress(
        status_name=status_name(catalogue, kind, order.state, order.side_state),
        next_step=next_step(catalogue, kind, order.state, order.side_state),
        limit=int(limit.value) if limit else None,
        used=used,
        left=int(limit.value) - used if limit and used is not None else None,
        due=last_day(order.due_at) if order.due_at else None,
        paused=order.paused_at is not None,
        missing=lacks,
    )


def checked_facts(kind: BusinessType, given: Mapping[str, str], *, late: bool = False) -> dict[str, str]:
    """Checks what was filled in against what the type asks; `late`: by the staff, who tell what only they know.

    Raises:
        InvalidRequest: `field.unknown`, `field.missing` or `field.invalid`, naming `facts.<name>`.
    """
    asks = {ask.name: ask for ask in kind.asks if ask.kind != "persons" and (late or not ask.late)}
    unknown = next((name for name in given if name not in asks), None)
    if unknown is not None:
        raise InvalidRequest("field.unknown", f"facts.{unknown}"[:100], "This business does not ask for it.")
    for ask in asks.values():
        if not _fits(ask.kind, ask.values, given.get(ask.name, "")):
            raise InvalidRequest("field.invalid", f"facts.{ask.name}", f"{ask.name} is not of its form: {ask.kind}.")
    return {name: value for name, value in given.items() if value}


def unanswered(kind: BusinessType, facts: Facts, persons: Sequence[str], *, late: bool = False) -> tuple[str, ...]:
    """Lists what still has to be filled in; `late`: also what is known only when the work is done."""
    asked = [ask for ask in kind.asks if ask.kind != "persons" and needed(ask.name, facts) and (late or not ask.late)]
    people = [ask.name for ask in kind.asks if ask.kind == "persons" and not persons]
    return (*(ask.name for ask in asked if ask.name not in facts), *people)


def needed(name: str, facts: Facts) -> bool:
    """Tells whether a question has to be answered: a lease only of who leases, details never of who has none."""
    if name == "right_until":
        return facts.get("use_right") != "owned"
    return name not in OPTIONAL


def _fits(kind: str, values: Sequence[str], value: str) -> bool:
    if not value:
        return True
    if kind == "figure":
        return _is_figure(value)
    if kind == "day":
        return _is_day(value)
    if kind == "phone":
        return _PHONE.fullmatch(value) is not None
    if kind == "flag":
        return value in ("yes", "no")
    return value in values if kind == "choice" else bool(value.strip())


def _is_figure(value: str) -> bool:
    try:
        figure = Decimal(value)
    except InvalidOperation:
        return False
    return re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,3})?", value) is not None and figure >= 0


def _is_day(value: str) -> bool:
    try:
        return re.fullmatch(r"2[01]\d\d-\d\d-\d\d", value) is not None and bool(date.fromisoformat(value))
    except ValueError:
        return False
