"""What a customer asked for and what the bot has put before them to choose from; it says nothing and sends nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

_YES, _NO, _CANCEL = "affirm", "deny", "cancel_flow"
# An ask that was offered this often and not taken up is let go.
_OFFERS = 2


def bare(text: str) -> str:
    """Returns the letters and digits of a text, without differences of width and case."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())


@dataclass(frozen=True)
class Ask:
    """One business a customer wants, with the words and entities they said it in."""

    intent: str
    text: str
    entities: tuple[dict[str, Any], ...] = ()
    confidence: float = 1.0
    # how often the bot has offered to serve it
    offered: int = 0
    # a form that was left unfinished, and what it held; empty for a business not begun yet
    form: str = ""
    held: Mapping[str, Any] = field(default_factory=dict)

    def to_wire(self) -> dict[str, Any]:
        """Returns the ask as a slot keeps it."""
        wire = {
            "intent": self.intent,
            "text": self.text,
            "entities": list(self.entities),
            "confidence": self.confidence,
            "offered": self.offered,
        }
        return wire | ({"form": self.form, "held": dict(self.held)} if self.form else {})

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Ask:
        """Reads what `to_wire` wrote."""
        return cls(
            wire["intent"],
            wire["text"],
            tuple(wire["entities"]),
            wire["confidence"],
            wire["offered"],
            wire.get("form", ""),
            wire.get("held", {}),
        )

    @property
    def is_due(self) -> bool:
        """May still be offered."""
        return self.offered < _OFFERS

    def offered_again(self) -> Ask:
        """Returns the ask with one more offer counted."""
        return replace(self, offered=self.offered + 1)

    def with_words(self, text: str, entities: Iterable[dict[str, Any]]) -> Ask:
        """Returns the ask with words said later; what they name replaces what was named before."""
        newer = tuple(entities)
        named = {entity["entity"] for entity in newer}
        kept = (entity for entity in self.entities if entity["entity"] not in named)
        return replace(self, text=", ".join(said for said in (self.text, text) if said), entities=(*newer, *kept))


@dataclass(frozen=True)
class Choice:
    """One button of an offer: its label, other words that mean it, and the ask it leads to."""

    label: str
    says: tuple[str, ...]
    ask: Ask


@dataclass(frozen=True)
class Offer:
    """A question with buttons: one ask to take up, or several of which one was meant."""

    choices: tuple[Choice, ...]
    refusals: tuple[str, ...]

    @property
    def is_question(self) -> bool:
        """Asks which of several was meant."""
        return len(self.choices) > 1

    def choice_for(self, text: str, intent: str | None, *, just_made: bool) -> Choice | None:
        """Returns the choice that a message takes, if it takes one.

        A pressed button counts whenever it comes; other words only right after the offer was made.
        """
        said = bare(text)
        pressed = next((choice for choice in self.choices if said == bare(choice.label)), None)
        if pressed or not just_made or self._is_refusal(said):
            return pressed
        named = next((choice for choice in self.choices if said in choice.says), None)
        if named is None and intent == _YES and not self.is_question:
            return self.choices[0]
        return named or next((choice for choice in self.choices if choice.ask.intent == intent), None)

    def is_refused_by(self, text: str, intent: str | None) -> bool:
        """Tells whether the message right after the offer declines it."""
        if self._is_refusal(bare(text)):
            return True
        return intent in (_NO, _CANCEL) and self.choice_for(text, intent, just_made=True) is None

    def _is_refusal(self, said: str) -> bool:
        return said in self.refusals

    def to_wire(self) -> dict[str, Any]:
        """Returns the offer as a slot keeps it."""
        choices = [{"label": c.label, "says": list(c.says), "ask": c.ask.to_wire()} for c in self.choices]
        return {"choices": choices, "refusals": list(self.refusals)}

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Offer:
        """Reads what `to_wire` wrote."""
        choices = (Choice(c["label"], tuple(c["says"]), Ask.from_wire(c["ask"])) for c in wire["choices"])
        return cls(tuple(choices), tuple(wire["refusals"]))
