"""Writes the words of a notice; a value that is missing or of another form refuses: no gap is ever sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from notices.errors import WordsMissing
from notices.kinds import Book, Kind
from runtime.clock import SHANGHAI


def words(book: Book, kind: Kind, voice: str, values: Mapping[str, Any], now: datetime) -> str:
    """Returns the words of a notice for a voice (chat, sms, elder, community).

    Raises:
        WordsMissing: a value is not there or has no such form; a voice the kind does not speak in.
    """
    if voice == "community" and voice not in kind.text:
        raise WordsMissing(f"{kind.name} is not posted by hand", kind=kind.name)
    return _text(kind, voice).format_map(shown_values(book, kind, voice, values, now))


def shown_values(book: Book, kind: Kind, voice: str, values: Mapping[str, Any], now: datetime) -> dict[str, str]:
    """Returns the values that the words of a voice use, as they are read. Raises WordsMissing."""
    text = _text(kind, voice)
    return {name: _shown(book, kind, name, values.get(name), now) for name in kind.needs if f"{{{name}}}" in text}


def _text(kind: Kind, voice: str) -> str:
    return kind.text.get(voice) or kind.text["chat"]


def shown_value(book: Book, kind: Kind, name: str, value: Any, now: datetime) -> str:
    """Returns one value as it is read. Raises WordsMissing."""
    return _shown(book, kind, name, value, now)


def _shown(book: Book, kind: Kind, name: str, value: Any, now: datetime) -> str:
    if value in (None, ""):
        value = book.blank.get(name, "")
    if value in (None, ""):
        raise WordsMissing(f"{kind.name} has no {name}", kind=kind.name, value=name)
    try:
        return _formed(book, kind.needs[name], value, now)
    except (ValueError, TypeError, InvalidOperation) as error:
        raise WordsMissing(f"{kind.name}: {name} has no form: {value!r}", kind=kind.name, value=name) from error


def _formed(book: Book, form: str, value: Any, now: datetime) -> str:
    if form == "moment":
        return moment(book, datetime.fromisoformat(value), now)
    if form == "day":
        day = date.fromisoformat(value[:10])
        return book.forms["day"].format(month=day.month, day=day.day)
    if form == "month":
        first = date.fromisoformat(f"{value}-01")
        return book.forms["month"].format(year=first.year, month=first.month)
    if form == "money":
        return f"{Decimal(value):.2f}"
    if form == "number":
        return f"{Decimal(value).normalize():f}"
    text = str(value).strip()
    if "{" in text or "}" in text:
        raise ValueError("a brace in a value")
    return text


def moment(book: Book, at: datetime, now: datetime) -> str:
    """Writes a moment as people say it: today, tomorrow, or with its day."""
    local, today = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    known = {today: "today", today + timedelta(days=1): "tomorrow"}
    form = book.forms[known.get(local.date(), "moment")]
    return form.format(month=local.month, day=local.day, hour=local.hour, minute=local.minute)
