"""The fake company, part consent to planned work."""

from __future__ import annotations

from backend.errors import Conflict, NotFound
from tests.fakes.backend.audience import FakeAudience


class FakeConsents(FakeAudience):
    """Keeps what accounts said, by outage and account."""

    async def record_consent(
        self, outage_no: str, account_no: str, *, agreed: bool, wish: str = "", idempotency_key: str
    ) -> None:
        """See base class."""
        self._called("record_consent")
        outage = self._city.faults.outages.get(outage_no)
        if outage is None:
            raise NotFound("outage.unknown")
        if outage.over:
            raise Conflict("outage.over")
        if outage.kind not in ("planned", "rotating"):
            raise Conflict("outage.consult")
        if account_no not in {row["account_no"] for row in self._rows["accounts"] if row["area_id"] in outage.area_ids}:
            raise NotFound("account.unknown")
        self.consents = {**getattr(self, "consents", {}), (outage_no, account_no): (agreed, wish)}
