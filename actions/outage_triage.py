"""Which question of a fault report comes next: one table over scope, neighbours and the self-check.

When in doubt a crew is sent (business_rules.md section 2): whatever is not clearly one home beside neighbours with
light skips the self-check, and who cannot or dare not look is not asked to.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

SCOPE, NEIGHBOURS, CHECK, PHONE = "outage_scope", "neighbor_power", "self_check", "phone"


class Dark(Enum):
    """How much is dark, as far as it matters for the next question."""

    UNTOLD = "untold"
    ONE_HOME = "one home"
    MORE = "more, or nobody knows"


class Beside(Enum):
    """Whether the neighbours have power."""

    UNTOLD = "untold"
    LIGHT = "light"
    DARK_OR_UNKNOWN = "dark, or nobody knows"


@dataclass(frozen=True)
class Told:
    """What is known of a fault; `checked` is how the self-check ended, empty before it."""

    dark: Dark
    beside: Beside
    checked: str = ""

    @property
    def own_switch_likely(self) -> bool:
        """One home alone is dark: its own breaker comes first, before place and phone are asked for."""
        return self.dark is Dark.ONE_HOME and self.beside is Beside.LIGHT

    def questions(self) -> tuple[str, ...]:
        """The questions that are still of use, in their order."""
        if self.dark is Dark.UNTOLD:
            return (SCOPE, PHONE)
        if self.dark is Dark.MORE or self.beside is Beside.DARK_OR_UNKNOWN:
            return (PHONE,)
        if self.beside is Beside.UNTOLD:
            return (NEIGHBOURS, PHONE)
        return (PHONE,) if self.checked else (CHECK, PHONE)


# How each answer to the self-check is written on the order (words/outage.yml, values), and that it ends the check.
BREAKER_VALUES = {
    "failed": "breaker_failed",
    "not_tripped": "breaker_not_tripped",
    "unsure": "breaker_not_seen",
    "unsafe": "breaker_not_seen",
}
