"""The violation skill: reports of theft, damage and misconduct, with secrecy."""

from __future__ import annotations

from actions.base import ServiceAction

ACTIONS: tuple[type[ServiceAction], ...] = ()
