"""As which kind a case is taken, by what the company's own books say, and what order that makes. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from utility.accounts.values import Account, Person
from utility.cases.rulebook import CaseRules, CaseType
from utility.cases.values import Facts, Filing
from utility.errors import Clash, InvalidRequest
from utility.grid.values import Area
from utility.orders.machine import OrderRules
from utility.orders.values import Draft

ACCOUNT, FREQUENT, VOLTAGE, LATE = "account", "frequent_outage", "low_voltage", "overdue_application"


def weakness(rules: CaseRules, asked: CaseType, facts: Facts) -> str:
    """Says why the facts do not carry a case of this type; empty when they do."""
    if asked.rule == FREQUENT and not facts.frequent:
        return "outages_not_frequent"
    if asked.rule == FREQUENT and facts.complained_on_line:
        return "line_complained_of"
    if asked.rule == VOLTAGE and len(facts.told_before) < rules.voltage_told:
        return "voltage_not_told_before"
    if asked.rule == LATE and not facts.late_applications:
        return "no_application_overdue"
    return ""


def taken_as(rules: CaseRules, asked: CaseType, facts: Facts) -> tuple[CaseType, str]:
    """Returns the type a case is taken as, and why that is another one than asked for."""
    why = weakness(rules, asked, facts)
    if why and asked.or_else:
        return rules.types[asked.or_else], why
    return asked, ""


def type_of(rules: CaseRules, filing: Filing) -> CaseType:
    """Finds the type that is asked for.

    Raises:
        InvalidRequest: `field.invalid`, there is no such kind, type or secrecy.
    """
    if filing.kind not in rules.kinds:
        raise InvalidRequest("field.invalid", "kind", f"kind is one of {', '.join(rules.kinds)}.")
    found = rules.types.get((filing.kind, filing.type))
    if found is None:
        raise InvalidRequest("field.invalid", "type", f"There is no such type of {filing.kind}.")
    if filing.secrecy and filing.secrecy not in rules.secrecy:
        raise InvalidRequest("field.invalid", "secrecy", f"secrecy is one of {', '.join(rules.secrecy)}.")
    return found


def check_account(asked: CaseType, filing: Filing) -> None:
    """Lets a filing without an account through only when its type is not about one.

    Raises:
        Clash: `case.account_needed`.
    """
    if asked.rule and not filing.account_no:
        raise Clash("case.account_needed", "A case of this type is about an account.")


def told(facts: Facts) -> dict[str, object]:
    """Writes the facts as they are kept with the order; what the books do not say is left out."""
    known = {
        "outages": list(facts.outages),
        "told_before": list(facts.told_before),
        "late_applications": list(facts.late_applications),
        "complained_on_line": facts.complained_on_line,
    }
    return {name: value for name, value in known.items() if value}


def draft_of(
    rules: CaseRules,
    order_rules: OrderRules,
    taken: CaseType,
    person: Person,
    filing: Filing,
    account: Account | None,
    area: Area | None,
    extra: Mapping[str, object],
) -> Draft:
    """Writes the order of a case; whoever stays anonymous leaves neither account nor place nor phone."""
    if filing.secrecy in order_rules.callback.not_contacted:
        account_no, phone, place = None, "", None
    else:
        phone = filing.contact_phone or (account.contact_phone if account else "")
        account_no, place = (account.account_no if account else None), (area.area_id if area else None)
    return Draft(
        kind=taken.kind,
        owner=rules.owner(taken, area.region if area else ""),
        type=taken.name,
        subject=taken.matter,
        account_no=account_no,
        channel=person.channel,
        channel_user=person.user_id,
        contact_phone=phone,
        area_id=place,
        level=rules.level_of(taken.kind, media=filing.media, tags=account.tags if account else ()),
        secrecy=filing.secrecy,
        text=filing.text,
        callback_declined=filing.callback_declined,
        extra={**extra, **({"media": True} if filing.media else {})},
    )
