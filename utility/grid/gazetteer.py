"""Finds places from what people write, among the areas the company serves; pure, and never guesses beyond the books.

The best kind of match wins and the others are dropped: an estate's full name, its short name, a road with its number,
a part of a name, a road, a street, a region. A building that the text names narrows several phases to the right one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from runtime.yaml_files import read_yaml
from utility.grid.values import Area, Place

WORDS_FILE = Path(__file__).parent / "gazetteer.yml"
_NOISE = re.compile(r"[^\w#-]|_")
_DOOR = re.compile(r"(?<![\d-])(\d{1,2})-\d{1,2}-\d{2,4}(?!\d)")
_ROOM = re.compile(r"(?<![0-9A-Za-z])([0-9A-Za-z]{1,5}\D?)$")
_RANGE = re.compile(r"(\d+|[A-Z])-(\d+|[A-Z])(\D+)")


class Match(IntEnum):
    """How sure a name in the text makes us, least sure first."""

    REGION = 1
    STREET = 2
    ROAD = 3
    NAME_PART = 4
    ROAD_NUMBER = 5
    SHORT_NAME = 6
    FULL_NAME = 7


@dataclass(frozen=True)
class Words:
    """The words of places, from gazetteer.yml."""

    building_words: Mapping[str, str]
    name_endings: tuple[str, ...]
    phases: tuple[str, ...]
    digits: Mapping[str, int]
    phase_ending: str
    number_ending: str


@dataclass(frozen=True)
class Names:
    """An area with everything it may be called, worked out once: a city has thousands of them."""

    area: Area
    short: tuple[str, ...]
    road: str


@dataclass(frozen=True)
class Building:
    """A building as the text names it: `label` is a number or a letter, `word` the books' word, if any was said."""

    label: str
    word: str


def read_words(path: Path = WORDS_FILE) -> Words:
    """Reads the words."""
    content: dict[str, Any] = read_yaml(path)
    content["name_endings"], content["phases"] = tuple(content["name_endings"]), tuple(content["phases"])
    return Words(**content)


class Gazetteer:
    """Every place the company knows."""

    def __init__(self, areas: Sequence[Area], words: Words, city: str) -> None:
        self._words = words
        self._city = city
        self._names = tuple(self._names_of(area) for area in areas)
        numbers = "|".join(sorted(words.digits, key=len, reverse=True))
        kinds = "|".join(re.escape(word) for word in sorted(words.building_words, key=len, reverse=True))
        self._building = re.compile(rf"(\d+|[A-Z]|{numbers})({kinds})")
        self._phase_number = re.compile(rf"(\d+){words.phase_ending}")

    def find(self, text: str) -> list[Place]:
        """Finds the places the text may mean, best first."""
        plain = self._plain(text)
        building = self._building_of(plain)
        rest = self._building.sub("", plain).removeprefix(self._city)
        matches = [(names.area, match) for names in self._names if (match := _match(names, plain, rest))]
        if not matches:
            return []
        best = max(match for _, match in matches)
        places = [_placed(area, building) for area, match in matches if match is best]
        exact = [place for place in places if place.building]
        return exact or places

    def room_of(self, text: str) -> str:
        """Reads the room at the end of an address (`2栋1单元301`, `3组12号`); empty when it names none."""
        match = _ROOM.search(unicodedata.normalize("NFKC", text).strip())
        return match[1] if match else ""

    def spoken_building(self, text: str) -> str:
        """Returns what was written up to and with its building, spelt one way; empty when it names none."""
        plain = self._plain(text)
        match = self._building.search(plain)
        building = self._building_of(plain)
        if match is None or building is None or not match.start():
            return ""
        return f"{plain[: match.start()]}{building.label}{building.word}"

    def _plain(self, text: str) -> str:
        plain = _NOISE.sub("", unicodedata.normalize("NFKC", text).upper())
        return self._phase_number.sub(self._spelled_phase, plain)

    def _spelled_phase(self, match: re.Match[str]) -> str:
        names = {number: name for name, number in self._words.digits.items()}
        return f"{names.get(int(match[1]), match[1])}{self._words.phase_ending}"

    def _building_of(self, plain: str) -> Building | None:
        if match := self._building.search(plain):
            label = str(self._words.digits.get(match[1], match[1]))
            return Building(label, self._words.building_words[match[2]])
        door = _DOOR.search(plain)
        return Building(door[1], "") if door else None

    def _names_of(self, area: Area) -> Names:
        road = area.road.rstrip("0123456789" + self._words.number_ending)
        return Names(area, tuple(self._short_names(area)), road)

    def _short_names(self, area: Area) -> Iterator[str]:
        for name in (area.estate.removeprefix(self._city), area.name):
            short = name
            for ending in (*self._words.name_endings, *self._words.phases):
                short = short.removesuffix(ending)
            if len(short) >= 2:
                yield short


def _match(names: Names, plain: str, rest: str) -> Match | None:
    """Finds the surest match of one area; `rest` is the text without city and building."""
    area = names.area
    if area.estate in plain:
        return Match.FULL_NAME
    if any(name in plain for name in names.short):
        return Match.SHORT_NAME
    if _names_whole(area.road, plain):
        return Match.ROAD_NUMBER
    if len(rest) >= 2 and (rest in area.estate or rest in area.name):
        return Match.NAME_PART
    broader = ((names.road, Match.ROAD), (area.street, Match.STREET), (area.region, Match.REGION))
    return next((match for name, match in broader if name in plain), None)


def _names_whole(road: str, plain: str) -> bool:
    """Tells whether the text names the road with its number, and not one whose number only begins alike."""
    start = plain.find(road)
    while start >= 0:
        after = plain[start + len(road) : start + len(road) + 1]
        if not after.isdigit():
            return True
        start = plain.find(road, start + 1)
    return False


def _placed(area: Area, building: Building | None) -> Place:
    """Puts the building into the area when the area has it."""
    bounds = _RANGE.fullmatch(area.buildings)
    if building is None or bounds is None or building.word not in ("", bounds[3]) and building.label.isdigit():
        return Place(area)
    return Place(area, f"{building.label}{bounds[3]}") if _within(building.label, bounds[1], bounds[2]) else Place(area)


def _within(label: str, first: str, last: str) -> bool:
    if label.isdigit() and first.isdigit():
        return int(first) <= int(label) <= int(last)
    return not label.isdigit() and not first.isdigit() and first <= label <= last
