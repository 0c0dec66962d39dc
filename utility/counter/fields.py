"""Reads what comes in at a door: every field is text of a declared form; what is not declared is refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from sanic import Request

from utility import actors
from utility.accounts.values import Person
from utility.actors import Actor
from utility.errors import InvalidRequest

# What PostgreSQL's text cannot hold, or a terminal should not show; tab and line ends are somebody's typing.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Text:
    """The form of one field: its pattern, or up to `most` characters of anything writable."""

    pattern: str = ""
    most: int = 200
    least: int = 0
    required: bool = False


# Numbers are what customers type: a misspelt one is unknown (404), not a broken request.
ACCOUNT_NO = Text(most=40, least=1)
REQUIRED_ACCOUNT_NO = Text(most=40, least=1, required=True)
AREA_ID = Text(most=40, least=1)
ORDER_NO = Text(most=40, least=1)
PERIOD = Text(pattern=r"[0-9]{4}-(0[1-9]|1[0-2])")
PHONE = Text(most=40, least=1)
PHONE_HEADER = Text(pattern=r"[!-~]{1,40}")
CODE = Text(most=40, least=1, required=True)
IDEMPOTENCY_KEY = Text(pattern=r"[!-~]([ -~]{0,198}[!-~])?", required=True)
PERSON = Text(pattern=r"[a-z0-9_]{1,20}:[!-~]{1,128}", required=True)
_STAFF = Text(pattern=r"[A-Z][A-Z0-9-]{1,19}", required=True)


def body(request: Request, forms: Mapping[str, Text]) -> dict[str, str]:
    """Reads the JSON object of a request; an optional field that is absent or null is empty.

    Raises:
        InvalidRequest: it is no JSON object, or a field is unknown, missing or not of its form.
    """
    content = request.json
    if not isinstance(content, dict):
        raise InvalidRequest("field.invalid", "", "The body must be a JSON object.")
    _refuse_unknown(content, forms)
    return {name: checked(name, content.get(name), form) for name, form in forms.items()}


def query(request: Request, forms: Mapping[str, Text]) -> dict[str, str]:
    """Reads the query of a request.

    Raises:
        InvalidRequest: a parameter is unknown, missing, given twice or not of its form.
    """
    given = request.get_args(keep_blank_values=True)
    _refuse_unknown(given, forms)
    twice = next((name for name, values in given.items() if len(values) > 1), None)
    if twice:
        raise InvalidRequest("field.invalid", twice, f"{twice} is given more than once.")
    return {name: checked(name, given.get(name), form) for name, form in forms.items()}


def header(request: Request, name: str, form: Text) -> str:
    """Reads one header.

    Raises:
        InvalidRequest: it is missing or not of its form.
    """
    return checked(name, request.headers.get(name), form)


def part(name: str, value: str, form: Text) -> str:
    """Reads one part of the path.

    Raises:
        InvalidRequest: it is not of its form.
    """
    return checked(name, unquote(value), form)


def acting_person(request: Request) -> Person:
    """Reads for whom the client asks, from `Acting-User: <channel>:<user id>`.

    Raises:
        InvalidRequest: the header is missing or not of that form.
    """
    return person(header(request, "Acting-User", PERSON))


def person(named: str) -> Person:
    """Reads somebody from `<channel>:<user id>`, a text of the form PERSON."""
    channel, _, user_id = named.partition(":")
    return Person(channel, user_id)


def acting_staff(request: Request) -> Actor:
    """Reads which member of the staff acts, from `Acting-Staff: K0103`.

    Raises:
        InvalidRequest: the header is missing or not of that form.
    """
    return actors.staff(header(request, "Acting-Staff", _STAFF))


def checked(name: str, value: object, form: Text) -> str:
    """Returns the value of a field that follows its form.

    Raises:
        InvalidRequest: it does not.
    """
    if value is None:
        if form.required:
            raise InvalidRequest("field.missing", name, f"{name} is required.")
        return ""
    if not isinstance(value, str):
        raise InvalidRequest("field.invalid", name, f"{name} must be text.")
    if form.pattern:
        right = re.fullmatch(form.pattern, value) is not None
    else:
        right = form.least <= len(value) <= form.most and not UNWRITABLE.search(value)
    if not right:
        raise InvalidRequest("field.invalid", name, f"{name} is not of the form the contract names.")
    return value


def _refuse_unknown(given: Mapping[str, object], forms: Mapping[str, Text]) -> None:
    unknown = next((name for name in given if name not in forms), None)
    if unknown is not None:
        raise InvalidRequest("field.unknown", unknown[:100], "There is no such field.")
