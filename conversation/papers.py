"""The link to the page where the papers of an application are handed in: who gets it, and for which application.

The address is the same for everybody; what belongs to one customer stands behind the `#`, sealed (`runtime.passes`).
A browser sends that part to no server, so that no log, no proxy and no Referer ever holds it; the page itself sends it
in a header.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from conversation.identity import ChannelUser
from runtime.clock import Clock
from runtime.errors import PassInvalid, SettingsError
from runtime.passes import Passes

PURPOSE = "gridtalk.papers"
SECRET_SETTING = "PAPERS_TOKEN_SECRET"
PAGE = "/papers/"


@dataclass(frozen=True)
class PapersPass:
    """What a link allows: the papers of one application, in the name of one customer, until `expires_at`."""

    application_no: str
    user: ChannelUser
    expires_at: datetime


class PapersPasses:
    """Makes and reads the passes to the page."""

    def __init__(self, secret: str, clock: Clock) -> None:
        """Takes the secret that bot and action server share.

        Raises:
            SettingsError: it has fewer than 32 characters.
        """
        self._passes = Passes(secret, PURPOSE, clock, setting=SECRET_SETTING)

    def issue(self, application_no: str, user: ChannelUser, *, life: timedelta) -> str:
        """Makes the pass of a customer to an application."""
        return self._passes.issue(application_no, user.conversation_id, life=life)

    def read(self, sealed: str) -> PapersPass:
        """Reads a pass.

        Raises:
            PassInvalid: it is none of ours.
            PassExpired: its time is over.
        """
        expires_at, texts = self._passes.read(sealed)
        if len(texts) != 2:
            raise PassInvalid("the pass is none of ours")
        return PapersPass(texts[0], ChannelUser.of(texts[1]), expires_at)


class PapersLinks:
    """Makes the links."""

    def __init__(self, public_url: str, passes: PapersPasses, *, days: int) -> None:
        """Takes where customers reach the bot, and how long a link holds.

        Raises:
            SettingsError: the address is none, or the days are none.
        """
        if not public_url.startswith(("https://", "http://")):
            raise SettingsError("PUBLIC_URL must begin with https:// (or http://)", setting="PUBLIC_URL")
        if days < 1:
            raise SettingsError("PAPERS_LINK_DAYS must be 1 or more", setting="PAPERS_LINK_DAYS")
        self._page = public_url.rstrip("/") + PAGE
        self._passes = passes
        self.days = days

    def link(self, application_no: str, user: ChannelUser) -> str:
        """Makes the link of a customer to the papers of an application."""
        return f"{self._page}#{self._passes.issue(application_no, user, life=timedelta(days=self.days))}"
