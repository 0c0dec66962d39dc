"""Who may hold how many connections to a PostgreSQL server, said where everybody sees it: in `application_name`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

_PREFIX = "gridtalk"
NAME_PATTERN = rf"^{_PREFIX} [a-z]+ \d+ [0-9a-f]+$"


def _token() -> str:
    return secrets.token_hex(4)


@dataclass(frozen=True)
class Claim:
    """So many connections at most for one process; all of them carry the same name.

    Args:
        process: the process's short name, in lower-case letters.
        most: how many it may hold.
        token: tells two processes of a name apart.
    """

    process: str
    most: int
    token: str = field(default_factory=_token)

    @property
    def name(self) -> str:
        """What stands in `application_name`."""
        return f"{_PREFIX} {self.process} {self.most} {self.token}"
