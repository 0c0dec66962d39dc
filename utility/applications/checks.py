"""The preconditions of an application: pure functions of the situation, None or the figures each fails by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from utility.applications.situation import Situation
from utility.applications.values import NO_FACTS, CheckText, Facts, Finding
from utility.orders.worktime import workdays

FAILED: Facts = NO_FACTS


Check = Callable[[Situation], Facts | None]


def find(names: Iterable[str], texts: Mapping[str, CheckText], situation: Situation) -> tuple[Finding, ...]:
    """Runs the named checks in order and tells every one that fails: all at once, never one by one.

    A check that looks at something nobody has told yet says nothing.
    """
    found = []
    for name in names:
        told = all(situation.facts.get(fact) for fact in LOOKS_AT.get(name, ()))
        figures = CHECKS[name](situation) if told else None
        if figures is not None:
            text = texts[name]
            found.append(Finding(name, text.text.format(**figures), text.do.format(**figures), figures))
    return tuple(found)


def _account_open(s: Situation) -> Facts | None:
    return FAILED if s.supply and s.supply.status == "closed" else None


def _no_arrears(s: Situation) -> Facts | None:
    late = s.overdue + s.damages
    return {"overdue": f"{s.overdue:.2f}", "damages": f"{s.damages:.2f}"} if late > 0 else None


def _nothing_owed(s: Situation) -> Facts | None:
    return {"payable": f"{s.payable:.2f}"} if s.payable > 0 else None


def _no_other_order(s: Situation) -> Facts | None:
    return {"order_no": s.other_order} if s.other_order else None


def _no_open_case(s: Situation) -> Facts | None:
    return FAILED if s.supply and s.supply.open_case else None


def _tou_offered(s: Situation) -> Facts | None:
    return None if s.figures.tou_offered or s.facts.get("tou") == "off" else FAILED


def _tou_changes(s: Situation) -> Facts | None:
    has = s.supply is not None and "tou" in s.supply.plan.split("_")
    return FAILED if has == (s.facts.get("tou") == "on") else None


def _tou_lock(s: Situation) -> Facts | None:
    if s.supply is None or s.supply.tou_since is None:
        return None
    free = years_after(s.supply.tou_since, s.figures.tou_lock_years)
    return {"since": f"{s.supply.tou_since}", "free_on": f"{free}"} if s.today < free else None


def _persons_readable(s: Situation) -> Facts | None:
    return FAILED if s.strange else None


def _persons_enough(s: Situation) -> Facts | None:
    count = len(set(s.persons))
    return {"count": str(count), "least": str(s.figures.persons_least)} if count < s.figures.persons_least else None


def _persons_once(s: Situation) -> Facts | None:
    return FAILED if len(set(s.persons)) < len(s.persons) or s.elsewhere & set(s.persons) else None


def _addresses_agree(s: Situation) -> Facts | None:
    return None if s.facts.get("addresses_agree") == "yes" else FAILED


def _no_live_meter(s: Situation) -> Facts | None:
    return FAILED if s.live_meter else None


def _single_phase_limit(s: Situation) -> Facts | None:
    over = s.facts.get("phase") == "single" and s.capacity is not None and s.capacity > s.figures.single_phase_kw
    return {"most": f"{s.figures.single_phase_kw:f}"} if over else None


def _small_capacity(s: Situation) -> Facts | None:
    over = s.capacity is not None and s.capacity > s.figures.small_kw
    return {"most": f"{s.figures.small_kw:f}"} if over else None


def _capacity_grows(s: Situation) -> Facts | None:
    if s.supply is None or (s.capacity is not None and s.capacity > s.supply.capacity_kw):
        return None
    return {"now": f"{s.supply.capacity_kw:f}"}


def _capacity_shrinks(s: Situation) -> Facts | None:
    if s.supply is None or (s.capacity is not None and 0 <= s.capacity < s.supply.capacity_kw):
        return None
    return {"now": f"{s.supply.capacity_kw:f}"}


def _whole_transformers(s: Situation) -> Facts | None:
    """The reduction is a sum of whole transformers; where the books do not know them, the technician looks."""
    if s.supply is None or s.capacity is None or not s.supply.transformers:
        return None
    sums = {Decimal(0)}
    for one in s.supply.transformers:
        sums |= {have + one for have in sums}
    return None if s.supply.capacity_kw - s.capacity in sums else FAILED


def _reduce_span(s: Situation) -> Facts | None:
    first, last, figures = s.day("from_day"), s.day("until_day"), s.figures
    if first and last and figures.reduce_least <= (last - first).days <= figures.reduce_most:
        return None
    return {"least": str(figures.reduce_least), "most": str(figures.reduce_most)}


def _lead_time(s: Situation) -> Facts | None:
    """The day of applying is not counted: the last workday of the lead is the earliest day of the work."""
    count, wanted = s.figures.lead_workdays, s.day("from_day")
    earliest = workdays(s.calendar, s.today + timedelta(days=1), count)[-1]
    if wanted is not None and wanted >= earliest:
        return None
    return {"workdays": str(count), "earliest": f"{earliest}"}


def _not_past(s: Situation) -> Facts | None:
    wanted = s.day("from_day")
    return FAILED if wanted is not None and wanted < s.today else None


def _was_reduced(s: Situation) -> Facts | None:
    return None if s.supply and s.supply.reduced else FAILED


def _was_taken_down(s: Situation) -> Facts | None:
    since, days = s.supply.down_since if s.supply else None, s.figures.kept_down_days
    return None if since and (s.today - since).days <= days else {"days": str(days)}


def _use_right_lasts(s: Situation) -> Facts | None:
    if s.facts.get("use_right") == "owned":
        return None
    earliest, until = years_after(s.today, s.figures.charger_right_years), s.day("right_until")
    if until is not None and until >= earliest:
        return None
    return {"years": str(s.figures.charger_right_years), "earliest": f"{earliest}"}


def _pv_low_voltage(s: Situation) -> Facts | None:
    return FAILED if s.facts.get("voltage") == "high" else None


def _safety_device(s: Situation) -> Facts | None:
    return FAILED if s.facts.get("safety_device") == "no" else None


def _temporary_span(s: Situation) -> Facts | None:
    last, most = s.day("until_day"), s.figures.temporary_years
    return None if last and s.today <= last <= years_after(s.today, most) else {"years": str(most)}


def _meter_intact(s: Situation) -> Facts | None:
    return FAILED if s.facts.get("meter_intact") == "no" else None


def _other_account(s: Situation) -> Facts | None:
    return None if s.other and s.supply and s.other.account_no != s.supply.account_no else FAILED


def _same_supply_point(s: Situation) -> Facts | None:
    return FAILED if s.other and s.supply and s.other.area_id != s.supply.area_id else None


def _name_differs(s: Situation) -> Facts | None:
    new = s.facts.get("new_name", "").strip()
    return FAILED if s.supply and new == s.supply.name else None


def years_after(day: date, years: int) -> date:
    """Returns the same day some years on; 29 February becomes 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


