"""The complaint skill: complaints: heard, checked, mended or filed."""

from __future__ import annotations

from actions.base import ServiceAction

ACTIONS: tuple[type[ServiceAction], ...] = ()
