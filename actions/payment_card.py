"""Knows a bank card or an ID number in a message, so that it is refused and never repeated; it keeps nothing of it."""

from __future__ import annotations

from actions.visit import Visit
from actions.wording import digit_runs

_LENGTHS = range(16, 20)
# A southern account number has 16 digits as well: only what passes the cards' own check sum is a card then.
_SHORTEST = 16
# The first digits of the cards in use here; account numbers of 16 digits begin with others.
_ISSUERS = ("62", "4", "5")


def card_number_sent(visit: Visit) -> bool:
    """Whether the message holds a bank card or an ID number."""
    return any(_is_card(run) for run in digit_runs(visit.text))


def _is_card(run: str) -> bool:
    return len(run) in _LENGTHS and (len(run) > _SHORTEST or run.startswith(_ISSUERS) or _passes_luhn(run))


def _passes_luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
