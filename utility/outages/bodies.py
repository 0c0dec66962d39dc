"""What an operator says of outages: the forms of the writes."""

from __future__ import annotations

from datetime import datetime

from utility.counter.bodies import Form, Line, Moment
from utility.outages.values import Building, Draft, Where, Word


class BuildingForm(Form):
    """One building of an area."""

    area_id: Line.of(40, least=1)  # type: ignore[valid-type]
    building: Line.of(40, least=1)  # type: ignore[valid-type]


class WhereForm(Form):
    """What is dark: areas, a whole line, single buildings."""

    area_ids: list[Line.of(40, least=1)] = []  # type: ignore[valid-type]
    line_id: Line.of(40, least=1) | None = None  # type: ignore[valid-type]
    buildings: list[BuildingForm] = []

    def where(self) -> Where:
        """Returns the place."""
        places = tuple(Building(place.area_id, place.building) for place in self.buildings)
        return Where(tuple(self.area_ids), self.line_id, places)


class WidenForm(WhereForm):
    """More places that are dark."""

    note: Line.of(200) = ""  # type: ignore[valid-type]


class OutageForm(WhereForm):
    """An outage that is raised."""

    kind: Line.of(20, pattern="planned|temporary|fault|rotating")  # type: ignore[valid-type]
    cause: Line.of(200) = ""  # type: ignore[valid-type]
    crew: Line.of(40) = ""  # type: ignore[valid-type]
    contact: Line.of(40) = ""  # type: ignore[valid-type]
    started: Moment | None = None
    planned_from: Moment | None = None
    planned_to: Moment | None = None
    eta: Moment | None = None
    eta_said_by: Line.of(40) = ""  # type: ignore[valid-type]
    short_reason: Line.of(200) = ""  # type: ignore[valid-type]
    exempt: Line.of(20, pattern="reported|own|") = ""  # type: ignore[valid-type]

    def draft(self) -> Draft:
        """Returns the draft."""
        names = (
            "kind", "cause", "crew", "contact", "started", "planned_from", "planned_to", "eta", "eta_said_by",
            "short_reason", "exempt",
        )  # fmt: skip
        return Draft(where=self.where(), **{name: getattr(self, name) for name in names})


class WordForm(Form):
    """What is said of an outage now."""

    status: Line.of(20) = ""  # type: ignore[valid-type]
    cause: Line.of(200) = ""  # type: ignore[valid-type]
    crew: Line.of(40) = ""  # type: ignore[valid-type]
    eta: Moment | None = None
    eta_said_by: Line.of(40) = ""  # type: ignore[valid-type]
    note: Line.of(200) = ""  # type: ignore[valid-type]

    def word(self) -> Word:
        """Returns the word."""
        return Word(self.status, self.cause, self.crew, self.eta, self.eta_said_by, self.note)


class PostponeForm(Form):
    """The new window of an announced outage."""

    planned_from: Moment
    planned_to: Moment
    reason: Line.of(200, least=1)  # type: ignore[valid-type]

    def window(self) -> tuple[datetime, datetime]:
        """Returns the window."""
        return self.planned_from, self.planned_to


class ReasonForm(Form):
    """Why an outage is called off."""

    reason: Line.of(200, least=1)  # type: ignore[valid-type]


class RestoreForm(Form):
    """Which areas have their power back; none named: all that are left."""

    area_ids: list[Line.of(40, least=1)] = []  # type: ignore[valid-type]
    note: Line.of(200) = ""  # type: ignore[valid-type]
