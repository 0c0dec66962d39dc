"""The payment skill: 交费: pay links, payments that went wrong, automatic deduction, power back after arrears."""

from __future__ import annotations

from actions.base import ServiceAction

ACTIONS: tuple[type[ServiceAction], ...] = ()
