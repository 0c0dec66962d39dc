"""The people of a played conversation: the customer at the web door, the agent at the desk."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import requests

from tools.dialogues.alipay_visitor import AlipayVisitor
from tools.dialogues.case import CaseError
from tools.dialogues.checks import Heard, heard
from tools.dialogues.customer import Customer
from tools.dialogues.pictures import picture
from tools.dialogues.platforms import Platforms
from tools.dialogues.wechat_visitor import WechatVisitor
from tools.stack import Stack

if TYPE_CHECKING:
    from tools.dialogues.books import Books

_PAGE_WORDS = Path(__file__).parent.parent.parent / "widget" / "src" / "locales" / "zh-CN.json"


class Visitor:
    """A customer on the chat page, through the door's HTTP side."""

    channel = "web"

    def __init__(self, base: str) -> None:
        self._http = requests.Session()
        self._base = f"{base}/webhooks/web"
        session = self._http.post(f"{self._base}/session", json={}, timeout=10).json()
        self._http.headers["authorization"] = f"Bearer {session['token']}"
        self.user_id: str = session["visitor_id"]
        self.owner = "bot"
        self._seen = 0
        self._last: dict[str, Any] = {}
        self._told: list[Heard] = []

    @property
    def conversation_id(self) -> str:
        """The key of this conversation."""
        return f"{self.channel}:{self.user_id}"

    def say(self, text: str) -> None:
        """Sends a text."""
        self._send({"type": "message", "client_id": secrets.token_hex(8), "text": text})

    def press(self, button: Mapping[str, str]) -> None:
        """Presses a button."""
        frame = {"type": "press", "client_id": secrets.token_hex(8)}
        self._send({**frame, "label": button["label"], "payload": button["payload"]})

    def send_location(self, lat: float, lng: float, label: str = "") -> None:
        """Sends a place."""
        frame = {"type": "location", "client_id": secrets.token_hex(8)}
        self._send({**frame, "latitude": float(lat), "longitude": float(lng), "label": label})

    def send_image(self, name: str) -> None:
        """Uploads a picture made up by its name and sends it; what the page says of a refused one is heard."""
        headers = {"x-file-name": quote(name), "content-type": "application/octet-stream"}
        answer = self._http.post(f"{self._base}/media", data=picture(name), headers=headers, timeout=60)
        if answer.status_code == 201:
            frame = {"type": "image", "client_id": secrets.token_hex(8)}
            self._send({**frame, "media_id": answer.json()["media_id"]})
        elif answer.status_code < 500:
            self._told.append(Heard("system", answer.json()["detail"]))
        else:
            raise CaseError(f"the web door failed on {name}: {answer.text[:300]}")

    def send_voice(self, asr: str) -> None:
        """Sends a voice with what the channel recognised in it, perhaps nothing."""
        self._send({"type": "voice", "client_id": secrets.token_hex(8), "text": asr})

    def repeat(self) -> None:
        """Sends the last message again, with its id."""
        self._send(self._last)

    def hear(self) -> list[Heard]:
        """Reads what has come since, and who owns the conversation now."""
        answer = self._http.get(f"{self._base}/messages", params={"after": self._seen}, timeout=40)
        body = answer.json()
        self._seen = max([self._seen, *(message["seq"] for message in body["messages"])])
        self.owner = body["owner"]
        told, self._told = self._told, []
        return [*told, *(heard(message) for message in body["messages"])]

    def _send(self, frame: dict[str, Any]) -> None:
        self._last = frame
        answer = self._http.post(f"{self._base}/messages", json=frame, timeout=10)
        if answer.status_code == 202:
            return
        said = _page_words().get(answer.json().get("code", "")) if answer.status_code < 500 else None
        if said is None:
            raise CaseError(f"the web door refused the message: {answer.text[:300]}")
        self._told.append(Heard("system", said))


@lru_cache(1)
def _page_words() -> Mapping[str, str]:
    """What the chat page says of a message that the door refuses, by the refusal's code."""
    words: Mapping[str, str] = json.loads(_PAGE_WORDS.read_text(encoding="utf-8"))["problem"]
    return words


def visitor_for(channel: str, stack: Stack, books: Books) -> Customer:
    """Makes the customer of a conversation's channel.

    Raises:
        CaseError: there is no such door, or nothing stands before it in this stack.
    """
    if channel == Visitor.channel:
        return Visitor(stack.url("bot"))
    if channel not in (WechatVisitor.channel, AlipayVisitor.channel):
        raise CaseError(f"there is no door {channel}")
    if not isinstance(stack.platforms, Platforms):
        raise CaseError(f"the stack was started without a platform before its door {channel}")
    if channel == WechatVisitor.channel:
        return WechatVisitor(stack, stack.platforms.wechat)
    return AlipayVisitor(stack, stack.platforms.alipay)


class DeskAgent:
    """An agent who logs in to the desk."""

    def __init__(self, base: str, username: str, password: str) -> None:
        self._http = requests.Session()
        self._base = f"{base}/api"
        self._http.headers["origin"] = base
        answer = self._http.post(f"{self._base}/login", json={"username": username, "password": password}, timeout=10)
        if answer.status_code != 200:
            raise CaseError(f"the desk refused the log-in: {answer.text[:300]}")
        self._http.headers["x-csrf-token"] = answer.json()["csrf"]

    def act(self, conversation_id: str, do: str, text: str, *, to: str = "") -> None:
        """Does what a step says; a transfer goes to an agent, a skill, or everybody's queue.

        Raises:
            CaseError: the desk refuses, or nobody can do this there.
        """
        chat = f"/conversations/{conversation_id}"
        if do == "accept":
            self._accept(conversation_id)
        elif do == "say":
            self._post(f"{chat}/messages", {"client_id": secrets.token_hex(8), "text": text})
        elif do == "return":
            self._post(f"{chat}/return", {"note": text or "已处理"})
        elif do == "close":
            self._post(f"{chat}/close", {"summary": text or "已处理"})
        elif do == "transfer":
            self._post(f"{chat}/transfer", {"to": to or "general", "note": text})
        else:
            raise CaseError(f"nobody at the desk can {do}")

    def reaches(self, conversation_id: str) -> bool:
        """Whether the conversation waits where this agent sees it, or is this agent's already."""
        return bool(self._waiting(conversation_id)) or self._serves(conversation_id)

    def _waiting(self, conversation_id: str) -> list[int]:
        queue = self._http.get(f"{self._base}/queue", timeout=10).json()["escalations"]
        return [waiting["id"] for waiting in queue if waiting["conversation_id"] == conversation_id]

    def _accept(self, conversation_id: str) -> None:
        mine = self._waiting(conversation_id)
        if not mine and self._serves(conversation_id):
            return  # nobody has said yes to a transfer: it never left
        if not mine:
            raise CaseError("the conversation is not in the queue, or asks for skills this agent does not have")
        self._post(f"/escalations/{mine[0]}/accept", {})

    def _serves(self, conversation_id: str) -> bool:
        chats = self._http.get(f"{self._base}/conversations", params={"scope": "mine"}, timeout=10).json()
        return any(chat["id"] == conversation_id for chat in chats["conversations"])

    def _post(self, path: str, body: Mapping[str, str]) -> None:
        answer = self._http.post(self._base + path, json=dict(body), timeout=10)
        if answer.status_code >= 300:
            raise CaseError(f"the desk refused {path}: {answer.text[:300]}")
