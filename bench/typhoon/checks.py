"""What was promised of the storm, compared with the ledger, the gateways' own books and the company's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bench.typhoon.city import Home
from bench.typhoon.company import writer
from bench.typhoon.day import TICK, Day
from bench.typhoon.ledger import Fact, Ledger
from bench.typhoon.oracle import Owed
from runtime.postgres import Pool

SHOWN = 5
# Told where the company's own rule or somebody's need says so; these homes only, none of them for certain.
PERHAPS = frozenset({"soon", "frequent", "late", "outage_overdue"})
OUTCOMES = ("delivered", "read", "unconfirmed", "undelivered", "superseded", "void")
_TRIES = """
    select t.way, t.result, count(*) as many from notice_tries t group by 1, 2 order by 1, 2
"""
_EVENTS = "select state, count(*) as many from notice_events group by 1"
_UNCALLED = """
    select count(*) from notices n where n.outcome = 'undelivered' and n.account_no <> ''
    and not exists (select from notice_calls c where c.fact_id = n.fact_id and c.account_no = n.account_no)
"""
_DISORDER = """
    select count(*) from (
        select n.story, n.person, t.at, f.due_at, f.fact_id, lag((f.due_at, f.fact_id)) over (
            partition by n.story, n.person order by t.at, t.notice_id, t.try_no) as before
        from notice_tries t join notices n using (notice_id) join notice_facts f using (fact_id)
        where n.resends = 0 and f.family = 'outage'
    ) as told where before > (due_at, fact_id)
"""


@dataclass
class Findings:
    """What was found: promises that were broken, and figures."""

    broken: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def expect(self, promise: str, wrong: Sequence[object]) -> None:
        """Keeps a promise's figure; with something wrong it is broken."""
        self.figures[promise] = len(wrong)
        if wrong:
            self.broken.append(f"{promise}: {len(wrong)}, e.g. {', '.join(map(str, wrong[:SHOWN]))}")


async def check(day: Day, ledger: Ledger, owed: Sequence[Owed]) -> Findings:
    """Compares everything."""
    found = Findings()
    _told(found, ledger, owed)
    _ended(found, ledger)
    _at_gateways(found, day, ledger)
    _writers(found, day, ledger)
    await _books(found, day)
    return found


def _told(found: Findings, ledger: Ledger, owed: Sequence[Owed]) -> None:
    facts: dict[tuple[str, str, int], list[Fact]] = defaultdict(list)
    for fact in ledger.facts:
        facts[fact.story, fact.group, fact.number].append(fact)
    missed: list[str] = []
    foreign: list[str] = []
    twice: list[str] = []
    homes: dict[str, set[Home]] = defaultdict(set)
    for one in owed:
        homes[one.story] |= one.homes
        told = facts.pop((one.story, one.group, one.number), [])
        claims = Counter(address for fact in told for address in fact.claims)
        name = f"{one.story} {one.group} {one.number}"
        if not one.lapses:
            missed += [f"{name} {home.account_no}" for home in one.homes if not home.addresses & claims.keys()]
        allowed = _addresses(one.homes)
        foreign += [f"{name} {address}" for address in claims if address not in allowed]
        twice += [f"{name} {address}" for address, times in claims.items() if times > max(1, allowed[address])]
    stories = {one.story for one in owed}
    for (story, group, number), others in facts.items():
        if story in stories:
            allowed = _addresses(homes[story]) if group in PERHAPS else Counter()
            foreign += [f"{story} {group} {number} {a}" for fact in others for a in fact.claims if a not in allowed]
    found.figures["things to tell"] = len(owed)
    found.figures["homes to tell, of all things"] = sum(len(one.homes) for one in owed)
    found.expect("homes that were not told", sorted(missed))
    found.expect("told who had nothing to do with it", sorted(foreign))
    found.expect("told twice", sorted(twice))


def _addresses(homes: frozenset[Home] | set[Home]) -> Counter[str]:
    """Every address of these homes, with the number of places (areas, buildings) it has a home in."""
    places: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for home in homes:
        for address in (*home.addresses, f"account:{home.account_no}"):
            places[address].add((home.area_id, home.building))
    return Counter({address: len(found) for address, found in places.items()})


