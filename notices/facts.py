"""What an event means, as frozen values: facts to be told at their time, and what is known afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from handoff.notices.watches import Matter

Values = Mapping[str, Any]
NOTHING: Values = MappingProxyType({})


@dataclass(frozen=True)
class Happening:
    """One event of the company, as it was taken in; `number` is its place in the company's own order."""

    number: int
    type: str
    at: datetime
    subject: str
    account_no: str
    area_ids: tuple[str, ...]
    data: Values

    @property
    def family(self) -> str:
        """What kind of thing it happened to: outage, order, bill ..."""
        return self.type.partition(".")[0]

    @property
    def what(self) -> str:
        """What happened: raised, updated, restored ..."""
        return self.type.partition(".")[2]


@dataclass(frozen=True)
class Fact:
    """One thing to be told, once, to each person it concerns.

    Attributes:
        key: names it for ever: the same fact is never planned twice.
        kind: one of notices/data/kinds.yml.
        story: a newer fact of the same story takes the place of an older one that a person was not told yet.
        due_at: when to tell it; what is not worth telling any more at that moment is dropped.
        worth_until: nobody is told after this.
        given: values that only the event knows; the others are read from what is known when it is told.
        person: the one conversation it is for, where the company names one.
        care_only: only for those whose care asks for it.
    """

    key: str
    kind: str
    story: str
    due_at: datetime
    worth_until: datetime
    given: Values = NOTHING
    account_no: str = ""
    person: str = ""
    area_ids: tuple[str, ...] = ()
    buildings: tuple[Values, ...] = ()
    care_only: bool = False


@dataclass(frozen=True)
class Reading:
    """What comes of an event.

    Attributes:
        known: what is known of the subject from now on.
        facts: what is to be told.
        drops: keys (or their beginnings, with `*`) of planned facts that are true no more.
        over: the subject has ended: nothing that comes later changes it.
        note: why a part of the event was not used, for a person.
        watch: what runs against a clock since.
        watch_over: the watched matter (its kind) of this subject has ended.
    """

    known: Values
    facts: tuple[Fact, ...] = ()
    drops: tuple[str, ...] = ()
    over: bool = False
    note: str = ""
    watch: Matter | None = None
    watch_over: str = ""


@dataclass(frozen=True)
class Past:
    """What is known of a subject before an event, nothing at first; `told` names the facts people heard already."""

    known: Values = NOTHING
    told: frozenset[str] = field(default_factory=frozenset)
