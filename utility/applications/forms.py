"""The bodies of writes about applications."""

from __future__ import annotations

from pydantic import Field, StrictBool

from utility.applications.values import Start
from utility.counter.bodies import Form, Line

MOST_PERSONS, MOST_MISSING = 30, 20


class Person(Line):
    """An identity number, as it is typed; a wrong one is a finding, not a broken request."""

    least, most = 1, 40


class Fact(Line):
    """What was filled in for one question."""

    most = 100


class StartForm(Form):
    """What a customer wants to apply for."""

    business_type: Line.of(20, least=1)  # type: ignore[valid-type]  # a form made by a call
    account_no: Line.of(40) = ""  # type: ignore[valid-type]
    customer_class: Line.of(20) = ""  # type: ignore[valid-type]
    voltage_level: Line.of(20) = ""  # type: ignore[valid-type]
    address: Line.of(200) = ""  # type: ignore[valid-type]
    contact_phone: Line.of(20, pattern=r"(1[3-9]\d{9})?") = ""  # type: ignore[valid-type]
    proxy: StrictBool = False
    facts: dict[str, Fact] = Field(default_factory=dict)
    persons: list[Person] = Field(default_factory=list, max_items=MOST_PERSONS)

    def start(self) -> Start:
        """Returns what it asks for."""
        fields = {name: getattr(self, name) for name in self.__fields__}
        return Start(**{**fields, "facts": dict(self.facts), "persons": tuple(self.persons)})


class Note(Form):
    """A remark with a step."""

    note: Line.of(500) = ""  # type: ignore[valid-type]


class Move(Note):
    """The state an application is moved to."""

    to: Line.of(40, least=1)  # type: ignore[valid-type]


class MissingPaper(Form):
    """One paper that is missing, in the clerk's words."""

    code: Line.of(40, least=1)  # type: ignore[valid-type]
    text: Line.of(100) = ""  # type: ignore[valid-type]


class Return(Note):
    """Everything that is missing, at once."""

    missing: list[MissingPaper] = Field(..., min_items=1, max_items=MOST_MISSING)


class Archive(Note):
    """How the customer confirmed it, and what was not known before."""

    facts: dict[str, Fact] = Field(default_factory=dict)


class Received(Form):
    """A paper that was seen."""

    code: Line.of(40, least=1)  # type: ignore[valid-type]


class Linked(Form):
    """The visit that was booked."""

    appointment_no: Line.of(40, least=1)  # type: ignore[valid-type]


class Empty(Form):
    """Nothing to say."""
