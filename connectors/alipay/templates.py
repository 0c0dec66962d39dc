"""The template message that carries an answer when no customer-service message may be sent any more.

https://docs.open.alipay.com/api_6/alipay.open.public.message.single.send
The template is chosen on Alipay's page and needs `first`, `keyword1` (subject), `keyword2` (time) and `remark`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.alipay.account import AlipayAccount
from connectors.shared.plain import cut
from connectors.shared.ports import Say
from runtime.errors import SettingsError

METHOD = "alipay.open.public.message.single.send"
# A template is a notice: what is longer is told to be longer. 200 Chinese characters.
_TEXT_BYTES = 600
_HEAD_COLOUR, _COLOUR = "#0a7c3e", "#333333"


class ReplyTemplate:
    """Writes an answer into the operator's template."""

    def __init__(self, template: str, url: str, say: Say) -> None:
        self._template = template
        self._url = url
        self._say = say

    @classmethod
    def of(cls, account: AlipayAccount, say: Say) -> ReplyTemplate | None:
        """Returns the account's template; None: it has none.

        Raises:
            SettingsError: there is a template and no page that it opens.
        """
        if not account.template:
            return None
        if not account.template_url.startswith(("https://", "http://", "alipays://")):
            raise SettingsError(
                "ALIPAY_TEMPLATE_REPLY needs ALIPAY_TEMPLATE_URL, the page that the message opens",
                setting="ALIPAY_TEMPLATE_URL",
            )
        return cls(account.template, account.template_url, say)

    def content(self, receiver: Mapping[str, str], text: str, at: datetime) -> dict[str, Any]:
        """Returns the message; of a long text it holds the beginning, and says so."""
        parts = cut(text, _TEXT_BYTES)
        remark = parts[0] if len(parts) == 1 else f"{parts[0]}\n{self._say('utter_door_notice_more')}"
        words = {
            "first": self._say("utter_door_notice_first"),
            "keyword1": self._say("utter_door_notice_subject"),
            "keyword2": at.strftime("%Y-%m-%d %H:%M"),
            "remark": remark,
        }
        context: dict[str, Any] = {
            "head_color": _HEAD_COLOUR,
            "url": self._url,
            "action_name": self._say("utter_door_notice_action"),
        }
        context |= {name: {"color": _COLOUR, "value": value} for name, value in words.items()}
        return {**receiver, "template": {"template_id": self._template, "context": context}}
