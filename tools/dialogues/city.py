"""The demo city as the runner needs it: read once, its now, and the numbers nobody may be shown whole."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from tools.dialogues.checks import normalise
from utility.seed import file


@lru_cache(1)
def demo_city() -> dict[str, Any]:
    """Reads the city's file once."""
    return file.read_city()


def city_now() -> datetime:
    """The now the city's data was written for."""
    return file.fixed_now(demo_city())


@lru_cache(1)
def secret_numbers() -> frozenset[str]:
    """Every account number and every customer's phone."""
    city = demo_city()
    accounts = {account["account_no"] for account in city["accounts"]}
    phones = {customer["phone"] for customer in city["customers"]} | {a["contact_phone"] for a in city["accounts"]}
    return frozenset(normalise(number) for number in accounts | phones if number)
