"""What is asked of a utility about invoices."""

from __future__ import annotations

from typing import Protocol

from backend.models import Invoice
from conversation.identity import ChannelUser


class Invoices(Protocol):
    """The calls about invoices."""

    async def invoices(self, account_no: str, user: ChannelUser) -> list[Invoice]:
        """Lists the invoices of an account, newest first. Raises NotAllowed `account.not_bound`."""

    async def issue_invoice(
        self,
        account_no: str,
        period: str,
        title: str,
        user: ChannelUser,
        *,
        idempotency_key: str,
        kind: str = "electronic",
        tax_no: str = "",
    ) -> Invoice:
        """Issues the invoice of a paid bill, `electronic` or `special`; the same wish gives the same invoice.

        Raises:
            NotAllowed: `account.not_bound`.
            NotFound: `bill.unknown`.
            Conflict: `invoice.tax_no`, `invoice.not_paid`, `invoice.too_old`,
                `invoice.already_issued` (field invoice_no), `invoice.title_unproven`, `invoice.other_kind`.
        """
