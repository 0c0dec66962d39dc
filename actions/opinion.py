"""The opinion skill: suggestions and praise."""

from __future__ import annotations

from actions.base import ServiceAction

ACTIONS: tuple[type[ServiceAction], ...] = ()
