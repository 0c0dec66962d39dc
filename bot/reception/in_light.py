"""Reads a short answer to a notice in its light: "how much longer?" after the word of an outage is a whole question.

Only the message right after a notice, and only words of `in_light.yml`; what it answers goes with the question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.reception.choices import meant_by
from bot.reception.claim import Around, Claim
from bot.reception.room import Room
from handoff.notices import marks
from handoff.notices.marks import Told
from runtime.postgres import at_once
from runtime.yaml_files import read_yaml

_FILE = Path(__file__).with_name("in_light.yml")
_LONGEST = 30


@dataclass(frozen=True)
class _Reading:
    says: re.Pattern[str]
    means: str


@dataclass(frozen=True)
class _Group:
    kinds: tuple[str, ...]
    reads: tuple[_Reading, ...]


@dataclass(frozen=True)
class _Light:
    hours: timedelta
    around: re.Pattern[str]
    any_notice: tuple[_Reading, ...]
    stop: re.Pattern[str]
    topics: dict[str, str]
    groups: tuple[_Group, ...]


async def heard(house: Room, claim: Claim, text: str) -> tuple[str, dict[str, Any]]:
    """What a typed message means: a button of the last turn, or an answer to a notice; with what the actions get."""
    meant = meant_by(text, claim.around.shown)
    told = notice_answered(claim.around, house.clock.now())
    if told is None:
        return meant, {}
    async with at_once(house.pool) as connection:
        await marks.read(connection, told, house.clock.now())
    return (in_light(text, told) if meant == text else meant), {"notice": told.to_wire()}


def notice_answered(around: Around, at: datetime) -> Told | None:
    """The notice that a message comes right after, which it proves to be read; none: it answers no notice."""
    if around.told is None or around.told_at is None or around.told_at < at - _light().hours:
        return None
    return Told.from_body(around.told)


def in_light(text: str, told: Told) -> str:
    """The sentence that a short answer stands for; its own words when it says more, or something else."""
    light = _light()
    found = light.around.match(text.strip().lower())
    if found is None or len(text) > _LONGEST:
        return text
    said = found.group(1)
    if light.stop.fullmatch(said):
        return next((means for begins, means in light.topics.items() if told.kind.startswith(begins)), text)
    for reading in (*_reads(light, told.kind), *light.any_notice):
        if reading.says.fullmatch(said):
            return reading.means.replace("{subject}", told.subject)
    return text


def _reads(light: _Light, kind: str) -> tuple[_Reading, ...]:
    for group in light.groups:
        if any(kind.startswith(begins) for begins in group.kinds):
            return group.reads
    return ()


@lru_cache(maxsize=1)
def _light() -> _Light:
    held = read_yaml(_FILE)
    groups = tuple(_Group(tuple(row["kinds"]), _read(row["reads"])) for row in held["groups"])
    return _Light(
        hours=timedelta(hours=held["hours"]),
        around=re.compile(held["around"]),
        any_notice=_read(held["any_notice"]),
        stop=re.compile(held["stop"]["says"]),
        topics=held["stop"]["topics"],
        groups=groups,
    )


def _read(rows: list[dict[str, str]]) -> tuple[_Reading, ...]:
    return tuple(_Reading(re.compile(row["says"]), row["means"]) for row in rows)
