"""The rules of WeChat's platform that a door may break: who may be written to, how often, with which token.

https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

DAYS_2, MINUTE, DAY = 48 * 3600.0, 60.0, 24 * 3600.0
PER_MESSAGE, PER_TOUCH = 5, 3
_TOUCHES = frozenset({"subscribe", "scan", "click", "scancode_push", "scancode_waitmsg"})
_TYPING_SECONDS, _TYPING_AFTER_SECONDS = 15.0, 30.0
_FORCES, _FORCE_APART = 20, 30.0

Now = Callable[[], float]


@dataclass
class Follower:
    """One person, as the platform knows them."""

    follows: bool = True
    message_left: int = 0
    message_until: float = 0.0
    touch_left: int = 0
    touch_until: float = 0.0
    interacted: float = 0.0
    typing_until: float = 0.0
    # messages the platform has pushed: a retry opens nothing
    pushed: set[str] = field(default_factory=set)


class Followers:
    """What each person's own doing lets an account send to them."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._people: dict[str, Follower] = {}

    def of(self, openid: str) -> Follower:
        return self._people.setdefault(openid, Follower())

    def heard(self, message: str) -> None:
        """Notes what is pushed to the account; what is no message of a person opens nothing."""
        openid, kind = _field(message, "FromUserName"), _field(message, "MsgType")
        if not openid or not kind:
            return
        person, now = self.of(openid), self._now()
        event = _field(message, "Event").lower()
        names = ("MsgId", "CreateTime", "Event", "EventKey")
        key = "/".join(_field(message, name) for name in names)
        if key in person.pushed:
            return
        person.pushed.add(key)
        if event == "unsubscribe":
            person.follows, person.message_left, person.touch_left = False, 0, 0
        elif kind != "event" or event in _TOUCHES:
            person.follows, person.interacted = True, now
            if kind != "event":
                person.message_left, person.message_until = PER_MESSAGE, now + DAYS_2
            else:
                person.touch_left, person.touch_until = PER_TOUCH, now + MINUTE

    def refusal(self, openid: str) -> int:
        """Why a message may not be sent now: an error code, 0: it may."""
        person, now = self.of(openid), self._now()
        if not person.follows:
            return 43004
        if now >= person.message_until and now >= person.touch_until:
            return 45015
        is_open = (person.message_left and now < person.message_until) or (
            person.touch_left and now < person.touch_until
        )
        return 0 if is_open else 45047

    def take(self, openid: str) -> None:
        """Counts a message that is sent: of the short window first, as it ends first."""
        person = self.of(openid)
        person.typing_until = 0.0
        if person.touch_left and self._now() < person.touch_until:
            person.touch_left -= 1
        else:
            person.message_left -= 1

    def typing(self, openid: str, command: str) -> int:
        """Shows the typing state, or says why not."""
        person, now = self.of(openid), self._now()
        if command not in ("Typing", "CancelTyping"):
            return 45072
        if now - person.interacted > _TYPING_AFTER_SECONDS:
            return 45080
        if command == "Typing" and now < person.typing_until:
            return 45081
        person.typing_until = now + _TYPING_SECONDS if command == "Typing" else 0.0
        return 0


class Tokens:
    """The account's token: the same for everybody who asks, until it ends or is thrown away."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self.lifetime = 7200
        self.current = ""
        self._until = 0.0
        self._gone: set[str] = set()
        self._spoilt: set[str] = set()
        self._forced: list[float] = []

    def fetch(self, *, force: bool) -> tuple[str, int] | None:
        """Hands out a token and its seconds; None: it was forced too often."""
        now = self._now()
        if force:
            today = [at for at in self._forced if now - at < DAY]
            if len(today) >= _FORCES or (today and now - today[-1] < _FORCE_APART):
                return None
            self._forced = [*today, now]
        if force or not self.current or now >= self._until - 300:
            if force:
                self._gone.add(self.current)
            self.current = secrets.token_hex(64)
            self._until = now + self.lifetime
        return self.current, int(self._until - now)

    def wrong(self, token: str) -> int:
        """Why a call with this token is refused: an error code, 0: it is not."""
        if not token:
            return 41001
        if token in self._gone or token in self._spoilt:
            return 40001
        if token == self.current:
            return 0 if self._now() < self._until else 42001
        return 40014

    def revoke(self) -> None:
        """Lets the token that is out be worth nothing."""
        self._gone.add(self.current)
        self.current = ""

    def spoil(self) -> None:
        """Lets the token that is out be refused though it is still handed out."""
        self._spoilt.add(self.current)

    def expire(self) -> None:
        """Lets the token's time be over: the next one who asks gets another."""
        self._until = self._now()


class Templates:
    """The account's template messages."""

    def __init__(self) -> None:
        self.fields: dict[str, frozenset[str]] = {}
        self._known: dict[tuple[str, str], str] = {}

    def wrong(self, message: dict[str, object]) -> int:
        """Why a template message is refused."""
        fields = self.fields.get(str(message.get("template_id")))
        if fields is None:
            return 40037
        data = message.get("data")
        if not isinstance(data, dict) or set(data) != fields:
            return 47003
        values = [str(value.get("value", "")) for value in data.values()]
        names = list(data)
        too_long = any(len(v) > 20 for n, v in zip(names, values, strict=True) if n.startswith("thing"))
        return 47003 if too_long or not all(values) else 0

    def number(self, message: dict[str, object]) -> tuple[str, bool]:
        """The number of a message, and whether it is new: the same `client_msg_id` is one message."""
        key = (str(message["touser"]), str(message.get("client_msg_id") or secrets.token_hex(8)))
        is_new = key not in self._known
        return self._known.setdefault(key, str(secrets.randbelow(10**15) + 10**15)), is_new


def real_time() -> float:
    """The platform's own clock."""
    return time.time()


def _field(message: str, name: str) -> str:
    found = re.search(rf"<{name}>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</{name}>", message, re.DOTALL)
    return found[1] if found else ""
