"""Where grid managers are told, and in which words: notices/data/managers.yml, or the operator's own file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import yaml

from notices.audience import is_mobile
from notices.errors import KindsBroken
from notices.mail_address import is_mail
from runtime.yaml_files import read_yaml

FILE = Path(__file__).parent.parent / "data" / "managers.yml"


@dataclass(frozen=True)
class Reached:
    """By which way somebody is told, and where that leads; no way: nowhere."""

    way: str = ""
    address: str = ""


@dataclass(frozen=True)
class StaffBook:
    """All of the file."""

    tell_from: time
    tell_until: time
    tries: int
    again: timedelta
    listed: int
    managers: Mapping[str, Mapping[str, str]]
    kinds: Mapping[str, str]
    words: Mapping[str, str]

    def reach(self, manager_no: str, phone: str = "") -> Reached:
        """The way to a manager: mail, else a mobile of the book, else the company's number where that is a mobile."""
        row = self.managers.get(manager_no, {})
        if is_mail(row.get("mail", "")):
            return Reached("mail", row["mail"])
        mobile = next((one for one in (row.get("mobile", ""), phone) if is_mobile(one)), "")
        return Reached("sms", mobile) if mobile else Reached()


def staff_book(own: str = "") -> StaffBook:
    """Reads the book of the house, with what the operator's own file says instead. Raises KindsBroken."""
    try:
        return _parse(read_yaml(FILE), read_yaml(Path(own)) if own else {})
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise KindsBroken(f"the book of grid managers cannot be read: {error!r}") from error


def _parse(row: dict[str, Any], own: dict[str, Any]) -> StaffBook:
    row = {**row, **own}
    return StaffBook(
        tell_from=time.fromisoformat(row["tell_from"]),
        tell_until=time.fromisoformat(row["tell_until"]),
        tries=row["tries"],
        again=timedelta(minutes=row["again_minutes"]),
        listed=row["listed"],
        managers={str(number): dict(one) for number, one in row["managers"].items()},
        kinds=dict(row["kinds"]),
        words=dict(row["words"]),
    )
