"""The gate's last answers: half a dozen rooms ask it about the same line, from the door to the last ear."""

from __future__ import annotations

from functools import lru_cache

from bot.policies.safety import Danger, SafetyGate

# The lines of turns that run side by side, and their parts; a text that is long gone is asked about anew.
_TEXTS = 64


class RememberingGate(SafetyGate):
    """A gate that says of a text what it said before; it is told nothing else, so that is what it would say again."""

    def __init__(self, gate: SafetyGate) -> None:
        self._asked = lru_cache(maxsize=_TEXTS)(gate.check)

    def check(self, text: str) -> Danger | None:
        """See base class."""
        return self._asked(text)


def remembering(gate: SafetyGate) -> RememberingGate:
    """Gives a gate its memory; one that has it stays."""
    return gate if isinstance(gate, RememberingGate) else RememberingGate(gate)
