"""What can be applied for and what was applied for, as frozen values; their Chinese texts come from the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from utility.orders.values import Change, WorkOrder

Facts = Mapping[str, str]
When = Mapping[str, tuple[str, ...]]
NO_FACTS: Facts = MappingProxyType({})


@dataclass(frozen=True)
class Paper:
    """One document a type asks for: when it is needed, and whether it may follow (容缺)."""

    code: str
    name: str
    hint: str
    when: When
    later: bool


@dataclass(frozen=True)
class StageLimit:
    """The workdays of one stage, with their source."""

    workdays: int
    source: str
    when: When


@dataclass(frozen=True)
class Stage:
    """One state of a type's path; `do` is the step that leads there, `next_step` overrides what comes after it."""

    state: str
    name: str
    do: str
    next_step: str
    optional: bool
    limits: tuple[StageLimit, ...]


@dataclass(frozen=True)
class WholeLimit:
    """The published limit (service_standards.yml) of the whole, and when it is the one."""

    name: str
    when: When


@dataclass(frozen=True)
class Ask:
    """One thing an applicant fills in; a late one is known only when the work is done."""

    name: str
    text: str
    kind: str
    values: tuple[str, ...]
    late: bool = False


@dataclass(frozen=True)
class BusinessType:
    """What can be applied for: one business for one kind of customer.

    Attributes:
        account: `needed`, `optional` or `none`: whether it is about an account that is there already.
        applies: the facts of an account it is for; nothing named: for all.
        identity: how sure the channel has to be who applies; the bot's matter.
        owner, resolution: who is answerable for it, and how it ends when all went well.
        complete_by: the state before which every paper has to be there.
        done: what happens to the books when it is archived; `opens_class`: of a new account, when not the applicant's.
    """

    code: str
    business_type: str
    name: str
    who: str
    account: str
    applies: When
    identity: str
    manager: bool
    owner: str
    resolution: str
    asks: tuple[Ask, ...]
    papers: tuple[Paper, ...]
    checks: tuple[str, ...]
    complete_by: str
    limits: tuple[WholeLimit, ...]
    path: tuple[Stage, ...]
    visits: tuple[str, ...]
    visit_note: str
    fee: str
    done: str
    opens_class: str
    hints: tuple[str, ...]


@dataclass(frozen=True)
class CheckText:
    """What a customer is told when a check fails, and what they can do."""

    text: str
    do: str


@dataclass(frozen=True)
class Catalogue:
    """Everything that can be applied for."""

    types: tuple[BusinessType, ...]
    checks: Mapping[str, CheckText]
    papers: Mapping[str, str]
    states: Mapping[str, tuple[str, str]]
    voltage_levels: Mapping[str, Facts]
    checked_again: frozenset[str]
    plans: Mapping[str, str]
    reading_day: int

    def of(self, code: str) -> BusinessType:
        """Returns a type by its code.

        Raises:
            KeyError: there is none.
        """
        return next(kind for kind in self.types if kind.code == code)


@dataclass(frozen=True)
class Finding:
    """A precondition that is not met: its name, what is told of it, what to do, its figures."""

    check: str
    text: str
    do: str
    figures: Mapping[str, str]


@dataclass(frozen=True)
class Missing:
    """A paper that is not there; `later` may still follow, `text` is what exactly is missing."""

    code: str
    text: str
    later: bool


@dataclass(frozen=True)
class Document:
    """A paper that was handed in; the content stays in the books."""

    document_id: int
    code: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    source: str
    handed_in: datetime


@dataclass(frozen=True)
class Asked:
    """Something a returned application lacks, as the clerk wrote it."""

    code: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Application:
    """An application as it stands: its work order (state, clock, owner, story) and what only applications have.

    Attributes:
        place: where it is about, for one without an account.
        manager: the account manager's number, of a type or customer that has one.
        asked: what a returned application still lacks.
        persons: the digests of the people counted, never their numbers.
    """

    order: WorkOrder
    type_code: str
    facts: Facts
    place: str
    manager: str
    appointment_no: str
    submitted: datetime | None
    documents: tuple[Document, ...] = ()
    asked: tuple[Asked, ...] = ()
    persons: tuple[str, ...] = ()
    steps: tuple[Change, ...] = ()

    @property
    def application_no(self) -> str:
        """Its number."""
        return self.order.order_no

    @property
    def over(self) -> bool:
        """Whether nothing of it goes on any more."""
        return not self.order.open


@dataclass(frozen=True)
class Progress:
    """How far an application is, in the customer's words and the published limit's workdays.

    Attributes:
        due: the last day of the limit; None without one, or while the clock stands with days left.
        left: workdays left; negative when the limit has passed.
    """

    status_name: str
    next_step: str | None
    limit: int | None
    used: int | None
    left: int | None
    due: date | None
    paused: bool
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class Start:
    """What a customer wants: the type, the account or the place, and what they filled in."""

    business_type: str
    account_no: str = ""
    customer_class: str = ""
    voltage_level: str = ""
    address: str = ""
    contact_phone: str = ""
    proxy: bool = False
    facts: Facts = NO_FACTS
    persons: tuple[str, ...] = ()
