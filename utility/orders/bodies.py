"""The bodies of what is written about work orders and cases."""

# Line.of(...) makes a type when the module is read, which mypy cannot see.
# mypy: disable-error-code="valid-type"

from __future__ import annotations

from pydantic import StrictBool, conint

from utility.counter.bodies import Form, Line

NAME = Line.of(40, least=1, pattern=r"[a-z_]+")
NOTE = Line.of(1000)


class UrgeForm(Form):
    """An urge; `risk`: the customer speaks of media or a crowd."""

    note: Line.of(500) = ""
    risk: StrictBool = False


class AttachmentForm(Form):
    """A picture the customer adds, kept elsewhere under `media_id`."""

    media_id: Line.of(64, least=1, pattern=r"[A-Za-z0-9_-]+")
    name: Line.of(200) = ""
    mime: Line.of(80, least=3, pattern=r"(image|audio|video)/[a-z0-9.+-]{1,60}")
    size: conint(ge=0, le=100_000_000, strict=True) = 0
    note: Line.of(500) = ""


class RatingForm(Form):
    """1 to 5."""

    rating: conint(ge=1, le=5, strict=True)


class Noted(Form):
    """A note for the timeline."""

    note: NOTE = ""


class Move(Form):
    """Where the work goes."""

    to: NAME
    note: NOTE = ""


class Side(Form):
    """Why the work waits, or ends."""

    side_state: NAME
    note: NOTE = ""


class Transfer(Form):
    """To whom the order is offered."""

    to: Line.of(100, least=1, pattern=r".*\S.*")
    note: NOTE = ""


class Reply(Form):
    """The reply: its resolution, and what the kind's checklist asks for."""

    code: Line.of(40, least=1)
    reply: dict[Line.of(40, least=1), Line.of(1000)] = {}
    note: NOTE = ""


class Satisfaction(Form):
    """What the customer says of the reply."""

    satisfied: StrictBool
    note: NOTE = ""


class Attempt(Form):
    """An attempt to reach the customer."""

    how: Line.of(40, least=1)
    outcome: NAME
    note: NOTE = ""


class Reason(Form):
    """Why an order is opened again."""

    reason: Line.of(1000, least=1)
