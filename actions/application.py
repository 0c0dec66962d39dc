"""The application skill: applications of every business type: guide, papers, start, upload."""

from __future__ import annotations

from actions.base import ServiceAction

ACTIONS: tuple[type[ServiceAction], ...] = ()
