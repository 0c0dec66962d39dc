"""What may happen to an outage and when, as pure functions of the outage, the rules and the clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from runtime.clock import SHANGHAI
from utility.outages.values import FACTS, Fact, Outage

MONTHS_OF_YEAR = 12


@dataclass(frozen=True)
class Notice:
    """How early a kind of outage is announced, and what happens when it is not."""

    limit: str
    refuse: bool


@dataclass(frozen=True)
class Kind:
    """How one kind of outage moves."""

    first: str
    moves: Mapping[str, tuple[str, ...]]
    notice: Notice | None

    @property
    def scheduled(self) -> bool:
        """Whether it has a window that is announced."""
        return self.notice is not None


@dataclass(frozen=True)
class FrequentRule:
    """When outages are frequent, and which flashes do not count."""

    months: int
    times: int
    flash: timedelta
    flashes_per_day: int


@dataclass(frozen=True)
class OutageRules:
    """Everything that is decided about outages, from utility/data/outage_rules.yml."""

    kinds: Mapping[str, Kind]
    late_limit: str
    word_limit: str
    frequent: FrequentRule
    areas_in_line: int


@dataclass(frozen=True)
class Counted:
    """The outages of a place in the window of the rule: how many count, which do not and why."""

    since: date
    counted: tuple[str, ...]
    deducted: Mapping[str, str]
    frequent: bool


@dataclass(frozen=True)
class Topology:
    """Which line feeds which areas, and which lines stand by for them."""

    fed: Mapping[str, tuple[str, ...]]
    standby: Mapping[str, tuple[str, ...]]

    def dark(self, line_id: str, lines_out: Collection[str]) -> tuple[str, ...]:
        """Lists the areas that lose their power when `line_id` fails while `lines_out` are out already.

        Its own areas do, unless a line that stands by for them is alive; so do areas of lines that are out which it
        kept alive alone.
        """
        out = {*lines_out, line_id}
        hit = [area for area in self.fed.get(line_id, ()) if not self._kept(area, out)]
        carried = [area for line in lines_out if line != line_id for area in self.fed.get(line, ())
                   if line_id in self.standby.get(area, ()) and not self._kept(area, out)]  # fmt: skip
        return tuple(dict.fromkeys([*hit, *carried]))

    def _kept(self, area_id: str, out: Collection[str]) -> bool:
        return any(line not in out for line in self.standby.get(area_id, ()))


def may_move(kind: Kind, before: str, after: str) -> bool:
    """Tells whether an outage of this kind may go from one state to another."""
    return after in kind.moves.get(before, ())


def is_short(announced: datetime, planned_from: datetime, notice: timedelta) -> bool:
    """Tells whether an outage is announced later than the published notice."""
    return planned_from - announced < notice


def next_word(now: datetime, eta: datetime | None, interval: timedelta) -> datetime:
    """Returns when the next word is due: at the estimate, at the latest after the published interval."""
    word = now + interval
    return eta if eta is not None and now < eta < word else word


def word_overdue(outage: Outage, now: datetime) -> bool:
    """Tells whether a word that was promised has not come."""
    return not outage.over and outage.next_update_by is not None and outage.next_update_by < now


def starts_now(outage: Outage, kind: Kind, now: datetime) -> bool:
    """Tells whether a scheduled outage begins by the clock."""
    due = outage.planned_from is not None and outage.planned_from <= now
    return due and may_move(kind, outage.status, "running")


def ends_now(outage: Outage, now: datetime) -> bool:
    """Tells whether a scheduled outage ends by the clock: its window is over and nobody said that it takes longer."""
    over = outage.planned_to is not None and outage.planned_to <= now
    return over and outage.status == "running" and not _late(outage)


def tells_late(outage: Outage, now: datetime, lead: timedelta) -> bool:
    """Tells whether customers have to hear now that the window will be missed."""
    if outage.status not in ("running", "late") or outage.planned_to is None or outage.eta is None:
        return False
    return _late(outage) and outage.late_told != outage.eta and outage.planned_to - lead <= now


def _late(outage: Outage) -> bool:
    return outage.eta is not None and outage.planned_to is not None and outage.eta > outage.planned_to


def freshness(facts: Sequence[Fact]) -> dict[str, Fact]:
    """Returns the newest word on each fact that anybody spoke of."""
    newest: dict[str, Fact] = {}
    for fact in sorted(facts, key=lambda fact: fact.said_at):
        newest[fact.fact] = fact
    return {name: newest[name] for name in FACTS if name in newest}


def months_before(day: date, months: int) -> date:
    """Returns the same day `months` earlier, or the last day of that month."""
    index = day.year * MONTHS_OF_YEAR + day.month - 1 - months
    year, month = divmod(index, MONTHS_OF_YEAR)
    first_of_next = date(year + (month + 1) // MONTHS_OF_YEAR, (month + 1) % MONTHS_OF_YEAR + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))


def count_frequent(outages: Sequence[Outage], rule: FrequentRule, now: datetime) -> Counted:
    """Counts the outages of a place that began within the rule's window; each deducted one carries its reason.

    Deducted are those reported to the authority, the customers' own, and up to so many short flashes of one day.
    """
    since = months_before(now.astimezone(SHANGHAI).date(), rule.months)
    began = sorted(((_began(outage), outage) for outage in outages if _happened(outage, now)), key=lambda pair: pair[0])
    flashes: Counter[date] = Counter()
    counted: list[str] = []
    deducted: dict[str, str] = {}
    for start, outage in began:
        day = start.astimezone(SHANGHAI).date()
        if day < since:
            continue
        flash = outage.restored is not None and outage.restored - start <= rule.flash
        flashes[day] += flash
        if outage.exempt:
            deducted[outage.outage_no] = outage.exempt
        elif flash and flashes[day] <= rule.flashes_per_day:
            deducted[outage.outage_no] = "flash"
        else:
            counted.append(outage.outage_no)
    return Counted(since, tuple(counted), deducted, len(counted) >= rule.times)


def _happened(outage: Outage, now: datetime) -> bool:
    began = outage.started or outage.planned_from
    return began is not None and began <= now and outage.status not in ("cancelled", "merged")


def _began(outage: Outage) -> datetime:
    began = outage.started or outage.planned_from
    if began is None:
        raise ValueError(f"{outage.outage_no} has not begun")
    return began
