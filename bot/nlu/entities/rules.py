"""The rules of entities behind one door: pure extractors run in a row over the normalised text; it decides no intent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.nlu.entities import amounts, dates, numbers, outage, parts_of_day, periods, places
from bot.nlu.entities.places import Gazetteer
from bot.nlu.entities.span import Span, is_denied
from bot.nlu.entities.time_span import Prefer, TimeSpan
from bot.nlu.entities.times import times

# Where the customer leaves the year, month or week out: a visit lies ahead, a payment lies behind.
_LEANING = {
    **dict.fromkeys(("appointment_create", "appointment_manage", "outage_info_query"), Prefer.FUTURE),
    **dict.fromkeys(
        ("payment_issue", "claim_appliance_damage", "usage_query", "bill_query", "bill_dispute", "invoice_request"),
        Prefer.PAST,
    ),
}
_NUMBERS = {
    "phone": numbers.phones,
    "account_no": numbers.accounts,
    "ticket_no": numbers.tickets,
    "meter_no": numbers.meters,
    "id_number": numbers.id_numbers,
}


class Extractors:
    """All rules: what they propose in a text, and the value of words that were found to be an entity."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._known = gazetteer.pattern()

    def find(self, text: str, now: datetime) -> list[Span]:
        """Returns the entities of a normalised text, in its order.

        Numbers hide the times and places inside them; what is said about a fault may overlap an address.
        """
        found: list[Span] = []
        for span in self._in_order(text, now):
            if not any(span.overlaps(other) for other in found):
                found.append(span)
        for extract in (outage.outage_scopes, outage.neighbor_powers, outage.breaker_states, outage.fault_symptoms):
            found.extend(extract(text))
        return sorted(found, key=lambda span: span.start)

    def value(self, entity: str, place: tuple[str, int, int], now: datetime, intent: str = "") -> str:
        """Returns the value of words that are this entity; words that no rule can read are their own value.

        Args:
            entity: the taxonomy's name.
            place: the whole normalised text, and where the words start and end in it.
            now: the moment from which 昨天 is counted.
            intent: what the message is about, which tells whether 15号 lies ahead or behind.
        """
        text, start, end = place
        words = text[start:end]
        if entity == "amount":
            return amounts.amount_of(words) or words
        if entity == "usage_kwh":
            return amounts.usage_of(words) or words
        read: Iterable[Span] = ()
        if entity in _NUMBERS:
            read = _NUMBERS[entity](words)
        elif entity == "time_period":
            read = parts_of_day.time_periods(words)
        elif entity == "bill_period":
            read = periods.bill_periods(words, now)
        elif entity == "date":
            leaning = _LEANING.get(intent, Prefer.NEAREST)
            read = [span for span in dates.dates(text, now, leaning) if span.start < end and start < span.end]
        values = [span.value for span in read]
        return values[0] if len(values) == 1 else words

    def _in_order(self, text: str, now: datetime) -> Iterator[Span]:
        """The rules by rank: of two that claim the same words the first is believed."""
        yield from numbers.tickets(text)
        yield from numbers.id_numbers(text)
        yield from numbers.phones(text)
        yield from numbers.meters(text)
        yield from numbers.accounts(text)
        yield from _said(text, amounts.usages(text))
        yield from _said(text, map(_as_entity, times(text, now, Prefer.PAST)))
        yield from _said(text, places.addresses(text, self._known))
        yield from _said(text, amounts.amounts(text))


def _said(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    return (span for span in spans if not is_denied(text, span.start))


def _as_entity(span: TimeSpan) -> Span:
    """A month or coarser is proposed as a billing period; the tagger knows better where a date is meant."""
    if span.is_period:
        return span.as_bill_period()
    return span.as_time_period() if span.part else span.as_date()
