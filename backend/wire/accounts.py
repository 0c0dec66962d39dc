"""How bound accounts and check codes look on the wire."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from backend.models import (
    AccountCandidate,
    AccountManager,
    AccountProfile,
    BoundAccount,
    CheckCode,
    Contact,
    PhoneChange,
    Standing,
)
from backend.wire.reading import Json


def account(content: Json) -> BoundAccount:
    """Reads a bound account."""
    return BoundAccount(**{**content, "tags": tuple(content["tags"])})


def standing(content: Json) -> Standing:
    """Reads how an account stands to an offer."""
    return Standing(content["account_no"], tuple(content["facts"]), tuple(content["troubles"]))


def check_code(content: Json) -> CheckCode:
    """Reads that a code is on its way."""
    return CheckCode(**{**content, "expires_at": datetime.fromisoformat(content["expires_at"])})


def profile(content: Json) -> AccountProfile:
    """Reads what the counter must know of an account."""
    of_account = BoundAccount.__dataclass_fields__
    until, manager = content["contract_until"], content["manager"]
    return AccountProfile(
        account=account({name: content[name] for name in of_account}),
        account_class=content["class"],
        capacity_kw=Decimal(content["capacity_kw"]),
        contract_until=date.fromisoformat(until) if until else None,
        tag_kinds=tuple(content["tag_kinds"]),
        manager=AccountManager(**manager) if manager else None,
        **{name: content[name] for name in ("plan", "voltage", "phase", "contract_state")},
    )


def contact(content: Json) -> Contact:
    """Reads a contact."""
    until = content["valid_until"]
    days = {
        "valid_from": date.fromisoformat(content["valid_from"]),
        "valid_until": date.fromisoformat(until) if until else None,
    }
    return Contact(**{**content, **days})


def phone_change(content: Json) -> PhoneChange:
    """Reads that both codes are on their way."""
    return PhoneChange(**{**content, "expires_at": datetime.fromisoformat(content["expires_at"])})


def candidate(content: Json) -> AccountCandidate:
    """Reads an account that fits a search."""
    return AccountCandidate(**content)
