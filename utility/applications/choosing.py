"""Which type fits what a customer asks for, and what is refused before the books are touched. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from utility.applications import rules
from utility.applications.values import Application, BusinessType, Catalogue, Facts, Finding, Start
from utility.errors import Clash, InvalidRequest, NotKnown


@dataclass(frozen=True)
class Fit:
    """The type that fits what a customer asks for, and the facts it is judged by."""

    kind: BusinessType
    facts: Facts


def check_subject(catalogue: Catalogue, start: Start) -> None:
    """Checks that the business is known, and that it names an account or a place as it must.

    Raises:
        NotKnown: `application_type.unknown`.
        InvalidRequest: a field is missing, or there is one too many.
    """
    named = [kind for kind in catalogue.types if kind.business_type == start.business_type]
    if not named:
        raise no_type()
    if named[0].account == "needed" and not start.account_no:
        raise InvalidRequest("field.missing", "account_no", "This business is about an account.")
    if named[0].account == "none" and start.account_no:
        raise InvalidRequest("field.invalid", "account_no", "This business is about a place without an account.")
    if start.account_no:
        return
    for name in ("customer_class", "voltage_level", "address", "contact_phone"):
        if not getattr(start, name):
            raise InvalidRequest("field.missing", name, f"{name} is required without an account.")


def level_facts(catalogue: Catalogue, customer_class: str, level: str) -> dict[str, str]:
    """Returns the facts of a class and a voltage level.

    Raises:
        InvalidRequest: there is no such level.
    """
    levels = catalogue.voltage_levels
    if level not in levels:
        raise InvalidRequest("field.invalid", "voltage_level", f"It is one of {', '.join(levels)}.")
    known = {"class": customer_class} if customer_class else {}
    return {**known, "voltage_level": level, **levels[level]}


def fitted(catalogue: Catalogue, start: Start, facts: Facts) -> Fit:
    """Finds the type that fits and checks what was filled in.

    Raises:
        Clash: `application.precondition` (class_fits), no type of this business is for such a customer.
        InvalidRequest: a fact is unknown or not of its form.
    """
    kind = rules.fitting(catalogue, start.business_type, facts)
    if kind is None:
        text = catalogue.checks["class_fits"]
        raise refusal((Finding("class_fits", text.text, text.do, {}),))
    told = rules.checked_facts(kind, start.facts)
    proxy = {"proxy": "yes"} if start.proxy else {}
    persons = {"persons": str(len(start.persons))} if start.persons else {}
    return Fit(kind, {**told, **facts, **proxy, **persons})


def check_lacking(kind: BusinessType, application: Application, to: str) -> None:
    """Lets a move through only when every paper it takes is there; names all that are missing at once (一次性告知).

    Raises:
        Clash: `application.documents_missing`.
    """
    lacks = rules.lacking_for(to, kind, application.facts, application.documents, application.asked)
    if lacks:
        missing = [{"code": one.code, "text": one.text} for one in lacks]
        raise Clash("application.documents_missing", "Papers are missing.", missing=missing)


def refuse(findings: tuple[Finding, ...]) -> None:
    """Refuses when anything was found; names everything at once.

    Raises:
        Clash: `application.precondition`.
    """
    if findings:
        raise refusal(findings)


def refusal(findings: tuple[Finding, ...]) -> Clash:
    """Builds the refusal of what was found."""
    first = findings[0]
    every = [{"check": one.check, "text": one.text, "do": one.do, **one.figures} for one in findings]
    detail = f"The precondition {first.check} is not met."
    return Clash("application.precondition", detail, check=first.check, text=first.text, do=first.do, checks=every)


def no_type() -> NotKnown:
    """Builds the refusal of a business nobody knows."""
    return NotKnown("application_type.unknown", "There is no such business to apply for.")
