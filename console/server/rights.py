"""Roles and rights of the desk as data: `rights.yml` says which role has which right; the rest is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from runtime.errors import SettingsError
from runtime.yaml_files import read_yaml

RIGHTS_FILE = Path(__file__).with_name("rights.yml")


class DeskRole(str, Enum):
    """What a person at the desk may be."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    QUALITY = "quality"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Access(str, Enum):
    """The right a route needs; `OPEN` needs none."""

    OPEN = "open"
    SELF = "self"
    DESK = "desk"
    SUPERVISOR = "supervisor"
    READ = "read"
    READ_ALL = "read_all"
    READ_SERVED = "read_served"
    UNMASK = "unmask"
    ALARMS = "alarms"
    CANNED = "canned"
    SEARCH = "search"
    KNOWLEDGE = "knowledge"
    ACCOUNTS = "accounts"
    AUDIT = "audit"


@dataclass(frozen=True)
class Rights:
    """The table of rights, and the skills that are everybody's."""

    roles: Mapping[Access, frozenset[DeskRole]]
    confirmed: frozenset[Access]
    open_skills: frozenset[str]
    every_skill: str

    def allow(self, role: DeskRole, access: object) -> bool:
        """Tells whether a role has a right; an unknown right, or none, is nobody's."""
        return isinstance(access, Access) and role in self.roles.get(access, frozenset())

    def of(self, role: DeskRole) -> tuple[str, ...]:
        """Names the rights of a role, for the page."""
        return tuple(sorted(access.value for access, roles in self.roles.items() if role in roles))

    def serves(self, skills: tuple[str, ...], skill: str) -> bool:
        """Tells whether somebody with these skills may see a request of that one."""
        return skill in self.open_skills or skill in skills or self.every_skill in skills


def load(file: Path = RIGHTS_FILE) -> Rights:
    """Reads the table.

    Raises:
        SettingsError: a right without a row, an unknown right or role.
    """
    try:
        return _parse(read_yaml(file))
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise SettingsError(f"The rights cannot be read: {error}", file=str(file)) from error


def _parse(table: dict[str, Any]) -> Rights:
    roles = {Access(name): frozenset(map(DeskRole, named)) for name, named in table["rights"].items()}
    missing = sorted(access.value for access in Access if access is not Access.OPEN and access not in roles)
    if missing or Access.OPEN in roles:
        raise ValueError(f"rights without a row: {', '.join(missing) or 'none; open has no row'}")
    return Rights(
        roles=roles,
        confirmed=frozenset(map(Access, table["confirmed"])),
        open_skills=frozenset({*table["open_skills"], *table["general_skills"]}),
        every_skill=table["every_skill"],
    )


RIGHTS = load()
