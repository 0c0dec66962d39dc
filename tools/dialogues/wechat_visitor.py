"""A customer of the WeChat service account: sealed pushes in, passive replies and customer-service messages out."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping

import requests

from tests.fakes.wechat import FakeWeChat, message_xml, passive_text, signed
from tools.dialogues.case import CaseError
from tools.dialogues.pictures import picture
from tools.dialogues.push_visitor import PushVisitor
from tools.stack import Stack

# WeChat closes the connection after this long and tries again.
_PATIENCE = 5.0
_TRIES = 3
_VOICE = b"#!AMR\n" + bytes(64)


class WechatVisitor(PushVisitor):
    """Somebody who has followed the service account."""

    channel = "wechat"

    def __init__(self, stack: Stack, platform: FakeWeChat) -> None:
        super().__init__(stack, "o" + secrets.token_hex(13))
        self._platform = platform
        self._phone: list[str] = []
        self._taken = 0
        self._last: tuple[str, str] = ("", "")
        self._taking = threading.Lock()

    def say(self, text: str) -> None:
        """Sends a text."""
        self._push("text", {"Content": text})

    def send_location(self, lat: float, lng: float, label: str) -> None:
        """Sends a place."""
        self._push("location", {"Location_X": f"{lat}", "Location_Y": f"{lng}", "Scale": 16, "Label": label})

    def send_image(self, name: str) -> None:
        """Sends a picture of that name."""
        media_id = self._upload(picture(name))
        self._push("image", {"PicUrl": f"{self._platform.url}/pic/{media_id}", "MediaId": media_id})

    def send_voice(self, asr: str) -> None:
        """Sends a voice message with what WeChat has recognised."""
        self._push("voice", {"MediaId": self._upload(_VOICE), "Format": "amr", "Recognition": asr})

    def repeat(self) -> None:
        """Lets WeChat try the last push again; the phone shows its answer once."""
        text, first = self._last
        again = self._deliver(text)
        if again not in ("", first):
            raise CaseError("a retry was answered with something else than the first try")

    def _push(self, kind: str, fields: Mapping[str, object]) -> None:
        now = int(self._clock.now().timestamp())
        numbered = {**fields, "MsgId": str(secrets.randbits(62))}
        message = message_xml(self._platform.keys, self.user_id, kind, now, numbered)
        answer = self._deliver(message)
        self._last = (message, answer)
        self._collect()
        if answer:
            self._phone.append(answer)

    def _deliver(self, message: str) -> str:
        """Pushes as WeChat does, up to three times; returns the passive reply."""
        for _ in range(_TRIES):
            request = signed(self._platform.keys, message, int(self._clock.now().timestamp()), sealed=True)
            try:
                answer = requests.post(self._hook, params=request.query, data=request.body, timeout=_PATIENCE)
            except requests.Timeout:
                continue
            if answer.status_code != 200:
                raise CaseError(f"the WeChat door refused the push: {answer.status_code} {answer.text[:300]}")
            return passive_text(self._platform.keys, answer.text)
        raise CaseError(f"the WeChat door did not answer {_TRIES} pushes within {_PATIENCE} s each")

    def _pictures(self) -> int:
        return len(self._platform.pictures(self.user_id))

    def _arrived(self) -> list[str]:
        self._collect()
        return self._phone

    def _collect(self) -> None:
        with self._taking:  # the pushes of a burst end side by side
            sent = self._platform.texts(self.user_id)
            self._phone += sent[self._taken :]
            self._taken = len(sent)

    def _upload(self, content: bytes) -> str:
        media_id = f"media-{secrets.token_hex(8)}"
        self._platform.media[media_id] = content
        return media_id
