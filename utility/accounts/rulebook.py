"""How the company keeps its customers: the versions of `utility/data/accounts.yml` as frozen values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tag:
    """What a tag of an account means; `holder` ones leave with the person, `told` ones matter in a talk."""

    kind: str
    holder: bool = False
    told: bool = False


@dataclass(frozen=True)
class AccountRules:
    """Forms of phones, meanings of tags, letters of numbers, classes of customers."""

    mobile: str
    land_line: str
    letters: Mapping[str, str]
    candidates_most: int
    classes: tuple[str, ...]
    tags: Mapping[str, Tag]

    def can_receive_codes(self, phone: str) -> bool:
        """Tells whether a short message can reach the phone."""
        return re.fullmatch(self.mobile, phone) is not None

    def is_phone(self, phone: str) -> bool:
        """Tells whether a phone of any kind has this number."""
        return self.can_receive_codes(phone) or re.fullmatch(self.land_line, phone) is not None

    def told(self, tags: Sequence[str]) -> tuple[str, ...]:
        """Keeps the tags that whoever talks with the customer must know."""
        return tuple(tag for tag in tags if tag in self.tags and self.tags[tag].told)

    def staying(self, tags: Sequence[str]) -> tuple[str, ...]:
        """Keeps the tags that stay with the account when its holder leaves."""
        return tuple(tag for tag in tags if tag not in self.tags or not self.tags[tag].holder)

    def kinds(self, tags: Sequence[str]) -> tuple[str, ...]:
        """Says what the told tags mean, each meaning once."""
        return tuple(dict.fromkeys(self.tags[tag].kind for tag in self.told(tags)))


def parse_rules(row: Mapping[str, Any]) -> AccountRules:
    """Builds the rules from one version of the file."""
    return AccountRules(
        mobile=row["mobile"],
        land_line=row["land_line"],
        letters=dict(row["letters"]),
        candidates_most=row["candidates_most"],
        classes=tuple(row["classes"]),
        tags={name: Tag(**tag) for name, tag in row["tags"].items()},
    )
