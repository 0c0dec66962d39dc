"""What is asked of a utility about applications (业务办理)."""

from __future__ import annotations

from typing import Protocol

from backend.models import (
    Application,
    ApplicationCheck,
    ApplicationGuide,
    ApplicationPage,
    ApplicationStart,
)
from conversation.identity import ChannelUser


class Applications(Protocol):
    """The calls about applications."""

    async def application_types(
        self,
        user: ChannelUser,
        *,
        business_type: str = "",
        account_no: str = "",
        customer_class: str = "",
        voltage_level: str = "",
    ) -> list[ApplicationGuide]:
        """Lists what can be applied for, as guides; for an account, or a class and voltage, when those are named.

        Raises:
            NotAllowed: `account.not_bound`.
            NotFound: `application_type.unknown`.
        """

    async def check_application(self, start: ApplicationStart, user: ChannelUser) -> ApplicationCheck:
        """Says what would stand against an application and what it takes; nothing is kept.

        Raises:
            NotAllowed: `account.not_bound`.
            NotFound: `application_type.unknown`.
            Conflict: `application.precondition` (class_fits): no type of this business is for such a customer.
        """

    async def start_application(
        self, start: ApplicationStart, user: ChannelUser, *, idempotency_key: str
    ) -> Application:
        """Starts an application as a draft; papers follow, then it is submitted.

        Raises:
            NotAllowed: `account.not_bound`.
            NotFound: `application_type.unknown`.
            Conflict: `application.precondition` (fields check, text, do, and all `checks`); `idempotency.mismatch`;
                `order.already_open` (fields order_no).
        """

    async def upload_document(
        self, application_no: str, code: str, content: bytes, user: ChannelUser, *, file_name: str, idempotency_key: str
    ) -> Application:
        """Hands a document in: jpg, png or pdf.

        Raises:
            NotFound: `application.unknown` (also somebody else's).
            NotAccepted: `document.type`, `document.empty`, `document.too_large` (fields most).
            Conflict: `application.over`, `application.too_many_documents`, `idempotency.mismatch`.
        """

    async def submit_application(self, application_no: str, user: ChannelUser, *, idempotency_key: str) -> Application:
        """Hands an application in, or a returned one in again.

        Raises:
            NotFound: `application.unknown` (also somebody else's).
            Conflict: `application.documents_missing` (fields missing: every one of them), `application.precondition`,
                `application.submitted`, `application.over`, `idempotency.mismatch`.
        """

    async def withdraw_application(
        self, application_no: str, user: ChannelUser, *, note: str = "", idempotency_key: str
    ) -> Application:
        """Takes an application back.

        Raises:
            NotFound: `application.unknown` (also somebody else's).
            Conflict: `application.over`, `idempotency.mismatch`.
        """

    async def applications(self, user: ChannelUser, *, cursor: str = "") -> ApplicationPage:
        """Lists what this user applied for and what is applied for on their accounts, newest first."""

    async def application(self, application_no: str, user: ChannelUser) -> Application:
        """Reads an application of this user or of an account bound to them.

        Raises:
            NotFound: `application.unknown` (also somebody else's).
        """
