"""The knowledge skill: curated answers: tariff, procedure, safety and saving, halls."""

from __future__ import annotations

from actions.base import ServiceAction

ACTIONS: tuple[type[ServiceAction], ...] = ()
