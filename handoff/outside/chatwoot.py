"""The adapter to Chatwoot and what speaks like it: an API inbox, its application API, its signed webhooks.

Calls and names: https://developers.chatwoot.com/api-reference (contacts, conversations, messages, toggle_status);
`source_id` on a message: https://github.com/chatwoot/chatwoot/pull/15910; the events and their payloads:
https://github.com/chatwoot/chatwoot/blob/develop/app/listeners/webhook_listener.rb; signatures since 4.11.2
(https://github.com/chatwoot/chatwoot/issues/13862), for API inboxes since 4.13.0.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from handoff.outside import chatwoot_events
from handoff.outside.errors import OutsideDown, OutsideRefused
from handoff.outside.port import Case, OutsideEvent, OutsideLine, Voice
from handoff.outside.signature import verify

NAME = "chatwoot"
_TIME_LIMIT = aiohttp.ClientTimeout(total=5)
_TAKEN = 422


@dataclass(frozen=True)
class Account:
    """Where the other desk is, and how it knows us."""

    url: str
    account_id: int
    inbox_id: int
    token: str
    webhook_secret: str

    @property
    def base(self) -> str:
        """The address of the account's calls."""
        return f"{self.url.rstrip('/')}/api/v1/accounts/{self.account_id}"


class Chatwoot:
    """See OtherDesk."""

    name = NAME

    def __init__(self, account: Account) -> None:
        self._account = account
        self._session: aiohttp.ClientSession | None = None

    async def open(self, case: Case) -> str:
        """See OtherDesk: the contact by our conversation's id, the conversation by the request's number."""
        contact_id, source_id = await self._contact(case)
        known = await self._call("GET", f"/contacts/{contact_id}/conversations")
        for conversation in known["payload"]:
            if (conversation.get("custom_attributes") or {}).get("gridtalk_request") == case.escalation_id:
                return str(conversation["id"])
        attributes = {"gridtalk_request": case.escalation_id, "skill": case.skill, "priority": case.priority}
        opened = await self._call(
            "POST",
            "/conversations",
            {
                "source_id": source_id,
                "inbox_id": self._account.inbox_id,
                "contact_id": contact_id,
                "status": "open",
                "custom_attributes": attributes,
            },
        )
        return str(opened["id"])

    async def tell(self, case_ref: str, line: OutsideLine) -> None:
        """See OtherDesk: the customer's words come in, everything else is a private note."""
        path = f"/conversations/{case_ref}/messages"
        if await self._holds(path, line.key):
            return
        customers = line.voice is Voice.CUSTOMER
        await self._call(
            "POST",
            path,
            {
                "content": line.text,
                "message_type": "incoming" if customers else "outgoing",
                "private": not customers,
                "source_id": line.key,
            },
        )

    async def end(self, case_ref: str) -> None:
        """See OtherDesk."""
        await self._call("POST", f"/conversations/{case_ref}/toggle_status", {"status": "resolved"})

    def read(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Sequence[OutsideEvent]:
        """See OtherDesk."""
        verify(
            self._account.webhook_secret,
            signature=headers.get("x-chatwoot-signature", ""),
            moment=headers.get("x-chatwoot-timestamp", ""),
            body=body,
            at=at,
        )
        return chatwoot_events.read(body, inbox_id=self._account.inbox_id)

    async def close(self) -> None:
        """Leaves the other desk."""
        if self._session:
            await self._session.close()

    async def _contact(self, case: Case) -> tuple[int, str]:
        wanted = {"inbox_id": self._account.inbox_id, "name": case.customer, "identifier": case.conversation_id}
        answer = await self._call("POST", "/contacts", wanted, passed=_TAKEN)
        if answer is None:
            found = await self._call("GET", "/contacts/search", params={"q": case.conversation_id})
            contact = next((one for one in found["payload"] if one.get("identifier") == case.conversation_id), None)
        else:
            contact = answer["payload"]["contact"]
        if contact is None:
            raise OutsideRefused("The contact can neither be made nor found.", conversation_id=case.conversation_id)
        return int(contact["id"]), self._source_of(contact)

    def _source_of(self, contact: Mapping[str, Any]) -> str:
        for inbox in contact.get("contact_inboxes", ()):
            if inbox["inbox"]["id"] == self._account.inbox_id:
                return str(inbox["source_id"])
        raise OutsideRefused("The contact is not in our inbox.", contact_id=contact["id"])

    async def _holds(self, path: str, key: str) -> bool:
        known = await self._call("GET", path)
        return any(message.get("source_id") == key for message in known["payload"])

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        params: Mapping[str, str] | None = None,
        passed: int = 0,
    ) -> Any:
        """Calls; None for the status `passed`. Raises OutsideDown, OutsideRefused."""
        session = self._session or aiohttp.ClientSession(timeout=_TIME_LIMIT)
        self._session = session
        headers = {"api_access_token": self._account.token}
        try:
            async with session.request(
                method, self._account.base + path, json=body, params=params, headers=headers
            ) as answer:
                return await _read(answer, passed)
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            raise OutsideDown(f"Chatwoot does not answer: {error!r}", path=path) from error


async def _read(answer: aiohttp.ClientResponse, passed: int) -> Any:
    if answer.status == passed:
        return None
    if answer.status >= 500 or answer.status == 429:
        raise OutsideDown("Chatwoot cannot do it now.", answered=answer.status)
    if answer.status >= 400:
        raise OutsideRefused("Chatwoot refuses.", answered=answer.status, said=(await answer.text())[:200])
    return await answer.json(content_type=None)
