"""How the standing of an account looks outside."""

from __future__ import annotations

from utility.counter.shown import Json
from utility.standing.values import Standing


def standing(value: Standing) -> Json:
    """Shows what an account is and what troubles it."""
    return {"facts": list(value.facts), "troubles": list(value.troubles)}
