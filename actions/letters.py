"""Letters ordered in the chat: where they go, asked for when nobody knows, checked and confirmed masked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from actions.form import FormVisit
from actions.questions import ConfirmQuestion, Question
from actions.visit import Visit
from runtime.privacy import mask_email

MAIL = "mail"
_SOMETHING = re.compile(r"[^\s\u4e00-\u9fff\uff0c\uff1a\u3002,;:<>()]*[@\uff20][^\s\u4e00-\u9fff\uff0c\u3002,;<>()]*")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")


def address_said(visit: Visit) -> str | None:
    """The address in a message as it was written, with a wide sign mended; empty: what is written cannot be one."""
    found = _SOMETHING.search(visit.text)
    if found is None:
        return None
    written = found.group().replace("\uff20", "@").rstrip(".\u3002")
    return written if _ADDRESS.fullmatch(written) else ""


def goes_by_mail(visit: Visit) -> bool:
    """Whether what is being ordered goes by letter."""
    return visit.slot("notice_channel") == MAIL and visit.slot("notice_wish") in ("on", "move")


async def mail_masked(visit: Visit) -> str:
    """Where the letters will go, masked: what was said, else what the company has on file; empty: nobody knows."""
    said = str(visit.slot("notice_email") or "")
    if said or visit.slot("notice_email_other"):
        return mask_email(said)
    return await visit.backend.mail_address(str(visit.slot("account_no")), visit.user)


class MailQuestion(Question):
    """Fills `notice_email`; where the company has an address and no other is wanted, nothing is asked."""

    def __init__(self) -> None:
        super().__init__("notice_email")

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        return "notice_email" if goes_by_mail(visit) and not await mail_masked(visit) else None

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if not goes_by_mail(visit):
            return
        said = address_said(visit)
        if said:
            visit.fill(notice_email=said)
        elif said == "":
            visit.refuse("utter_notice_mail_invalid")
        elif visit.option("notice_other_mail"):
            visit.fill(notice_email=None, notice_email_other="yes", confirmed=None)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say("utter_notice_ask_mail", tail=str(visit.slot("account_no"))[-4:])


class NoticeConfirm(ConfirmQuestion):
    """Asks for a yes to a letter's address, or to a notice of safety that is turned off."""

    takes_corrections: ClassVar[bool] = True

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        if goes_by_mail(visit):
            visit.show("utter_notice_confirm_mail", await _order(visit))
        else:
            await super().put(visit, slot)


async def _order(visit: FormVisit) -> Mapping[str, str | int]:
    tail, kind = str(visit.slot("account_no"))[-4:], str(visit.slot("notice_type"))
    return {"tail": tail, "kind": kind, "email": await mail_masked(visit)}
