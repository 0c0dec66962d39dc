"""The platforms in front of a played stack: WeChat's and Alipay's, on loopback, with keys made for this run."""

from __future__ import annotations

from tests.fakes.alipay import FakeAlipay
from tests.fakes.wechat import FakeWeChat


class Platforms:
    """Both platforms; the stack starts and stops them with itself."""

    def __init__(self) -> None:
        self.wechat = FakeWeChat()
        self.alipay = FakeAlipay()

    @property
    def settings(self) -> dict[str, str]:
        """The settings of the doors, once the platforms listen."""
        return {**self.wechat.settings, **self.alipay.settings}

    def start(self) -> None:
        """Listens."""
        self.wechat.start()
        self.alipay.start()

    def stop(self) -> None:
        """Listens no more."""
        self.wechat.stop()
        self.alipay.stop()
