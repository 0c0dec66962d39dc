"""The points skill: points: balance, rules, exchange."""

from __future__ import annotations

from actions.base import ServiceAction

ACTIONS: tuple[type[ServiceAction], ...] = ()
