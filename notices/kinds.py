"""The table of kinds: what customers are told, by which rules and in which approved words; checked when it is read."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from notices.errors import KindsBroken
from runtime.yaml_files import read_yaml

FILE = Path(__file__).parent / "data" / "kinds.yml"
FORMS = frozenset({"text", "moment", "day", "month", "money", "number"})
VOICES = frozenset({"chat", "sms", "elder", "community", "mail"})
# A text that is posted by hand names nobody.
_PERSONAL = frozenset({"tail", "subject", "balance", "amount", "total"})


@dataclass(frozen=True)
class Kind:
    """One kind of notice; notices/data/kinds.yml says what each word means."""

    name: str
    topic: str
    needs: Mapping[str, str]
    text: Mapping[str, str]
    target: timedelta
    final: timedelta
    care: Mapping[str, timedelta]
    always: bool = False
    waits: bool = False
    again: bool = False
    receipt: bool = False
    consent: bool = False
    notice: str = ""
    capped: bool = False
    card: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Rules:
    """The hours and figures that hold for every kind."""

    quiet_from: time
    quiet_until: time
    ahead: timedelta
    consult_months: int
    consult_at: time
    evening: time
    progress_after: timedelta
    progress_every: timedelta
    late_lead: timedelta
    rotating_lead: timedelta
    receipt_after: timedelta
    soon: timedelta
    frequent_after: timedelta
    resend_at: tuple[time, ...]
    resend_most: int
    call_from: time
    cap_per_week: int
    stale_after: timedelta


@dataclass(frozen=True)
class Book:
    """The whole table."""

    rules: Rules
    kinds: Mapping[str, Kind]
    forms: Mapping[str, str]
    blank: Mapping[str, str]
    states: Mapping[str, str]
    order_states: Mapping[str, str]
    periods: Mapping[str, str]
    words_most: Mapping[str, int]


@lru_cache(maxsize=1)
def the_book() -> Book:
    """Reads the table of the house, once.

    Raises:
        KindsBroken: a text or a rule cannot be used.
    """
    return read_book(read_yaml(FILE))


def read_book(content: Mapping[str, Any]) -> Book:
    """Reads and checks a table. Raises KindsBroken, with the kind and what is wrong with it."""
    try:
        kinds = {name: _kind(name, row) for name, row in content["kinds"].items()}
        texts = {name: content[name] for name in ("forms", "blank", "states", "order_states", "periods")}
        book = Book(_rules(content["settings"]), kinds, words_most=content["settings"]["words_most"], **texts)
        for kind in kinds.values():
            _check(kind, book)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise KindsBroken(f"the table of notices cannot be read: {error!r}") from error
    return book


def placeholders(text: str) -> set[str]:
    """Names the values that a text uses.

    Raises:
        ValueError: it uses one in another way than by its bare name.
    """
    found = set()
    for _, name, spec, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"a value may only be used by its name, not as {name!r}")
        found.add(name)
    return found


def _check(kind: Kind, book: Book) -> None:
    if missing := {"chat", "sms"} - set(kind.text):
        raise KindsBroken(f"{kind.name} has no words for {sorted(missing)}", kind=kind.name)
    if unknown := (set(kind.text) - VOICES) | (set(kind.needs.values()) - FORMS):
        raise KindsBroken(f"{kind.name} uses what is not known: {sorted(unknown)}", kind=kind.name)
    for voice, text in kind.text.items():
        used = placeholders(text)
        if foreign := used - set(kind.needs):
            raise KindsBroken(f"{kind.name}.{voice} uses undeclared {sorted(foreign)}", kind=kind.name)
        if voice == "community" and used & _PERSONAL:
            raise KindsBroken(f"{kind.name}.community names a person's own matter", kind=kind.name)
        if len(text) > book.words_most[voice]:
            raise KindsBroken(f"{kind.name}.{voice} is too long", kind=kind.name)
    _check_card(kind)
    if kind.capped and kind.always:
        raise KindsBroken(f"{kind.name} cannot be turned off and is capped", kind=kind.name)
    if kind.final < kind.target:
        raise KindsBroken(f"{kind.name} ends before its limit", kind=kind.name)


def _check_card(kind: Kind) -> None:
    """A card names which values it shows, and uses no other."""
    if not kind.card:
        return
    texts = (kind.card["title"], *kind.card["rows"].values())
    used = {name for text in texts for name in placeholders(text)}
    if foreign := (used - set(kind.card["shows"])) | (set(kind.card["shows"]) - set(kind.needs)):
        raise KindsBroken(f"the card of {kind.name} uses undeclared {sorted(foreign)}", kind=kind.name)


def _kind(name: str, row: Mapping[str, Any]) -> Kind:
    return Kind(
        name=name,
        topic=row["topic"],
        needs=dict(row["needs"]),
        text=dict(row["text"]),
        target=timedelta(minutes=row["target_minutes"]),
        final=timedelta(minutes=row["final_minutes"]),
        care={tag: timedelta(minutes=minutes) for tag, minutes in row.get("care", {}).items()},
        always=bool(row.get("always")),
        waits={"wait": True, "send": False}[row["quiet"]],
        again=bool(row.get("again")),
        receipt=bool(row.get("receipt")),
        consent=bool(row.get("consent")),
        notice=row.get("notice", ""),
        capped=bool(row.get("capped")),
        card=row.get("card", {}),
    )


def _rules(row: Mapping[str, Any]) -> Rules:
    return Rules(
        quiet_from=time.fromisoformat(row["quiet_from"]),
        quiet_until=time.fromisoformat(row["quiet_until"]),
        ahead=timedelta(days=row["ahead_days"]),
        consult_months=row["consult_months"],
        consult_at=time.fromisoformat(row["consult_at"]),
        evening=time.fromisoformat(row["evening"]),
        progress_after=timedelta(hours=row["progress_after_hours"]),
        progress_every=timedelta(hours=row["progress_every_hours"]),
        late_lead=timedelta(minutes=row["late_lead_minutes"]),
        rotating_lead=timedelta(minutes=row["rotating_lead_minutes"]),
        receipt_after=timedelta(minutes=row["receipt_minutes"]),
        soon=timedelta(hours=row["soon_hours"]),
        frequent_after=timedelta(minutes=row["frequent_after_minutes"]),
        resend_at=tuple(time.fromisoformat(at) for at in row["resend_at"]),
        resend_most=row["resend_most"],
        call_from=time.fromisoformat(row["call_from"]),
        cap_per_week=row["cap_per_week"],
        stale_after=timedelta(hours=row["stale_after_hours"]),
    )
