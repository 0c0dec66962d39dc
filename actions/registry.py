"""Every action of the house in one list, skill by skill; a test holds it against `actions` of the domain."""

from __future__ import annotations

from actions import (
    account,
    account_changes,
    account_manage,
    application,
    application_manage,
    appointment,
    appointment_change,
    appointment_change_form,
    billing,
    case_after,
    claim,
    complaint,
    conversation,
    danger,
    facility,
    human,
    knowledge,
    media,
    meter,
    offers,
    opinion,
    outage,
    outage_after,
    outage_form,
    outage_info,
    outside,
    payment,
    points,
    power_quality,
    progress,
    repair,
    repair_changes,
    small_talk,
    subscription,
    usage,
    violation,
)
from actions.base import ServiceAction
from actions.visit import Services

_SKILLS = (
    account,
    account_changes,
    account_manage,
    application,
    application_manage,
    appointment,
    appointment_change,
    appointment_change_form,
    billing,
    case_after,
    claim,
    complaint,
    conversation,
    danger,
    facility,
    human,
    knowledge,
    media,
    meter,
    offers,
    opinion,
    outage,
    outage_after,
    outage_form,
    outage_info,
    outside,
    payment,
    points,
    power_quality,
    progress,
    repair,
    repair_changes,
    small_talk,
    subscription,
    usage,
    violation,
)
ACTIONS: tuple[type[ServiceAction], ...] = tuple(action for skill in _SKILLS for action in skill.ACTIONS)


def build_actions(services: Services) -> list[ServiceAction]:
    """Builds one instance of every action with real services."""
    return [action(services) for action in ACTIONS]
