"""One place where the books do not agree with themselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """What the audit found wrong.

    Attributes:
        what: which rule is broken, as `<subject>.<thing>` (`bills.total`, `slots.booked`).
        where: the number of the row: a bill, an order, an account.
        booked: what the books say.
        computed: what they add up to.
    """

    what: str
    where: str
    booked: str
    computed: str
