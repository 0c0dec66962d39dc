"""The meter skill: a meter that is dark, stopped, alarming, burnt or running on its own."""

from __future__ import annotations

from actions.base import ServiceAction

ACTIONS: tuple[type[ServiceAction], ...] = ()
