"""The power_quality skill: low, high or flickering voltage, and supply that trips."""

from __future__ import annotations

from actions.base import ServiceAction

ACTIONS: tuple[type[ServiceAction], ...] = ()
