"""The notices' ledger as it stands behind the day, and a fingerprint of it that knows no numbers and no order."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.typhoon.day import TICK
from runtime.postgres import Pool

GROUPS = {
    "outage_fault": "fault",
    "outage_fault_open": "fault",
    "outage_fault_stale": "fault",
    "outage_eta": "eta",
    "outage_eta_changed": "eta",
    "outage_progress": "progress",
    "outage_progress_open": "progress",
    "outage_progress_stale": "progress",
    "outage_restored": "restored",
    "outage_rotating": "rotating",
    "outage_planned": "planned",
    "outage_changed": "changed",
    "outage_cancelled": "cancelled",
    "outage_false": "false",
    "outage_planned_soon": "soon",
    "outage_frequent": "frequent",
    "outage_late": "late",
}
# A fact that a newer one says besides (folded) was told to whom that one was told.
# Several facts tell the parts of these: who is dark since later, who has power again first.
IN_PARTS = frozenset({"fault", "restored"})
_FACTS = """
    with recursive teller as (
        select fact_id, fact_id as by, state, reason from notice_facts where state in ('told', 'folded')
        union all
        select t.fact_id, f.fact_id, f.state, f.reason from teller t join notice_facts f on f.fact_key = t.reason
        where t.state = 'folded'
    )
    select fact_id, kind, family, subject, said, due_at, state, array(
        select address from notice_claims c join teller t on t.by = c.fact_id and t.state = 'told'
        where t.fact_id = f.fact_id) as claims
    from notice_facts f where state in ('told', 'folded') order by due_at, event_no, fact_id
"""
_NOTICES = """
    select n.notice_id, n.fact_id, n.person, n.account_no, n.way, n.state, n.outcome, n.reason, n.tries, n.resends,
        n.addresses, n.deadline, n.final_at, n.sent_at, n.story, n.conversation_id
    from notices n order by n.notice_id
"""


# For each thing that was told and each person: how it ended.
Rows = dict[str, dict[str, str]]
TOLD = "told"


@dataclass(frozen=True)
class Fact:
    """A fact that was told: its story (an outage's, else its kind), its group, its number in the group, its claims."""

    fact_id: int
    story: str
    group: str
    number: int
    claims: frozenset[str]
    due_at: datetime


@dataclass(frozen=True)
class Ledger:
    """Facts and notices."""

    facts: Sequence[Fact]
    notices: Sequence[Mapping[str, Any]]
    asked_again: frozenset[int] = frozenset()

    def rows(self, down: tuple[datetime, datetime], touched: Mapping[int, datetime]) -> Rows:
        """Returns for each thing that was told and each person how it ended, by which way, at which try.

        Of an older word only that they were told, where a newer one of its story for the same person came due before it
        was settled for certain: whether it left before the newer took its place is a matter of moments. That is so
        within one step of the clock, while nobody ran (`down`), and while a killed worker had it in its hand
        (`touched`: which notice, and when). How the newest word ended is always the seed's.
        """
        newer = {fact.fact_id: [other for other in self.facts if _is_newer(other, fact)] for fact in self.facts}
        races = {
            fact.fact_id: [other.fact_id for other in newer[fact.fact_id] if _overlap(fact, other, down)]
            for fact in self.facts
        }
        meant: dict[int, set[str]] = defaultdict(set)
        for row in self.notices:
            meant[row["fact_id"]].add(row["person"])
        names = {fact.fact_id: f"{fact.story} {fact.group} {fact.number}" for fact in self.facts}
        rows: Rows = {name: {} for name in names.values()}
        for row in self.notices:
            if row["fact_id"] in names:
                told = (row["outcome"], row["way"], row["tries"], row["resends"], row["reason"])
                raced = races[row["fact_id"]]
                if (at := touched.get(row["notice_id"])) is not None:
                    raced = [*raced, *(o.fact_id for o in newer[row["fact_id"]] if o.due_at <= at + 2 * TICK)]
                chance = any(row["person"] in meant[other] for other in raced)
                rows[names[row["fact_id"]]][row["person"]] = TOLD if chance else "|".join(map(str, told))
        return rows


def _is_newer(other: Fact, fact: Fact) -> bool:
    return other.story == fact.story and (other.due_at, other.fact_id) > (fact.due_at, fact.fact_id)


def _overlap(fact: Fact, newer: Fact, down: tuple[datetime, datetime]) -> bool:
    """Whether both came due within one step of the clock, or while nobody ran."""
    return newer.due_at - fact.due_at <= TICK or (down[0] <= fact.due_at and newer.due_at <= down[1] + TICK)


def agreed(runs: Sequence[Rows]) -> tuple[str, list[str]]:
    """Compares runs; returns one fingerprint of what the seed decides, and what differs."""
    differs: list[str] = []
    lines: list[str] = []
    for name in sorted({name for run in runs for name in run}):
        told = [run.get(name, {}) for run in runs]
        for person in sorted({person for one in told for person in one}):
            seen = [one.get(person, "") for one in told]
            decided = {one for one in seen if one != TOLD}
            if "" in seen or len(decided) > 1:
                differs.append(f"{name} {person}: {' / '.join(seen)}")
            lines.append(f"{name} {person} {TOLD if TOLD in seen else seen[0]}")
    return _digest(lines), differs


async def read(pool: Pool, stories: Mapping[str, str]) -> Ledger:
    """Reads the ledger; `stories` names the story of each outage."""
    facts: list[Fact] = []
    numbers: dict[tuple[str, str], int] = defaultdict(int)
    for row in await pool.fetch(_FACTS):
        story = stories.get(row["subject"], row["kind"] if row["family"] != "outage" else row["subject"])
        group = GROUPS.get(row["kind"], row["kind"])
        number = 0 if group in IN_PARTS or row["family"] != "outage" else numbers[story, group]
        numbers[story, group] += 1
        facts.append(Fact(row["fact_id"], story, group, number, frozenset(row["claims"]), row["due_at"]))
    asked = await pool.fetch("select notice_id from notice_unconfirmed")
    rows = [dict(row) for row in await pool.fetch(_NOTICES)]
    return Ledger(facts, rows, frozenset(row["notice_id"] for row in asked))


def _digest(rows: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
