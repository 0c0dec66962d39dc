"""When people answer: every day from morning to evening, for faults and danger at any hour (policy.human_hours)."""

from __future__ import annotations

from datetime import datetime

from handoff.ledger import Escalation
from runtime.clock import SHANGHAI

_FROM, _TO = 8, 20
_AT_ANY_HOUR = frozenset({"fault", "danger"})
# Life support and danger jump every queue, at night too.
_URGENT = 1


def is_off_hours(escalation: Escalation, at: datetime) -> bool:
    """Whether nobody answers such a request now."""
    if escalation.skill in _AT_ANY_HOUR or escalation.priority <= _URGENT:
        return False
    return not _FROM <= at.astimezone(SHANGHAI).hour < _TO
