"""The chain of the audit, checked from outside the database: the hash of every row is computed anew in Python."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from runtime.postgres import Connection

FIRST = "0" * 64
_BATCH = 2_000
_ROWS = """
    select audit_id, actor, action, subject, detail::text as detail, previous_hash, hash,
           (extract(epoch from at) * 1000000)::bigint as micros
    from audit where audit_id > $1 order by audit_id limit $2
"""


@dataclass(frozen=True)
class Verdict:
    """What a check found: how many rows, the last row's hash, and the first row that is not what was written."""

    rows: int
    head: str
    broken: int | None = None
    why: str = ""

    @property
    def whole(self) -> bool:
        """Whether nothing was changed, taken out or cut off."""
        return not self.why


def row_hash(previous: str, row: Any) -> str:
    """Computes the hash of a row as the database does: each part after its length in bytes."""
    parts = (previous, row["audit_id"], row["actor"], row["action"], row["subject"], row["detail"], row["micros"])
    told = b"".join(_part(str(part)) for part in parts)
    return hashlib.sha256(told).hexdigest()


async def verify(connection: Connection, *, anchor: tuple[int, str] | None = None) -> Verdict:
    """Walks the chain from its first row; `anchor` is a number and hash noted earlier outside the database."""
    number, head = 0, FIRST
    while rows := await connection.fetch(_ROWS, number, _BATCH):
        for row in rows:
            why = _fault(number, head, row, anchor)
            if why:
                return Verdict(number, head, number + 1, why)
            number, head = row["audit_id"], row["hash"]
    kept = await connection.fetchrow("select audit_id, hash from audit_head")
    if kept is None or (kept["audit_id"], kept["hash"]) != (number, head):
        return Verdict(number, head, number + 1, "the last rows are gone")
    if anchor and anchor[0] > number:
        return Verdict(number, head, number + 1, "rows after this one were noted and are gone")
    return Verdict(number, head)


def _fault(number: int, head: str, row: Any, anchor: tuple[int, str] | None) -> str:
    if row["audit_id"] != number + 1:
        return "a row is gone"
    if row["previous_hash"] != head:
        return "it does not follow the row before"
    if row_hash(head, row) != row["hash"]:
        return "it was changed"
    if anchor and anchor[0] == row["audit_id"] and anchor[1] != row["hash"]:
        return "it is not the row that was noted"
    return ""


def _part(text: str) -> bytes:
    encoded = text.encode()
    return b"%d:%b" % (len(encoded), encoded)
