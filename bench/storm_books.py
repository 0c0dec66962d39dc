"""The platform's own books: who wrote when, what each customer read when and by which way, and the quota it grants.

Five customer-service messages after each message of a customer, within 48 hours; a passive reply costs none:
https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
"""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass

QUOTA = 5
WINDOW_SECONDS = 48 * 60 * 60.0
OUTSIDE_WINDOW, QUOTA_USED_UP = 45015, 45047


@dataclass(frozen=True)
class Delivery:
    """What a customer read at once; `number` is the message that a passive reply answers."""

    at: float
    text: str
    number: int | None = None

    @property
    def is_passive(self) -> bool:
        """Whether it came as the answer of the push itself."""
        return self.number is not None


class Books:
    """Written by the customers' side and by the API, which runs in a thread of its own."""

    def __init__(self) -> None:
        self.read: dict[str, list[Delivery]] = defaultdict(list)
        self.wrote: dict[int, float] = {}
        self.pushes: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.most_of_quota = 0
        self._since: dict[str, float] = {}
        self._used: Counter[str] = Counter()
        self._lock = threading.Lock()

    def write(self, openid: str, number: int) -> None:
        """A customer writes: the quota is whole again."""
        with self._lock:
            self.wrote[number] = self._since[openid] = time.perf_counter()
            self._used[openid] = 0

    def refusal(self, openid: str) -> int:
        """What the platform refuses one more customer-service message with; 0: it takes it."""
        with self._lock:
            if time.perf_counter() - self._since.get(openid, float("-inf")) > WINDOW_SECONDS:
                return OUTSIDE_WINDOW
            return QUOTA_USED_UP if self._used[openid] >= QUOTA else 0

    def take(self, openid: str, text: str) -> None:
        """A customer-service message was taken."""
        with self._lock:
            self._used[openid] += 1
            self.most_of_quota = max(self.most_of_quota, self._used[openid])
            self.read[openid].append(Delivery(time.perf_counter(), text))

    def hear(self, openid: str, number: int, text: str) -> None:
        """A push was answered with words; the customer reads them once, however often the push was repeated."""
        with self._lock:
            known = [one for one in self.read[openid] if one.number == number]
            if not any(one.text == text for one in known):
                self.read[openid].append(Delivery(time.perf_counter(), text, number))
