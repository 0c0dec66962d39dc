"""Template messages: what a customer outside the window still gets, a word that their answer is there.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.shared.ports import Parcel, Say
from connectors.wechat.api import WeChatApi
from conversation.identity import ChannelUser
from runtime.clock import Clock
from runtime.errors import SettingsError

# What a field may show. `thing` fields hold 20 characters; a longer one is refused (47003).
_EXCERPT, _TOPIC, _TIME = "excerpt", "topic", "time"
_THING_CHARACTERS = 20


@dataclass(frozen=True)
class TemplateForm:
    """The operator's template: its id, and what each of its fields shows (`thing1=topic,thing2=excerpt,time3=time`)."""

    template_id: str
    fields: Mapping[str, str]

    @classmethod
    def parse(cls, template_id: str, fields: str) -> TemplateForm | None:
        """Reads the two settings; no id: there is no template.

        Raises:
            SettingsError: a field shows nothing we know.
        """
        if not template_id:
            return None
        pairs = [pair.partition("=") for pair in fields.split(",") if pair.strip()]
        named = {name.strip(): shows.strip() for name, _, shows in pairs}
        if not named or not set(named.values()) <= {_EXCERPT, _TOPIC, _TIME}:
            raise SettingsError(
                "WECHAT_TEMPLATE_FIELDS must list fields as name=topic, name=excerpt or name=time",
                setting="WECHAT_TEMPLATE_FIELDS",
            )
        return cls(template_id, named)


class Templates:
    """Writes and sends the template of a parcel."""

    def __init__(self, api: WeChatApi, form: TemplateForm, say: Say, clock: Clock) -> None:
        self._api = api
        self._form = form
        self._say = say
        self._clock = clock

    def holds(self, words: str) -> bool:
        """Whether the template shows all of these words: then nothing is owed."""
        return _EXCERPT in self._form.fields.values() and len(_one_line(words)) <= _THING_CHARACTERS

    async def send(self, parcel: Parcel, words: str) -> str:
        """Sends it, once for each parcel however often it is tried; returns the platform's number.

        Raises:
            ApiUnreachable, ApiRefused: it is not sent.
        """
        return await self._api.send_template(
            {
                "touser": ChannelUser.of(parcel.conversation_id).user_id,
                "template_id": self._form.template_id,
                "client_msg_id": _key(parcel),
                "data": {name: {"value": self._value(shows, words)} for name, shows in self._form.fields.items()},
            }
        )

    def _value(self, shows: str, words: str) -> str:
        if shows == _TIME:
            return self._clock.now().strftime("%Y-%m-%d %H:%M")
        text = self._say("utter_door_template_topic") if shows == _TOPIC else _one_line(words)
        return text if len(text) <= _THING_CHARACTERS else text[: _THING_CHARACTERS - 1] + "\u2026"


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _key(parcel: Parcel) -> str:
    """The number the platform knows a repeat by: 32 characters at most."""
    seqs = ",".join(str(line.seq) for line in parcel.lines)
    return hashlib.sha256(f"{parcel.conversation_id}/{seqs}/{len(parcel.rest)}".encode()).hexdigest()[:32]
