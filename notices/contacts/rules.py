"""When contact data counts as wrong: notices/data/contacts.yml as frozen values, and what a phone's form is. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import time, timedelta
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from notices.audience import is_mobile
from notices.errors import KindsBroken
from runtime.yaml_files import read_yaml

FILE = Path(__file__).parent.parent / "data" / "contacts.yml"


class Form(str, Enum):
    """What a phone on file can be."""

    MOBILE = "mobile"
    LAND_LINE = "land_line"
    MALFORMED = "malformed"
    NONE = "none"


@dataclass(frozen=True)
class ContactRules:
    """The table's figures."""

    sweep_at: time
    placeholders: re.Pattern[str]
    land_line: re.Pattern[str]
    dead_times: int
    dead_within: timedelta
    dead_says: str
    holders_most: int
    one_number_not_for: frozenset[str]

    def form(self, phone: str) -> Form:
        """Says what a phone is by its form alone; a number that stands for none is malformed."""
        bare = phone.strip()
        if not bare:
            return Form.NONE
        if is_mobile(bare):
            return Form.MALFORMED if self.placeholders.fullmatch(bare) else Form.MOBILE
        return Form.LAND_LINE if self.land_line.fullmatch(bare) else Form.MALFORMED


def phone_mark(phone: str) -> str:
    """Returns what two equal phones have in common and nobody reads a number from at a glance; the SQL has the same."""
    return hashlib.sha256(phone.strip().encode()).hexdigest()


@lru_cache(maxsize=1)
def contact_rules() -> ContactRules:
    """Reads the table of the house, once. Raises KindsBroken."""
    try:
        return parse_contact_rules(read_yaml(FILE))
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, re.error) as error:
        raise KindsBroken(f"the table of contact data cannot be read: {error!r}") from error


def parse_contact_rules(row: dict[str, Any]) -> ContactRules:
    """Reads what the file says."""
    re.compile(row["dead"]["says"])
    return ContactRules(
        sweep_at=time.fromisoformat(row["sweep_at"]),
        placeholders=re.compile("|".join(_apart(row["placeholders"]))),
        land_line=re.compile(row["land_line"]),
        dead_times=row["dead"]["times"],
        dead_within=timedelta(days=row["dead"]["within_days"]),
        dead_says=row["dead"]["says"],
        holders_most=row["shared"]["holders"],
        one_number_not_for=frozenset(row["two_numbers"]["not_for"]),
    )


def _moved(pattern: str, by: int) -> str:
    return re.sub(r"\\([1-9])", lambda match: f"\\{int(match[1]) + by}", pattern)


def _apart(patterns: list[str]) -> list[str]:
    """Numbers the groups of each pattern anew, so that a pattern may refer to its own."""
    found, groups = [], 0
    for pattern in patterns:
        found.append(_moved(pattern, groups))
        groups += re.compile(pattern).groups
    return found
