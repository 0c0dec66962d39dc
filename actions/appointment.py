"""The appointment skill: visits: booked, looked up, moved, cancelled."""

from __future__ import annotations

from actions.base import ServiceAction

ACTIONS: tuple[type[ServiceAction], ...] = ()