LOOKS_AT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "tou_offered": ("tou",),
        "tou_changes": ("tou",),
        "persons_readable": ("persons",),
        "persons_enough": ("persons",),
        "persons_once": ("persons",),
        "addresses_agree": ("addresses_agree",),
        "single_phase_limit": ("capacity_kw",),
        "small_capacity": ("capacity_kw",),
        "capacity_grows": ("capacity_kw",),
        "capacity_shrinks": ("capacity_kw",),
        "whole_transformers": ("capacity_kw",),
        "reduce_span": ("from_day", "until_day"),
        "lead_time": ("from_day",),
        "not_past": ("from_day",),
        "use_right_lasts": ("use_right",),
        "temporary_span": ("until_day",),
        "other_account": ("other_account_no",),
        "same_supply_point": ("other_account_no",),
        "name_differs": ("new_name",),
    }
)
CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "account_open": _account_open,
        "no_arrears": _no_arrears,
        "nothing_owed": _nothing_owed,
        "no_other_order": _no_other_order,
        "no_open_case": _no_open_case,
        "tou_offered": _tou_offered,
        "tou_changes": _tou_changes,
        "tou_lock": _tou_lock,
        "persons_readable": _persons_readable,
        "persons_enough": _persons_enough,
        "persons_once": _persons_once,
        "addresses_agree": _addresses_agree,
        "no_live_meter": _no_live_meter,
        "single_phase_limit": _single_phase_limit,
        "small_capacity": _small_capacity,
        "capacity_grows": _capacity_grows,
        "capacity_shrinks": _capacity_shrinks,
        "whole_transformers": _whole_transformers,
        "reduce_span": _reduce_span,
        "lead_time": _lead_time,
        "not_past": _not_past,
        "was_reduced": _was_reduced,
        "was_taken_down": _was_taken_down,
        "use_right_lasts": _use_right_lasts,
        "pv_low_voltage": _pv_low_voltage,
        "safety_device": _safety_device,
        "temporary_span": _temporary_span,
        "meter_intact": _meter_intact,
        "other_account": _other_account,
        "same_supply_point": _same_supply_point,
        "name_differs": _name_differs,
    }
)
