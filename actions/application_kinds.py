"""Which business is applied for, and what is known of its site; it decides nothing about whether it may be."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from actions.questions.phone import phone_given
from actions.visit import Visit
from backend.models import ApplicationStart

# A transformer this large is high voltage, and so is more than low voltage gives (utility/data/application_limits.yml).
_HIGH_KVA, _LOW_KW = Decimal(100), Decimal(160)
_SINGLE_PHASE_KW = Decimal(12)
FACT = "fact_"
FACTS = (
    "capacity_kw",
    "place",
    "holder_name",
    "new_name",
    "use_right",
    "right_until",
    "new_class",
    "tou",
    "from_day",
    "until_day",
    "other_account_no",
)
FACT_SLOTS = tuple(FACT + name for name in FACTS)


def kinds_said(visit: Visit) -> list[str]:
    """The businesses of the message, as far as its intent goes with them."""
    allowed = visit.wording.options["kinds_of_intent"].get(visit.intent)
    named = [str(value) for value in visit.tracker.get_latest_entity_values("business_type")]
    by_name = kinds_named(visit)
    if by_name:
        return [*(value for value in named if value not in by_name), *by_name]
    found = [value for value in dict.fromkeys(named) if allowed is None or value in allowed]
    by_words = visit.option("application_kind")
    if not found and by_words and (allowed is None or by_words in allowed):
        found = [by_words]
    return found


def kinds_named(visit: Visit) -> list[str]:
    """The businesses that the message calls by their own names, in their order; those weigh more than its intent."""
    names = visit.wording.options["application_name"]
    places = {
        kind: max(visit.text.rfind(name) for name in (kind, *names.get(kind, ())))
        for kind in visit.wording.options["application_kind"]
    }
    found = sorted((kind for kind, place in places.items() if place >= 0), key=lambda kind: places[kind])
    return [kind for kind in found if not any(kind != other and kind in other for other in found)]


def kind_said(visit: Visit) -> str:
    """The business meant: the last one named, or the only one that the intent stands for."""
    found = kinds_said(visit)
    if found:
        return found[-1]
    allowed = visit.wording.options["kinds_of_intent"].get(visit.intent, ())
    usual = visit.wording.option("usual_kind", visit.intent)
    return usual or (allowed[0] if len(allowed) == 1 else "")


def figure_said(visit: Visit, *, bare: bool = False) -> str:
    """A capacity in kW: the last one named; a bare number when it was asked for."""
    text = unicodedata.normalize("NFKC", visit.text)
    found = visit.wording.patterns["kilowatts"].findall(text)
    if not found and bare:
        found = re.findall(r"(?<!\d)\d{1,5}(?:\.\d{1,3})?(?!\d)", text)
    return found[-1] if found else ""


def is_high_voltage(visit: Visit) -> bool:
    """The message speaks of a transformer of one's own, of high voltage, or of more than low voltage gives."""
    levels = visit.wording.phrases("high_voltage_levels")
    by_level = visit.entity("voltage_level").lower() in levels
    by_size = names_transformer(visit) or Decimal(figure_said(visit) or 0) > _LOW_KW
    return bool(by_level or by_size or visit.option("high_voltage"))


def names_transformer(visit: Visit) -> bool:
    """The message names a transformer of high voltage by its size: a wish, however it is asked."""
    text = unicodedata.normalize("NFKC", visit.text)
    return any(Decimal(number) >= _HIGH_KVA for number in visit.wording.patterns["transformer"].findall(text))


def size_said(visit: Visit) -> str:
    """The size of a transformer or a supply, in kVA or kW."""
    text = unicodedata.normalize("NFKC", visit.text)
    return next(iter(visit.wording.patterns["transformer"].findall(text)), "") or figure_said(visit)


def start_of(visit: Visit) -> ApplicationStart:
    """What is applied for, as far as it is known."""
    account_no = str(visit.slot("account_no") or "") if visit.slot("check_code") else ""
    facts = {name: str(visit.slot(FACT + name)) for name in FACTS if visit.slot(FACT + name)}
    wanted = visit.slot("apply_asks") or []
    start = ApplicationStart(
        business_type=str(visit.slot("apply_type") or ""),
        account_no=account_no,
        facts={name: value for name, value in facts.items() if name in wanted},
    )
    if account_no:
        return start
    return ApplicationStart(
        business_type=start.business_type,
        customer_class=str(visit.slot("apply_class") or ""),
        voltage_level=voltage_of(visit),
        address=facts.get("place", ""),
        contact_phone=phone_given(visit),
        facts=start.facts,
    )


def voltage_of(visit: Visit) -> str:
    """The voltage level said, or that which the capacity needs."""
    said = str(visit.slot("apply_voltage") or "")
    if said:
        return said
    small = Decimal(str(visit.slot(FACT + "capacity_kw") or 0)) <= _SINGLE_PHASE_KW
    return visit.wording.value("voltage_single" if small else "voltage_three")
