"""What is measured against what: which bot, through which door, with how many workers, and where its actions run."""

from __future__ import annotations

from dataclasses import dataclass

STOCK, OURS = "stock", "gridtalk"
REST, WEB, WECHAT = "rest", "web", "wechat"
SERVER, HERE = "server", "here"


@dataclass(frozen=True)
class Setup:
    """One bot as it is started for the bench."""

    bot: str
    door: str
    workers: int
    actions: str

    @property
    def name(self) -> str:
        """What it is called in results and plots."""
        return "-".join((self.bot, self.door, f"{self.workers}w", self.actions))

    @property
    def is_stock(self) -> bool:
        """Whether it is stock Rasa."""
        return self.bot == STOCK


# One worker first, so that a bench that is stopped early has the comparison that matters most.
DAY = (
    Setup(STOCK, REST, 1, SERVER),
    Setup(OURS, WEB, 1, SERVER),
    Setup(OURS, WEB, 1, HERE),
    Setup(OURS, WECHAT, 1, HERE),
    Setup(STOCK, REST, 2, SERVER),
    Setup(OURS, WEB, 2, HERE),
    Setup(OURS, WECHAT, 2, HERE),
)


def chosen(names: str) -> tuple[Setup, ...]:
    """Returns the setups of the day whose name holds one of the words, parted by commas; all when there are none."""
    words = [word for word in names.split(",") if word]
    return tuple(setup for setup in DAY if not words or any(word in setup.name for word in words))
