"""The usage skill: energy by day, month and year, and the tier reached."""

from __future__ import annotations

from actions.base import ServiceAction

ACTIONS: tuple[type[ServiceAction], ...] = ()
