"""Reads a write's JSON body into a frozen form: pydantic checks it, a wrong field is refused by its name.

Texts hold nothing that PostgreSQL cannot write; money and energy come as decimal text, never as JSON numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, Extra, StrictStr, ValidationError
from sanic import Request

from utility.counter.fields import UNWRITABLE
from utility.errors import InvalidRequest

F = TypeVar("F", bound="Form")


class Form(BaseModel):
    """A body's form: no unknown field, no change after reading."""

    class Config:
        """See pydantic."""

        extra = Extra.forbid
        allow_mutation = False
        anystr_strip_whitespace = False


class Line(StrictStr):
    """One writable text; `Line.of(200)` is one of up to 200 characters, `least` 1 refuses the empty."""

    least = 0
    most = 200
    pattern = ""

    @classmethod
    def of(cls, most: int, *, least: int = 0, pattern: str = "") -> Any:
        """Makes the form of a text."""
        return type("Line", (Line,), {"least": least, "most": most, "pattern": pattern})

    @classmethod
    def validate(cls, value: Any) -> str:
        """Checks a text."""
        if not isinstance(value, str) or UNWRITABLE.search(value):
            raise ValueError("not a writable text")
        if not cls.least <= len(value) <= cls.most or (cls.pattern and not re.fullmatch(cls.pattern, value)):
            raise ValueError("not of its form")
        return value

    @classmethod
    def __get_validators__(cls) -> Any:
        """See pydantic."""
        yield cls.validate


class Figure(Decimal):
    """A decimal as text, at most 12 digits before the point and 4 behind it; `Figure.of(2)` has at most two."""

    places = 4

    @classmethod
    def of(cls, places: int) -> Any:
        """Makes the form of a figure."""
        return type("Figure", (Figure,), {"places": places})

    @classmethod
    def validate(cls, value: Any) -> Decimal:
        """Checks a figure."""
        if not isinstance(value, str) or not re.fullmatch(rf"-?[0-9]{{1,12}}(\.[0-9]{{1,{cls.places}}})?", value):
            raise ValueError("not a decimal figure as text")
        return Decimal(value)

    @classmethod
    def __get_validators__(cls) -> Any:
        """See pydantic."""
        yield cls.validate


class Moment(datetime):
    """A moment as ISO 8601 text with its offset."""

    @classmethod
    def validate(cls, value: Any) -> datetime:
        """Checks a moment."""
        moment = datetime.fromisoformat(value.replace("Z", "+00:00")) if isinstance(value, str) else None
        if moment is None or moment.tzinfo is None or not 2000 <= moment.year <= 2100:
            raise ValueError("not a moment with an offset between 2000 and 2100")
        return moment

    @classmethod
    def __get_validators__(cls) -> Any:
        """See pydantic."""
        yield cls.validate


class Day(date):
    """A day as YYYY-MM-DD."""

    @classmethod
    def validate(cls, value: Any) -> date:
        """Checks a day."""
        if not isinstance(value, str) or not re.fullmatch(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError("not a day")
        return date.fromisoformat(value)

    @classmethod
    def __get_validators__(cls) -> Any:
        """See pydantic."""
        yield cls.validate


def parsed(request: Request, form: type[F]) -> F:
    """Reads the body of a request.

    Raises:
        InvalidRequest: `field.unknown`, `field.missing` or `field.invalid`, naming the first wrong field.
    """
    content = request.json
    if not isinstance(content, dict):
        raise InvalidRequest("field.invalid", "", "The body must be a JSON object.")
    try:
        return form.parse_obj(content)
    except ValidationError as error:
        raise _refusal(error.errors()[0]) from error


def _refusal(wrong: Mapping[str, Any]) -> InvalidRequest:
    name = ".".join(str(part) for part in wrong["loc"])[:100]
    if wrong["type"] == "value_error.extra":
        return InvalidRequest("field.unknown", name, "There is no such field.")
    if wrong["type"] == "value_error.missing":
        return InvalidRequest("field.missing", name, f"{name} is required.")
    return InvalidRequest("field.invalid", name, f"{name} is not of the form the contract names: {wrong['msg']}.")
