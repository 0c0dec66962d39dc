"""What the page does at the utility: look, hand a paper in, submit; it keeps nothing and knows no HTTP."""

from __future__ import annotations

from backend.budget import Turns
from backend.models import ApplicationGuide
from backend.protocol.applications import Applications
from bot.papers.sheet import Sheet, sheet_of
from connectors.shared.errors import Forbidden, Malformed
from conversation.papers import PapersPass


class PapersCounter:
    """The utility's counter for the papers of one application at a time, in the name of who holds the pass."""

    def __init__(self, backend: Applications) -> None:
        self._backend = backend
        self._turns = Turns()

    async def look(self, held: PapersPass) -> Sheet:
        """Reads the application.

        Raises:
            BackendError: `application.unknown` among them.
            Forbidden: `papers.strong`, this business goes on only where the real name is proved.
        """
        application = await self._backend.application(held.application_no, held.user)
        return sheet_of(application, await self._guide(held, application.business_type, application.type_code))

    async def hand_in(self, held: PapersPass, code: str, content: bytes, *, file_name: str, key: str) -> Sheet:
        """Hands a file in as it is: the utility keeps the original, as evidence.

        Raises:
            BackendError: `document.type`, `document.empty`, `document.too_large`, `application.over`,
                `application.too_many_documents`, `application.unknown` among them.
            Forbidden: `papers.strong`.
            Malformed: `document.code`, the application takes no such paper.
        """
        sheet = await self.look(held)
        if sheet.application.open and code not in sheet.codes:
            raise Malformed("document.code", "This application takes no such paper.")
        number = held.application_no
        with self._turns.step("", patient=True):  # ten megabytes take their time
            made = await self._backend.upload_document(
                number, code, content, held.user, file_name=file_name, idempotency_key=_key(held, key)
            )
        return sheet_of(made, await self._guide(held, made.business_type, made.type_code))

    async def submit(self, held: PapersPass, *, key: str) -> Sheet:
        """Hands the application in.

        Raises:
            BackendError: `application.documents_missing`, `application.precondition`, `application.submitted`,
                `application.over`, `application.unknown` among them.
            Forbidden: `papers.strong`.
        """
        sheet = await self.look(held)
        made = await self._backend.submit_application(held.application_no, held.user, idempotency_key=_key(held, key))
        return sheet_of(made, await self._guide(held, made.business_type, sheet.application.type_code))

    async def _guide(self, held: PapersPass, business_type: str, code: str) -> ApplicationGuide | None:
        guides = await self._backend.application_types(held.user, business_type=business_type)
        guide = next((one for one in guides if one.code == code), None)
        if guide is not None and guide.is_strong:
            raise Forbidden("papers.strong", "This business goes on only where the real name is proved.")
        return guide


def _key(held: PapersPass, key: str) -> str:
    return f"papers/{held.application_no}/{key}"
