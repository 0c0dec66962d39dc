"""What customers and crews say of fault orders: the forms of the writes."""

from __future__ import annotations

from pydantic import StrictBool

from utility.counter.bodies import Form, Line, Moment
from utility.faults.progress import Progress
from utility.faults.told import Update


class UpdateForm(Form):
    """What a customer adds to an order."""

    scope: Line.of(20) = ""  # type: ignore[valid-type]
    neighbor_power: Line.of(20) = ""  # type: ignore[valid-type]
    symptom: Line.of(20) = ""  # type: ignore[valid-type]
    breaker_state: Line.of(20) = ""  # type: ignore[valid-type]
    danger_sign: Line.of(20) = ""  # type: ignore[valid-type]
    note: Line.of(1000) = ""  # type: ignore[valid-type]

    def update(self) -> Update:
        """Returns the update."""
        return Update(**self.dict())


class UrgeForm(Form):
    """Why a customer urges."""

    note: Line.of(200) = ""  # type: ignore[valid-type]


class ConfirmationForm(Form):
    """Whether power is back."""

    restored: StrictBool
    note: Line.of(200) = ""  # type: ignore[valid-type]


class ProgressForm(Form):
    """One move of a crew, or only a word."""

    to: Line.of(30) = ""  # type: ignore[valid-type]
    crew: Line.of(40) = ""  # type: ignore[valid-type]
    cause: Line.of(200) = ""  # type: ignore[valid-type]
    eta: Moment | None = None
    note: Line.of(200) = ""  # type: ignore[valid-type]

    def progress(self) -> Progress:
        """Returns the progress."""
        return Progress(self.to, self.crew, self.cause, self.eta, self.note)
