"""The gate's memory: a text is judged once, and told the same to whoever asks again."""

from __future__ import annotations

from bot.danger_memory import remembering
from bot.policies.safety import Danger, DangerKind, SafetyGate

_FIRE = Danger(DangerKind.FIRE, "冒烟起火", "电表冒烟", 0)


class Counting(SafetyGate):
    """A gate that notes what it judges."""

    def __init__(self) -> None:
        self.judged: list[str] = []

    def check(self, text: str) -> Danger | None:
        """See base class."""
        self.judged.append(text)
        return _FIRE if "冒烟" in text else None


def test_a_text_is_judged_once_and_told_the_same() -> None:
    gate = Counting()
    asked = remembering(gate)

    assert [asked.check("电表冒烟"), asked.check("查电费"), asked.check("电表冒烟")] == [_FIRE, None, _FIRE]
    assert gate.judged == ["电表冒烟", "查电费"]


def test_what_is_long_gone_is_judged_anew_and_not_kept_for_ever() -> None:
    gate = Counting()
    asked = remembering(gate)
    for number in range(1000):
        asked.check(str(number))

    asked.check("0")

    assert gate.judged.count("0") == 2


def test_a_gate_with_a_memory_needs_no_other() -> None:
    asked = remembering(Counting())

    assert remembering(asked) is asked
