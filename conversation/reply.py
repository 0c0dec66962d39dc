"""What the bot says: bubbles of text, buttons and cards, free of any channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from conversation.errand import Errand

# A person reads two bubbles of 300 characters at most (`policy.messages_per_turn` of the utility).
BUBBLE_CHARACTERS = 300
# Under this name an action says that the company did not answer.
COMPANY_DOWN = "company_down"


@dataclass(frozen=True)
class Button:
    """One choice; pressing it sends `payload` as the customer's text."""

    label: str
    payload: str

    def to_wire(self) -> dict[str, str]:
        """Returns `{"label", "payload"}`."""
        return {"label": self.label, "payload": self.payload}


@dataclass(frozen=True)
class Chart:
    """Figures to be drawn, one bar for each label; `highlight` is the place of the bar that is spoken of."""

    labels: tuple[str, ...]
    values: tuple[float, ...]
    unit: str
    kind: str = "bar"
    highlight: int | None = None

    def to_wire(self) -> dict[str, Any]:
        """Returns the chart of docs/architecture.md section 4."""
        wire: dict[str, Any] = {"kind": self.kind, "labels": list(self.labels), "values": list(self.values)}
        wire["unit"] = self.unit
        if self.highlight is not None:
            wire["highlight"] = self.highlight
        return wire

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Chart:
        """Reads a chart an action sent.

        Raises:
            KeyError: a required part is missing.
            ValueError: there is no bar, or not as many labels as values.
        """
        labels, values = tuple(map(str, wire["labels"])), tuple(map(float, wire["values"]))
        if not labels or len(labels) != len(values):
            raise ValueError(f"a chart of {len(labels)} labels and {len(values)} values")
        return cls(labels, values, str(wire["unit"]), str(wire["kind"]), wire.get("highlight"))


@dataclass(frozen=True)
class Card:
    """Figures laid out in rows: a bill, an order, an outage; a chart may stand with them."""

    kind: str
    title: str
    rows: tuple[tuple[str, str], ...]
    total: tuple[str, str] | None = None
    note: str = ""
    chart: Chart | None = None

    def to_wire(self) -> dict[str, Any]:
        """Returns the card of docs/architecture.md section 4."""
        wire: dict[str, Any] = {"kind": self.kind, "title": self.title, "rows": [_row(r) for r in self.rows]}
        if self.total:
            wire["total"] = _row(self.total)
        if self.note:
            wire["note"] = self.note
        if self.chart:
            wire["chart"] = self.chart.to_wire()
        return wire

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Card:
        """Reads a card an action sent.

        Raises:
            KeyError: a required part is missing.
            ValueError: its chart cannot be drawn.
        """
        total = wire.get("total")
        return cls(
            kind=wire["kind"],
            title=wire["title"],
            rows=tuple((row["label"], row["value"]) for row in wire["rows"]),
            total=(total["label"], total["value"]) if total else None,
            note=wire.get("note", ""),
            chart=Chart.from_wire(wire["chart"]) if "chart" in wire else None,
        )


def _row(pair: tuple[str, str]) -> dict[str, str]:
    return {"label": pair[0], "value": pair[1]}


@dataclass(frozen=True)
class Reply:
    """One bubble of the bot."""

    text: str
    buttons: tuple[Button, ...] = ()
    card: Card | None = None

    def to_body(self) -> dict[str, Any]:
        """Returns the body stored in the transcript and shown on every wire; empty parts are left out."""
        body: dict[str, Any] = {"text": self.text}
        if self.buttons:
            body["buttons"] = [button.to_wire() for button in self.buttons]
        if self.card:
            body["card"] = self.card.to_wire()
        return body


@dataclass(frozen=True)
class Turn:
    """Everything one turn of the bot wants to happen: bubbles in order, perhaps a hand-off.

    `profile` is what the turn learned about the customer, masked, for the desk (its shape: `handoff.card.takeover`).
    `leaves_queue`: the customer does not want to wait for a person any more.
    `errands` are requests kept for later; `dropped` names those kept before that the customer no longer wants.
    `company_down`: the company did not answer in this turn.
    `settled` names the links between identities (`conversation.links`) of which the company knows now.
    """

    replies: tuple[Reply, ...] = ()
    handoff: HandoffRequest | None = None
    profile: dict[str, Any] = field(default_factory=dict)
    errands: tuple[Errand, ...] = ()
    dropped: tuple[int, ...] = ()
    leaves_queue: bool = False
    settled: tuple[str, ...] = ()
    company_down: bool = False


@dataclass(frozen=True)
class HandoffRequest:
    """A request for a person, with what the person should know (`summary`: intent, slots, orders)."""

    skill: str
    reason: str
    priority: int = 5
    summary: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> HandoffRequest:
        """Reads the hand-off an action sent (docs/architecture.md section 8)."""
        return cls(wire["skill"], wire["reason"], int(wire.get("priority", 5)), wire.get("summary", {}))
