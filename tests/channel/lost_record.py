"""The word that a line has left, lost on its way into PostgreSQL, once."""

from __future__ import annotations

from typing import Any

import pytest

from bot.reception.delivery_book import DeliveryBook
from runtime.errors import StoreUnavailable


def lose_one_record(monkeypatch: pytest.MonkeyPatch) -> list[StoreUnavailable]:
    """Lets the next record fail; what is returned is empty once it has."""
    sent, failures = DeliveryBook.sent, [StoreUnavailable("the store went away")]

    async def fails_once(*given: Any) -> None:
        if failures:
            raise failures.pop()
        await sent(*given)

    monkeypatch.setattr(DeliveryBook, "sent", fails_once)
    return failures
