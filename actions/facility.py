"""The facility skill: equipment of the utility damaged or untidy without present danger."""

from __future__ import annotations

from actions.base import ServiceAction

ACTIONS: tuple[type[ServiceAction], ...] = ()
