"""Who had to be told what, by what the company acknowledged and by the city: no line of it is the notices'.

A thing to be told is named by its story, its group (fault, eta, restored ...) and its number within; it has its homes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench.typhoon.city import City, Home
from bench.typhoon.company import Done
from bench.typhoon.script import Script, Story

PROGRESS_AFTER, PROGRESS_EVERY = timedelta(hours=4), timedelta(hours=2)
ROTATING_LEAD = timedelta(minutes=30)


@dataclass(frozen=True)
class Owed:
    """One thing that these homes have to be told, once; `lapses`: it may be over before anybody could tell it."""

    story: str
    group: str
    number: int
    homes: frozenset[Home]
    lapses: bool = False


@dataclass(frozen=True)
class Oracle:
    """The city and the day as the company knows them."""

    city: City
    script: Script
    done: Sequence[Done]
    begins: datetime

    def owed(self) -> list[Owed]:
        """Lists everything that had to be told."""
        found: list[Owed] = []
        for story in self.script.stories:
            steps = [one for one in self.done if one.step.story == story.name]
            scheduled = story.kind in ("rotating", "temporary")
            found += self._scheduled(story, steps) if scheduled else self._fault(story, steps)
        return found

    def _fault(self, story: Story, steps: Sequence[Done]) -> Iterator[Owed]:
        end = steps[-1]
        everybody: frozenset[Home] = frozenset()
        for one in steps:
            if one.step.what in ("report", "raise", "widen"):
                everybody |= self._dark(one)
        lapses = self._unheard(steps[0].at, end.at)
        yield Owed(story.name, "fault", 0, everybody, lapses)
        yield from self._estimates(story, steps)
        yield from self._progress(story, steps)
        if story.kind == "false":
            yield Owed(story.name, "false", 0, everybody, lapses)
        else:
            yield Owed(story.name, "restored", 0, everybody)

    def _estimates(self, story: Story, steps: Sequence[Done]) -> Iterator[Owed]:
        known, number = steps[0].outage.get("eta"), 0
        for one in steps[1:]:
            if one.step.what != "say" or one.outage["eta"] == known:
                continue
            known = one.outage["eta"]
            lapses = self._unheard(one.at, steps[-1].at) or self._in_downtime(one.at)
            yield Owed(story.name, "eta", number, self._dark(one), lapses)
            number += 1

    def _progress(self, story: Story, steps: Sequence[Done]) -> Iterator[Owed]:
        due = datetime.fromisoformat(steps[0].outage["started"]) + PROGRESS_AFTER
        number = 0
        while due < steps[-1].at:
            before = [one for one in steps if one.at <= self._heard(due)]
            yield Owed(story.name, "progress", number, self._dark(before[-1]), self._unheard(due, steps[-1].at))
            due, number = due + PROGRESS_EVERY, number + 1

    def _scheduled(self, story: Story, steps: Sequence[Done]) -> Iterator[Owed]:
        homes = self._dark(steps[0])
        starts = datetime.fromisoformat(steps[0].outage["planned_from"])
        lapses = any(self._in_downtime(one.at) for one in steps)
        if story.kind == "rotating":
            yield Owed(story.name, "rotating", 0, homes)
            if starts - ROTATING_LEAD > self._heard(steps[0].at) + ROTATING_LEAD:
                yield Owed(story.name, "rotating", 1, homes)
        else:
            yield Owed(story.name, "planned", 0, homes)
        said = {one.step.what for one in steps}
        if "postpone" in said:
            yield Owed(story.name, "changed", 0, homes, lapses)
        if "cancel" in said:
            yield Owed(story.name, "cancelled", 0, homes, lapses)
        else:
            yield Owed(story.name, "restored", 0, homes)

    def _dark(self, one: Done) -> frozenset[Home]:
        """The homes without power by an outage as it stood."""
        return frozenset(home for home in self._places(one.outage) if home.area_id not in _back(one.outage))

    def _places(self, outage: Mapping[str, Any]) -> Iterator[Home]:
        for area in outage["area_ids"]:
            named = {place["building"] for place in outage["buildings"] if place["area_id"] == area}
            yield from (home for home in self.city.by_area[area] if not named or home.building in named)

    def _heard(self, at: datetime) -> datetime:
        """When something of that moment could be told at the earliest."""
        return self._moments[1] if self._in_downtime(at) else at

    def _unheard(self, at: datetime, over: datetime) -> bool:
        """Whether something of that moment was over before anybody could tell it."""
        return self._in_downtime(at) and over <= self._moments[1]

    def _in_downtime(self, at: datetime) -> bool:
        return self._moments[0] <= at < self._moments[1]

    @property
    def _moments(self) -> tuple[datetime, datetime]:
        begins, ends = self.script.down
        return self.begins + timedelta(minutes=begins), self.begins + timedelta(minutes=ends)


def _back(outage: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(outage["restored_area_ids"])
