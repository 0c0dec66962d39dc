"""A Chatwoot as small as the seam needs it: contacts, conversations and messages of one API inbox, signed webhooks.

It answers in the shapes of Chatwoot's own controllers; a test acts in it as its agents do, and breaks it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from handoff.outside.chatwoot import Account
from handoff.outside.signature import sign
from tests.fakes.served import Served

TOKEN, SECRET = "agent-token", "webhook-secret"
ACCOUNT, INBOX = 3, 7

Webhook = tuple[dict[str, str], bytes]


@dataclass
class FakeChatwoot:
    """One account with one API inbox; numbers count from 1."""

    down: bool = False
    refusing: bool = False
    swallow: int = 0  # so many answers more are lost after the deed is done
    contacts: dict[int, dict[str, Any]] = field(default_factory=dict)
    conversations: dict[int, dict[str, Any]] = field(default_factory=dict)
    messages: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    _next: int = 0

    def __post_init__(self) -> None:
        app = web.Application(middlewares=[self._gate])
        base = f"/api/v1/accounts/{ACCOUNT}"
        app.router.add_post(f"{base}/contacts", self._make_contact)
        app.router.add_get(f"{base}/contacts/search", self._search)
        app.router.add_get(f"{base}/contacts/{{id}}/conversations", self._conversations_of)
        app.router.add_post(f"{base}/conversations", self._make_conversation)
        app.router.add_get(f"{base}/conversations/{{id}}/messages", self._list_messages)
        app.router.add_post(f"{base}/conversations/{{id}}/messages", self._make_message)
        app.router.add_post(f"{base}/conversations/{{id}}/toggle_status", self._toggle)
        self._served = Served(app)

    def start(self) -> Account:
        """Listens; returns how to reach it."""
        self._served.start()
        return Account(self._served.url, ACCOUNT, INBOX, TOKEN, SECRET)

    def stop(self) -> None:
        """Listens no more."""
        self._served.stop()

    def agent_writes(
        self, case_ref: str, text: str, at: datetime, *, agent: int = 12, private: bool = False
    ) -> Webhook:
        """An agent writes to the customer, or a private note; returns the webhook this makes."""
        message = self._message(int(case_ref), text, "outgoing", private=private)
        sender = {"id": agent, "name": f"Agent {agent}", "type": "user", "email": "a@b.example"}
        told = {**message, "event": "message_created", "sender": sender, "account": {"id": ACCOUNT}}
        return self.signed({**told, "conversation": {"id": int(case_ref)}, "inbox": {"id": INBOX}}, at)

    def agent_takes(self, case_ref: str, at: datetime, *, agent: int = 12) -> Webhook:
        """A conversation is assigned to an agent."""
        changed = [{"assignee_id": {"previous_value": None, "current_value": agent}}, _updated(at)]
        meta = {"assignee": {"id": agent, "name": f"Agent {agent}", "type": "user"}}
        told = {"event": "conversation_updated", "id": int(case_ref), "inbox_id": INBOX, "status": "open"}
        return self.signed({**told, "meta": meta, "changed_attributes": changed}, at)

    def agent_resolves(self, case_ref: str, at: datetime) -> Webhook:
        """A conversation is resolved."""
        self.conversations[int(case_ref)]["status"] = "resolved"
        changed = [{"status": {"previous_value": "open", "current_value": "resolved"}}, _updated(at)]
        told = {"event": "conversation_status_changed", "id": int(case_ref), "inbox_id": INBOX, "status": "resolved"}
        return self.signed({**told, "meta": {}, "changed_attributes": changed}, at)

    def echoes(self, at: datetime) -> list[Webhook]:
        """The webhooks that the seam's own writing makes, which must do nothing."""
        told = [(ref, message) for ref, messages in self.messages.items() for message in messages]
        user = {"id": 1, "name": "GridTalk", "type": "user"}
        return [
            self.signed(
                {
                    **message,
                    "event": "message_created",
                    "sender": user,
                    "conversation": {"id": ref},
                    "inbox": {"id": INBOX},
                },
                at,
            )
            for ref, message in told
            if message["source_id"]
        ]

    def signed(self, told: Mapping[str, Any], at: datetime, *, secret: str = SECRET) -> Webhook:
        """Signs a payload as Chatwoot does."""
        body = json.dumps(told, ensure_ascii=False).encode()
        moment = str(int(at.timestamp()))
        headers = {"x-chatwoot-timestamp": moment, "x-chatwoot-signature": sign(secret, moment, body)}
        return {**headers, "x-chatwoot-delivery": str(uuid.uuid4())}, body

    def told(self, case_ref: str) -> list[tuple[str, str]]:
        """What stands in a conversation: (incoming | note | outgoing, words)."""
        kinds = [
            ("note" if one["private"] else one["message_type"], one["content"]) for one in self.messages[int(case_ref)]
        ]
        return [(kind, str(text)) for kind, text in kinds]

    def status(self, case_ref: str) -> str:
        """Whether it is open or resolved."""
        return str(self.conversations[int(case_ref)]["status"])

    @web.middleware
    async def _gate(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if self.down:
            raise web.HTTPBadGateway(text="<html>502</html>")
        if self.refusing or request.headers.get("api_access_token") != TOKEN:
            return web.json_response({"error": "You need to sign in"}, status=401)
        answer = await handler(request)
        if self.swallow and request.method == "POST":
            self.swallow -= 1
            assert request.transport
            request.transport.abort()
        return answer

    async def _make_contact(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if any(one["identifier"] == asked["identifier"] for one in self.contacts.values()):
            return web.json_response({"message": "Identifier has already been taken"}, status=422)
        number = self._count()
        inbox = {"source_id": f"source-{number}", "inbox": {"id": asked["inbox_id"]}}
        self.contacts[number] = {"id": number, **asked, "contact_inboxes": [inbox]}
        return web.json_response({"payload": {"contact": self.contacts[number], "contact_inbox": inbox}})

    async def _search(self, request: web.Request) -> web.Response:
        found = [one for one in self.contacts.values() if request.query["q"] in one["identifier"]]
        return web.json_response({"meta": {"count": len(found)}, "payload": found})

    async def _conversations_of(self, request: web.Request) -> web.Response:
        number = int(request.match_info["id"])
        return web.json_response(
            {"payload": [one for one in self.conversations.values() if one["contact_id"] == number]}
        )

    async def _make_conversation(self, request: web.Request) -> web.Response:
        number = self._count()
        self.conversations[number] = {"id": number, **await request.json()}
        self.messages[number] = []
        return web.json_response(self.conversations[number])

    async def _list_messages(self, request: web.Request) -> web.Response:
        return web.json_response({"meta": {}, "payload": self.messages[int(request.match_info["id"])][-20:]})

    async def _make_message(self, request: web.Request) -> web.Response:
        asked = await request.json()
        ref = int(request.match_info["id"])
        message = self._message(ref, asked["content"], asked["message_type"], private=asked["private"])
        message["source_id"] = asked["source_id"]
        return web.json_response(message)

    async def _toggle(self, request: web.Request) -> web.Response:
        self.conversations[int(request.match_info["id"])]["status"] = (await request.json())["status"]
        return web.json_response({"payload": {"success": True}})

    def _message(self, ref: int, text: str, kind: str, *, private: bool) -> dict[str, Any]:
        message = {"id": self._count(), "content": text, "message_type": kind, "private": private, "source_id": None}
        self.messages[ref].append(message)
        return message

    def _count(self) -> int:
        self._next += 1
        return self._next


def _updated(at: datetime) -> dict[str, Any]:
    return {"updated_at": {"previous_value": None, "current_value": at.isoformat()}}
