"""The subscription skill: notices turned on, off, or to another threshold."""

from __future__ import annotations

from actions.base import ServiceAction

ACTIONS: tuple[type[ServiceAction], ...] = ()
