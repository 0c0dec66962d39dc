"""The seam to whoever sends e-mail: a sandbox whose letters lie in a folder, and SMTP.

SMTP blocks, so each letter goes in a thread with the timeout of its settings. That the house's mail server took it is
all that SMTP says: a letter that bounces later is not seen here.
"""

from __future__ import annotations

import asyncio
import os
import re
import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from enum import Enum
from pathlib import Path
from typing import Protocol

import structlog

from notices.errors import GatewayAway, GatewayRefused
from notices.mail_address import is_mail
from notices.sms import Taken
from runtime.clock import Clock

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
_TITLE = re.compile("\u3010([^\u3011]+)\u3011")


@dataclass(frozen=True)
class Letter:
    """One e-mail; `key` names the try and becomes its Message-ID, so that a repeat can be told by who receives it."""

    to: str
    subject: str
    text: str
    key: str


class MailGateway(Protocol):
    """Somebody who sends e-mail."""

    async def post(self, letter: Letter) -> Taken:
        """Sends one.

        Raises:
            GatewayAway: it did not answer, or not now.
            GatewayRefused: it will not have this one: the address, or what it says.
        """


class Tls(str, Enum):
    """How the line to the mail server is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True)
class SmtpAccount:
    """The house's account at its mail server."""

    host: str
    port: int
    sender: str
    sender_name: str
    user: str = ""
    password: str = ""
    tls: Tls = Tls.STARTTLS
    timeout_s: float = 20.0
    ca_file: str = ""


def title_of(text: str, otherwise: str) -> str:
    """Returns the head that the approved words begin with, as a letter's subject."""
    found = _TITLE.search(text)
    return found.group(1) if found else otherwise


class SandboxMail:
    """Letters in a folder, a file for each key; an address that begins with `dead` is refused."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    async def post(self, letter: Letter) -> Taken:
        """See base class."""
        checked(letter)
        if letter.to.startswith("dead"):
            raise GatewayRefused("the mailbox does not exist")
        self._folder.mkdir(parents=True, exist_ok=True)
        name = _UNSAFE.sub("-", letter.key)
        draft = self._folder / f".{name}.{os.getpid()}"
        draft.write_bytes(bytes(written(letter, Address("", "sandbox", "localhost"), self._clock)))
        draft.replace(self._folder / f"{name}.eml")
        return Taken(f"mail-{name}", delivered=True)


class SmtpMail:
    """Sends by the house's mail server."""

    def __init__(self, account: SmtpAccount, clock: Clock) -> None:
        self._account = account
        self._clock = clock

    async def post(self, letter: Letter) -> Taken:
        """See base class."""
        checked(letter)
        user, _, domain = self._account.sender.partition("@")
        message = written(letter, Address(self._account.sender_name, user, domain), self._clock)
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._send, message, letter.to)
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise _refusal(code, reason) from error
        except smtplib.SMTPAuthenticationError as error:
            structlog.get_logger().error("notices.mail.login", code=error.smtp_code)
            raise GatewayAway("the mail server does not know this account") from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise GatewayAway(f"the mail server did not answer: {type(error).__name__}") from error
        return Taken(f"mail-{letter.key}", delivered=True)

    def _send(self, message: EmailMessage, to: str) -> None:
        account = self._account
        secured = ssl.create_default_context(cafile=account.ca_file or None)
        with self._open(secured) as server:
            if account.tls is Tls.STARTTLS:
                server.starttls(context=secured)
            if account.user:
                server.login(account.user, account.password)
            server.send_message(message, account.sender, [to])

    def _open(self, secured: ssl.SSLContext) -> smtplib.SMTP:
        account = self._account
        if account.tls is Tls.TLS:
            return smtplib.SMTP_SSL(account.host, account.port, timeout=account.timeout_s, context=secured)
        return smtplib.SMTP(account.host, account.port, timeout=account.timeout_s)


def checked(letter: Letter) -> Letter:
    """Lets a letter through whose address can be one. Raises GatewayRefused."""
    if not is_mail(letter.to):
        raise GatewayRefused("the address is no e-mail address")
    return letter


def written(letter: Letter, sender: Address, clock: Clock) -> EmailMessage:
    """Writes a letter as it goes out; no header takes a line break of a value."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{_UNSAFE.sub('-', letter.key)}@{sender.domain or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _refusal(code: int, said: bytes | str) -> GatewayAway | GatewayRefused:
    """4xx: not now; 5xx: not this one."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    reason = f"{code} {words}"[:200]
    return GatewayRefused(reason) if code >= 500 else GatewayAway(reason)
