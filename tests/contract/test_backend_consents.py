"""The contract of a Backend, consent to planned work: kept, and refused where nothing is asked."""

from __future__ import annotations

import pytest

from backend.errors import BackendProtocolError, Conflict, NotFound
from tests.contract.stands import HttpStand, Stand

PLANNED, FAULT, LIN = "E26111800002", "E26112100001", "6201011006117"


async def test_a_concerned_account_answers_a_stranger_is_unknown_and_a_fault_asks_nobody(stand: Stand) -> None:
    for number, agreed in enumerate((True, False)):
        key = f"consent-{number}"
        await stand.notices_backend.record_consent(PLANNED, LIN, agreed=agreed, wish="改到周六", idempotency_key=key)

    with pytest.raises(NotFound) as stranger:
        await stand.notices_backend.record_consent(PLANNED, "6201000000000", agreed=True, idempotency_key="c-1")
    with pytest.raises(NotFound) as unknown:
        await stand.notices_backend.record_consent("E26010100001", LIN, agreed=True, idempotency_key="c-2")
    with pytest.raises(Conflict) as fault:
        await stand.notices_backend.record_consent(FAULT, LIN, agreed=True, idempotency_key="c-3")

    codes = (stranger.value.reason, unknown.value.reason, fault.value.reason)
    assert codes == ("account.unknown", "outage.unknown", "outage.consult")


async def test_a_customers_counter_brings_no_consent(stand: Stand) -> None:
    if not isinstance(stand, HttpStand):
        return
    with pytest.raises(BackendProtocolError):
        await stand.backend.record_consent(PLANNED, LIN, agreed=True, idempotency_key="c-4")
