"""The day of the storm, written before it begins: which outage strikes where, and what is said of it minute by minute.

Pure: the same city, seed and size give the same script. A minute counts from the beginning of the day; all are even.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from types import MappingProxyType
from typing import Any

from bench.typhoon.city import City, Home

NONE: Mapping[str, Any] = MappingProxyType({})
REPORTING_TICKS = 5  # customers write in within ten minutes


@dataclass(frozen=True)
class Size:
    """How many stories of each kind a day has, how many customers write in, how many accounts the city has.

    A worker is killed every `kill_every` minutes.
    """

    stories: Mapping[str, int]
    customers: int
    accounts: int
    kill_every: int = 34


FULL = Size({"reported": 16, "raised": 10, "rotating": 4, "temporary": 4, "building": 4, "false": 2}, 20_000, 50_000)
QUICK = Size({"reported": 1, "raised": 1, "rotating": 1, "building": 1}, 1_000, 2_600)
# Every kind of story, on a machine that has no two hours.
MIDDLE = Size(
    {"reported": 1, "raised": 4, "rotating": 1, "temporary": 3, "building": 1, "false": 1}, 300, 5_400, kill_every=50
)
# Of `make test`: one line, which goes dark again, part by part, when it has power.
SMALL = Size({"reported": 1, "raised": 1}, 200, 620, kill_every=200)
_MOMENTS = frozenset({"eta", "from", "to"})


@dataclass(frozen=True)
class Step:
    """One thing that is done at one minute."""

    minute: int
    story: str
    what: str
    facts: Mapping[str, Any] = field(default_factory=lambda: NONE)


@dataclass(frozen=True)
class Story:
    """One outage: its places and its steps; `writers` are the homes whose people write in."""

    name: str
    kind: str
    areas: tuple[str, ...]
    steps: tuple[Step, ...]
    writers: tuple[Home, ...] = ()


@dataclass(frozen=True)
class Script:
    """The whole day."""

    stories: tuple[Story, ...]
    steps: tuple[Step, ...]
    kills: tuple[int, ...]
    down: tuple[int, int]

    @property
    def writers(self) -> int:
        """How many customers write in."""
        return sum(len(story.writers) for story in self.stories)


def write(city: City, seed: int, size_of_day: Size) -> Script:
    """Writes the day."""
    random, sizes, customers = Random(seed), size_of_day.stories, size_of_day.customers
    by_size = sorted(city.lines, key=lambda line: -sum(len(city.by_area[area]) for area in city.lines[line]))
    whole = by_size[: sizes["reported"]]
    rest = [area for line in city.lines if line not in whole for area in city.lines[line]]
    again = not rest  # there is no other line
    rest = rest or [area for line in whole for area in city.lines[line]]
    size = min(3, len(rest) // (sum(sizes.values()) - sizes["reported"]))
    groups = iter([tuple(rest[at : at + size]) for at in range(0, len(rest) - size + 1, size)])
    stories, left = [], customers
    for number, line in enumerate(sorted(whole)):
        areas = city.lines[line]
        homes = [home for area in areas for home in city.by_area[area]]
        count = min(len(homes), -(-left // (len(whole) - number)))
        left -= count
        stories.append(_reported(number + 1, areas, _writers(homes, count, random), random))
    over = max(step.minute for story in stories for step in story.steps) if again else 0
    for kind in (kind for kind in sizes if kind != "reported"):
        for number in range(sizes[kind]):
            more = _WRITERS[kind](f"{kind}-{number + 1}", next(groups), city, random)
            stories += [_later(story, over) for story in more]
    steps = sorted((step for story in stories for step in story.steps), key=lambda step: step.minute)
    kills = _kills([step.minute for step in steps], size_of_day.kill_every)
    return Script(tuple(stories), tuple(steps), kills, (200, 238))


def _kills(minutes: Sequence[int], every: int) -> tuple[int, ...]:
    """A worker dies where there is work: at the first step behind every so many minutes."""
    found = {next(minute for minute in minutes if minute >= at) for at in range(14, minutes[-1], every)}
    return tuple(sorted(minute for minute in found if not 280 <= minute <= 304))  # not where a lease ends behind three


def _later(story: Story, minutes: int) -> Story:
    steps = []
    for step in story.steps:
        moments = {name: step.facts[name] + minutes for name in _MOMENTS & step.facts.keys() if step.facts[name]}
        steps.append(replace(step, minute=step.minute + minutes, facts={**step.facts, **moments}))
    return replace(story, steps=tuple(steps))


def _writers(homes: Sequence[Home], count: int, random: Random) -> tuple[Home, ...]:
    """Who writes in: at first the neighbours of one building of each area, so that all of the line is one event."""
    chosen = {home.account_no for home in random.sample(list(homes), count)}
    ordered = [home for home in homes if home.account_no in chosen]
    first: dict[tuple[str, str], list[Home]] = {}
    for home in ordered:
        first.setdefault((home.area_id, home.building), []).append(home)
    heads: dict[str, list[Home]] = {}
    for (area, _), neighbours in first.items():
        heads.setdefault(area, []).extend(neighbours[:2])
    lead = [home for ours in heads.values() for home in ours[:4]]
    leading = {home.account_no for home in lead}
    others = [home for home in ordered if home.account_no not in leading]
    random.shuffle(others)
    return (*lead, *others)


def _reported(number: int, areas: tuple[str, ...], writers: tuple[Home, ...], random: Random) -> Story:
    """Customers tell of it; power is back, at times in two steps. Every fourth has an estimate that moves."""
    name = f"reported-{number}"
    strike = 10 + 2 * random.randrange(120)
    size = -(-len(writers) // REPORTING_TICKS)
    waves = [writers[at : at + size] for at in range(0, len(writers), size)]
    steps = [Step(strike + 2 * tick, name, "report", {"homes": wave}) for tick, wave in enumerate(waves)]
    back = strike + 20 + 2 * random.randrange(50, 90)
    if number % 4 == 0:
        steps.append(Step(strike + 20, name, "say", {"eta": back + 30, "status": "dispatched"}))
        steps += _changes(name, strike + 24, back, 2, random)
    if random.random() < 0.5:
        steps.append(Step(back - 10, name, "part", {"areas": areas[: len(areas) // 2]}))
    steps.append(Step(back, name, "restore"))
    return Story(name, "reported", areas, tuple(steps), writers)


def _changes(name: str, begins: int, back: int, count: int, random: Random) -> Iterator[Step]:
    """Estimates that move to and fro, come again unchanged, or are given for a moment that has passed."""
    minute, eta = begins, back + 30
    for _ in range(count):
        minute += 2 * random.randrange(4, 12)
        if minute >= back - 12:
            return
        eta = back + 30 if eta != back + 30 else back + 30 + 2 * random.choice([-10, 15, 30])
        yield Step(minute, name, "say", {"eta": eta})
        yield Step(minute + 2, name, "say", {"eta": eta})
        yield Step(minute + 4, name, "say", {"eta": minute - 20})


def _raised(name: str, areas: tuple[str, ...], city: City, random: Random) -> list[Story]:
    """The control room sees it first; it widens, comes back area by area, and one area goes dark again by another."""
    strike, long = 20 + 2 * random.randrange(150), random.random() < 0.3
    back = strike + (2 * random.randrange(160, 200) if long else 2 * random.randrange(60, 100))
    eta = back + 40 if random.random() < 0.7 else None
    steps = [Step(strike, name, "raise", {"areas": areas[:-1], "eta": eta})]
    steps.append(Step(strike + 10, name, "widen", {"areas": areas[-1:]}))
    steps += _changes(name, strike + 14, back, 1 + random.randrange(3), random) if eta else []
    steps.append(Step(back - 20, name, "part", {"areas": areas[:1]}))
    steps.append(Step(back, name, "restore"))
    stories = [Story(name, "raised", areas, tuple(steps))]
    if random.random() < 0.4:
        split, again = f"{name}-split", back - 10
        more = [Step(again, split, "raise", {"areas": areas[:1], "eta": again + 60})]
        more.append(Step(again + 50, split, "restore"))
        stories.append(Story(split, "raised", areas[:1], tuple(more)))
    return stories


def _building(name: str, areas: tuple[str, ...], city: City, random: Random) -> list[Story]:
    """Two buildings at first, then three, then the whole area, where there are so many."""
    strike = 20 + 2 * random.randrange(150)
    area = max(areas, key=lambda one: len({home.building for home in city.by_area[one]}))
    buildings = sorted({home.building for home in city.by_area[area]})
    steps = [Step(strike, name, "raise", {"areas": (area,), "buildings": buildings[:2], "eta": strike + 120})]
    steps.append(Step(strike + 10, name, "widen", {"areas": (area,), "buildings": buildings[2:3]}))
    steps.append(Step(strike + 20, name, "widen", {"areas": (area,)}))
    steps.append(Step(strike + 90, name, "restore"))
    return [Story(name, "building", (area,), tuple(step for step in steps if step.facts.get("buildings") != []))]


def _rotating(name: str, areas: tuple[str, ...], city: City, random: Random) -> list[Story]:
    """Announced an hour and a half ahead, begins and ends by the clock."""
    told = 20 + 2 * random.randrange(150)
    window = {"areas": areas, "kind": "rotating", "from": told + 90, "to": told + 150}
    return [Story(name, "rotating", areas, (Step(told, name, "announce", window),))]


def _temporary(name: str, areas: tuple[str, ...], city: City, random: Random) -> list[Story]:
    """Announced at short notice, moved once or called off."""
    told = 20 + 2 * random.randrange(60)
    window = {"areas": areas, "kind": "temporary", "from": told + 240, "to": told + 360}
    steps = [Step(told, name, "announce", window)]
    if random.random() < 0.5:
        steps.append(Step(told + 60, name, "postpone", {"from": told + 300, "to": told + 420}))
    else:
        steps.append(Step(told + 60, name, "cancel"))
    return [Story(name, "temporary", areas, tuple(steps))]


def _false(name: str, areas: tuple[str, ...], city: City, random: Random) -> list[Story]:
    """A fault that was none."""
    strike = 20 + 2 * random.randrange(150)
    steps = (Step(strike, name, "raise", {"areas": areas, "eta": strike + 100}), Step(strike + 30, name, "cancel"))
    return [Story(name, "false", areas, steps)]


_WRITERS = {
    "raised": _raised,
    "building": _building,
    "rotating": _rotating,
    "temporary": _temporary,
    "false": _false,
}
