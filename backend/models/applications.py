"""What crosses the seam of applications (业务办理): guides, dry runs, and how far one is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from conversation.identity import Level


@dataclass(frozen=True)
class ApplicationAsk:
    """One thing an applicant fills in; `kind` is figure, day, choice, flag (yes or no), text, phone or persons."""

    name: str
    text: str
    kind: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class ApplicationPaper:
    """A document that is needed; `later` may follow (容缺)."""

    code: str
    name: str
    hint: str = ""
    later: bool = False


@dataclass(frozen=True)
class ApplicationStep:
    """One step of a business; `workdays` where its own limit is published."""

    state: str
    step: str
    optional: bool
    workdays: int | None


@dataclass(frozen=True)
class ApplicationGuide:
    """How a business goes (办事指南), with where that stands; every text may be shown to a customer.

    Attributes:
        account: needed, optional or none.
        identity: how sure the channel has to be who applies: account, form or strong.
        documents: needed by what is known of the customer; `conditional_documents` may be.
        limit_workdays: the published limit of the whole; None when only its steps have one.
    """

    code: str
    business_type: str
    name: str
    who: str
    account: str
    identity: str
    by_manager: bool
    asks: tuple[ApplicationAsk, ...]
    documents: tuple[ApplicationPaper, ...]
    conditional_documents: tuple[ApplicationPaper, ...]
    steps: tuple[ApplicationStep, ...]
    limit_workdays: int | None
    visits: tuple[str, ...]
    visit_note: str
    fee: str
    hints: tuple[str, ...]
    since: date
    source: str

    @property
    def is_strong(self) -> bool:
        """Whether only who proved their real name may go on with it (过户, 更名, 销户): in the entrance or a hall."""
        return self.identity == Level.STRONG.value


@dataclass(frozen=True)
class ApplicationStart:
    """What a customer applies for; without an account: class, voltage and address. Persons are identity numbers."""

    business_type: str
    account_no: str = ""
    customer_class: str = ""
    voltage_level: str = ""
    address: str = ""
    contact_phone: str = ""
    proxy: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    persons: tuple[str, ...] = ()


@dataclass(frozen=True)
class ApplicationFinding:
    """A precondition that is not met: what is told of it, and what the customer can do."""

    check: str
    text: str
    do: str
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MissingPaper:
    """A paper that is not there."""

    code: str
    text: str
    later: bool


@dataclass(frozen=True)
class ApplicationCheck:
    """What a dry run found; `allowed` when nothing stands against it and everything is filled in."""

    type_code: str
    business_type: str
    allowed: bool
    findings: tuple[ApplicationFinding, ...]
    unanswered: tuple[str, ...]
    documents: tuple[MissingPaper, ...]
    by_manager: bool


@dataclass(frozen=True)
class ApplicationDocument:
    """A paper that was handed in."""

    document_id: int
    code: str
    file_name_masked: str
    media_type: str
    size: int
    handed_in: datetime


@dataclass(frozen=True)
class ApplicationManager:
    """The account manager who takes it over."""

    name: str
    role: str
    phone: str
    hours: str


@dataclass(frozen=True)
class Application:
    """An application: how far it is, what is missing, how many workdays are left.

    Attributes:
        due: the last day of the published limit; None without one, or while the clock stands with days left.
        left_workdays: negative when the limit has passed.
    """

    application_no: str
    business_type: str
    type_code: str
    status: str
    status_name: str
    open: bool
    started: datetime
    account_no: str = ""
    submitted: datetime | None = None
    ended: datetime | None = None
    limit_workdays: int | None = None
    used_workdays: int | None = None
    left_workdays: int | None = None
    due: date | None = None
    paused: bool = False
    next_step: str = ""
    missing: tuple[MissingPaper, ...] = ()
    documents: tuple[ApplicationDocument, ...] = ()
    appointment_no: str = ""
    manager: ApplicationManager | None = None


@dataclass(frozen=True)
class ApplicationPage:
    """Some applications, newest first, and where the next ones begin; empty on the last page."""

    applications: tuple[Application, ...]
    next_cursor: str = ""