def _ended(found: Findings, ledger: Ledger) -> None:
    rows = ledger.notices
    found.expect("notices without an end", [row["notice_id"] for row in rows if row["state"] != "final"])
    late = [
        row["notice_id"]
        for row in rows
        if row["final_at"] and row["final_at"] > row["deadline"] + TICK + timedelta(hours=2)
    ]
    found.expect("ended behind their deadline", late)
    by_fact: dict[int, Counter[str]] = defaultdict(Counter)
    by_way: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        by_fact[row["fact_id"]][row["outcome"] or "open"] += 1
        by_way[row["way"] or "none"][row["outcome"] or "open"] += 1
    planned = Counter(row["fact_id"] for row in rows)
    wrong = [fact for fact, many in planned.items() if many != sum(by_fact[fact][name] for name in OUTCOMES)]
    found.expect("facts whose sum does not agree", wrong)
    found.figures["notices planned"] = len(rows)
    found.figures["by way"] = {way: dict(sorted(counts.items())) for way, counts in sorted(by_way.items())}


def _at_gateways(found: Findings, day: Day, ledger: Ledger) -> None:
    """The gateways' own books against the ledger: what it calls delivered is there, once, and nothing else is."""
    arrived = day.doors.arrived + day.aliyun.arrived
    rows = {row["notice_id"]: row for row in ledger.notices}
    delivered = [number for number, row in rows.items() if row["outcome"] in ("delivered", "read")]
    found.expect("delivered by the ledger and nowhere else", [n for n in delivered if not arrived[n]])
    # Whoever did not confirm a notice that asks for it is told once more, by their next way: of these two may arrive.
    asked = ledger.asked_again
    hidden = [
        n for n, times in arrived.items() if times and rows[n]["outcome"] not in ("delivered", "read", "unconfirmed")
    ]
    found.expect("arrived and called something else", hidden)
    found.expect("arrived twice", [n for n, times in arrived.items() if times > 1 + (n in asked)])
    phones = [n for n, phone in day.aliyun.phones.items() if rows[n]["addresses"].get("sms") != phone]
    found.expect("sent to another phone", phones)


def _writers(found: Findings, day: Day, ledger: Ledger) -> None:
    """Everybody who wrote in was answered, all of a district are one event, and they heard that power is back."""
    back: dict[str, set[str]] = defaultdict(set)
    for fact in ledger.facts:
        if fact.group == "restored":
            back[fact.story] |= fact.claims
    steps = {claim for fact in ledger.facts if fact.group == "order_step" for claim in fact.claims}
    everybody = [(story, home) for story in day.script.stories for home in story.writers]
    found.figures["customers who wrote in"] = len(everybody)
    silent = [home.account_no for _, home in everybody if home.account_no not in day.player.answered]
    found.expect("wrote in and were not answered", silent)
    dark = [
        home.account_no
        for story, home in everybody
        if not home.addresses & back[story.name] and writer(home) not in steps
    ]
    found.expect("wrote in and did not hear that power is back", dark)


async def _books(found: Findings, day: Day) -> None:
    events = {row["state"]: row["many"] for row in await day.gridtalk.fetch(_EVENTS)}
    found.figures["events"] = events
    found.expect("events nobody could use", [events["aside"]] if events.get("aside") else [])
    found.expect("undelivered and on no list of calls", await _some(day.gridtalk, _UNCALLED))
    found.expect("an older word behind a newer one", await _some(day.gridtalk, _DISORDER))
    tries: dict[str, dict[str, int]] = defaultdict(dict)
    for row in await day.gridtalk.fetch(_TRIES):
        tries[row["way"]][row["result"]] = row["many"]
    found.figures["tries"] = dict(tries)
    found.figures["at the gateways"] = dict(sorted((day.doors.tally + day.aliyun.tally).items()))
    found.figures["webhooks"] = dict(sorted(day.post.tally.items()))
    found.figures["refused by the company"] = dict(day.player.refused)
    several = [story.name for story in day.script.stories if story.writers and await _events_of(day, story.name) != 1]
    found.expect("districts with more than one event", several)


async def _events_of(day: Day, story: str) -> int:
    """How many events the orders of a district's writers ended in."""
    numbers = [
        day.player.answered[home.account_no] for one in day.script.stories if one.name == story for home in one.writers
    ]
    count: int = await day.books.fetchval(
        """select count(distinct g.outage_no) from fault_orders f join fault_groups g using (group_id)
        where f.order_no = any($1)""",
        numbers,
    )
    return count


async def _some(pool: Pool, statement: str) -> list[int]:
    many = await pool.fetchval(statement)
    return [many] if many else []
