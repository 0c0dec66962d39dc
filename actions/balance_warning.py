"""Sets the balance below which a prepaid account is warned, or says why it cannot be set."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from actions.visit import Visit
from actions.wording import money
from backend.errors import Conflict


async def set_limit(visit: Visit, account_no: str, said: str, action: str) -> bool:
    """Sets the limit and says so; tells what can be set where the company refuses it."""
    try:
        limit = Decimal(said)
        supply = await visit.backend.set_warning_limit(
            account_no, limit, visit.user, idempotency_key=visit.key(f"{action}/limit")
        )
    except InvalidOperation:
        visit.say("utter_warning_limit_invalid")
        return False
    except Conflict as error:
        if error.reason not in ("warning.limit", "warning.postpaid"):
            raise
        postpaid = error.reason == "warning.postpaid"
        visit.say("utter_warning_postpaid" if postpaid else "utter_warning_limit_invalid", tail=account_no[-4:])
        return False
    visit.say("utter_warning_set", tail=account_no[-4:], limit=money(supply.warning_limit or limit))
    return True
