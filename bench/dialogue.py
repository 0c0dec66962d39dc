"""What the visitors of the bench say, and the demo account they are bound to; read from `dialogue.yml`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg2
import yaml

_FILE = Path(__file__).parent / "dialogue.yml"
CHANNEL = "web"


@dataclass(frozen=True)
class Dialogue:
    """The lines every visitor says, in order."""

    account_no: str
    lines: tuple[str, ...]


def load_dialogue() -> Dialogue:
    """Reads the scripted dialogue."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return Dialogue(content["account_no"], tuple(content["lines"]))


def bind(utility_database: str, visitors: Sequence[str], account_no: str, at: datetime) -> None:
    """Binds every visitor to the account, in the utility's own books."""
    with closing(psycopg2.connect(utility_database)) as connection, connection, connection.cursor() as cursor:
        cursor.executemany("insert into channel_users values (%s, %s)", [(CHANNEL, visitor) for visitor in visitors])
        rows = [(CHANNEL, visitor, account_no, at) for visitor in visitors]
        cursor.executemany("insert into bindings values (%s, %s, %s, %s)", rows)
