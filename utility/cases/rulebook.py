"""How cases are taken in, read from utility/data/case_rules.yml; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from utility.versions import Versions, read_versions

ALONE = "none"


@dataclass(frozen=True)
class CaseType:
    """One type of a kind: who is answerable, which matter it is, what is checked, what it is filed as otherwise."""

    kind: str
    name: str
    owner: str
    matter: str
    rule: str
    or_else: tuple[str, str] | None


@dataclass(frozen=True)
class CaseRules:
    """What holds for cases.

    Attributes:
        types: by kind and name.
        same_line_hours: within which another complaint of outages on the same line tells of this one too.
        voltage_days, voltage_told: how often low voltage was told before, within so many days.
    """

    center: str
    level: str
    media_level: str
    tag_levels: Mapping[str, str]
    levelled: tuple[str, ...]
    secrecy: tuple[str, ...]
    same_line_hours: int
    voltage_days: int
    voltage_told: int
    types: Mapping[tuple[str, str], CaseType]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of cases."""
        return tuple(dict.fromkeys(kind for kind, _ in self.types))

    def owner(self, found: CaseType, region: str) -> str:
        """Names who is answerable for a case of this type in a region; an empty region has the centre."""
        if "{region}" not in found.owner:
            return found.owner
        return found.owner.format(region=region[:-1]) if region else self.center

    def level_of(self, kind: str, *, media: bool, tags: tuple[str, ...]) -> str:
        """Grades a case."""
        if kind not in self.levelled:
            return ""
        if media:
            return self.media_level
        return next((self.tag_levels[tag] for tag in tags if tag in self.tag_levels), self.level)


def read_case_rules() -> Versions[CaseRules]:
    """Reads the file.

    Raises:
        SettingsError: it is not of its form.
    """
    return read_versions("case_rules", _rules)


def _rules(row: Mapping[str, Any]) -> CaseRules:
    outage, voltage, level = row["frequent_outage"], row["low_voltage"], row["level"]
    types = [
        _type(kind, book, name, more) for kind, book in row["kinds"].items() for name, more in book["types"].items()
    ]
    by_name = {(found.kind, found.name): found for found in types}
    for found in types:
        if found.or_else and found.or_else not in by_name:
            raise ValueError(f"{found.name}: there is no {found.or_else}")
    return CaseRules(
        center=row["center"],
        level=level["default"],
        media_level=level["media"],
        tag_levels=level["tags"],
        levelled=tuple(level["kinds"]),
        secrecy=tuple(row["secrecy"]),
        same_line_hours=outage["same_line_hours"],
        voltage_days=voltage["days"],
        voltage_told=voltage["told"],
        types=by_name,
    )


def _type(kind: str, book: Mapping[str, Any], name: str, more: Mapping[str, Any]) -> CaseType:
    matter = more.get("matter") or book.get("matter") or f"{kind}:{name}"
    instead = more.get("or_else")
    return CaseType(
        kind=kind,
        name=name,
        owner=more.get("owner") or book["owner"],
        matter="" if matter == ALONE else matter,
        rule=more.get("rule") or "",
        or_else=(instead[0], instead[1]) if instead else None,
    )
