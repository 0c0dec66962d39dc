"""A customer of the Alipay life account: signed posts of the gateway in, custom messages out."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import requests

from tests.fakes.alipay import FakeAlipay, message_xml
from tools.dialogues.case import CaseError
from tools.dialogues.pictures import picture
from tools.dialogues.push_visitor import PushVisitor
from tools.stack import Stack


class AlipayVisitor(PushVisitor):
    """Somebody who has opened the life account."""

    channel = "alipay"

    def __init__(self, stack: Stack, platform: FakeAlipay) -> None:
        super().__init__(stack, "2088" + "".join(secrets.choice("0123456789") for _ in range(12)))
        self._platform = platform
        self._last = b""

    def say(self, text: str) -> None:
        """Sends a text."""
        self._push("text", {"Text": {"Content": text}})

    def press(self, button: Mapping[str, str]) -> None:
        """Answers with the words of the button."""
        self.say(button["label"])

    def send_location(self, lat: float, lng: float, label: str) -> None:
        """Types the place: a life account receives none. Raises CaseError when it has no words."""
        if not label:
            raise CaseError(f"the Alipay life account receives no places ({lat}, {lng})")
        self.say(label)

    def send_image(self, name: str) -> None:
        """Sends a picture of that name."""
        media_id = f"media-{secrets.token_hex(8)}"
        self._platform.media[media_id] = picture(name)
        self._push("image", {"Image": {"MediaId": media_id, "Format": "png"}})

    def send_voice(self, asr: str) -> None:
        """Types what the phone has heard: a life account receives no voice. Raises CaseError when it is nothing."""
        if not asr:
            raise CaseError("the Alipay life account receives no voice messages")
        self.say(asr)

    def repeat(self) -> None:
        """Lets the gateway post the last message again."""
        self._post(self._last)

    def _push(self, kind: str, fields: Mapping[str, Any]) -> None:
        now = int(self._clock.now().timestamp() * 1000)
        numbered = {**fields, "MsgId": str(secrets.randbits(62))}
        xml = message_xml(self._platform.app_id, self.user_id, kind, now, numbered)
        self._last = self._platform.push(xml, charset="GBK" if _fits_gbk(xml) else "utf-8")
        self._post(self._last)

    def _post(self, form: bytes) -> None:
        headers = {"content-type": "application/x-www-form-urlencoded;charset=GBK"}
        answer = requests.post(self._hook, data=form, headers=headers, timeout=10)
        charset = "GBK" if b"charset=GBK" in form else "utf-8"
        if answer.status_code != 200 or not self._platform.is_signed_by_app(answer.content, charset):
            raise CaseError(f"the Alipay door did not acknowledge the push: {answer.status_code} {answer.text[:300]}")

    def _pictures(self) -> int:
        return len(self._platform.pictures(self.user_id))

    def _arrived(self) -> list[str]:
        return self._platform.texts(self.user_id)


def _fits_gbk(text: str) -> bool:
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
