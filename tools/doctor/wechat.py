"""The WeChat door: its settings, a token, and what the running bot answers to WeChat's own check of the address."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import time
from collections.abc import Iterator, Mapping

import aiohttp

from connectors.wechat.account import API_BASE
from connectors.wechat.crypto import Envelope
from runtime.errors import SettingsError
from tools.doctor.finding import Finding, begin, good, note, wrong
from tools.platforms import wechat

NEEDED = ("WECHAT_APP_ID", "WECHAT_APP_SECRET", "WECHAT_TOKEN")
_KEY = "WECHAT_ENCODING_AES_KEY"
_APP_ID = re.compile(r"wx[0-9a-f]{16}")
_SECRET = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"[0-9A-Za-z]{3,32}")
_CHECK = "wechat"


def is_open(environ: Mapping[str, str]) -> bool:
    """Whether the door has what it needs."""
    return all(environ.get(name, "").strip() for name in NEEDED)


def base_of(environ: Mapping[str, str]) -> str:
    """Where the API is."""
    return (environ.get("WECHAT_API_BASE", "").strip() or API_BASE).rstrip("/")


def check_settings(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Looks at the settings of the door: missing, half set, of the wrong shape."""
    given = {name: environ.get(name, "").strip() for name in (*NEEDED, _KEY)}
    missing = [name for name in NEEDED if not given[name]]
    if not any(given.values()):
        yield note(_CHECK, "The WeChat door is closed: none of its settings is set.")
        return
    if missing:
        yield wrong(_CHECK, f"The WeChat door stays closed: set {', '.join(missing)} too, or none of its settings.")
    yield from _shapes(given)
    if not base_of(environ).startswith(("https://", "http://")):
        yield wrong(_CHECK, f"WECHAT_API_BASE {base_of(environ)!r} is no address: leave it unset for {API_BASE}.")


def _shapes(given: Mapping[str, str]) -> Iterator[Finding]:
    app_id, secret, token, key = (given[name] for name in (*NEEDED, _KEY))
    if app_id and not _APP_ID.fullmatch(app_id):
        yield wrong(
            _CHECK, f"WECHAT_APP_ID {begin(app_id)!r} is no AppID: it is wx and 16 hex digits, not the account's name."
        )
    if secret and not _SECRET.fullmatch(secret):
        yield wrong(
            _CHECK, f"WECHAT_APP_SECRET is no AppSecret: it has 32 hex digits, and this has {len(secret)} signs."
        )
    if token and not _TOKEN.fullmatch(token):
        yield wrong(_CHECK, "WECHAT_TOKEN must be 3 to 32 letters and digits, and the same on the account's page.")
    if not key and token:
        yield note(_CHECK, f"{_KEY} is not set: only plain messages are taken; 安全模式 is the safe choice.")
    if not key:
        return
    try:
        Envelope(key, app_id)
    except SettingsError:
        yield wrong(
            _CHECK, f"{_KEY} must be the 43 letters and digits of the account's page, and has {len(key)} signs."
        )


async def check_token(environ: Mapping[str, str]) -> list[Finding]:
    """Fetches an access token, as the bot does."""
    base = base_of(environ)
    try:
        answer = await wechat.fetch_token(base, environ["WECHAT_APP_ID"].strip(), environ["WECHAT_APP_SECRET"].strip())
    except wechat.WeChatUnreachable as error:
        return [wrong(_CHECK, f"WeChat's API does not answer at {base} ({error}): let this machine call out to it.")]
    except wechat.WeChatRefused as error:
        return [wrong(_CHECK, f"WeChat gives no access token: {error}.")]
    if not answer.body.get("access_token"):
        return [wrong(_CHECK, f"{base} gives no access token and no reason: is WECHAT_API_BASE WeChat's API?")]
    return [good(_CHECK, "WeChat gives an access token.")]


async def check_address(environ: Mapping[str, str], base: str) -> list[Finding]:
    """Calls our own address as WeChat's page does when it is entered there, signed with our token."""
    url, echo = f"{base}/webhooks/wechat", secrets.token_hex(8)
    stamp, nonce = str(int(time.time())), secrets.token_hex(5)
    parts = sorted([environ["WECHAT_TOKEN"].strip(), stamp, nonce])
    signed = hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324  # their format
    query = {"signature": signed, "timestamp": stamp, "nonce": nonce, "echostr": echo}
    try:
        async with (
            aiohttp.ClientSession(timeout=wechat.TIMEOUT) as http,
            http.get(url, params=query, allow_redirects=False) as answer,
        ):
            status, body = answer.status, (await answer.content.read(4096)).decode("utf-8", "replace")
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
        return [
            wrong("address", f"Nobody answers at {url} ({type(error).__name__}): start the bot, mend the way to it.")
        ]
    if status == 200 and body == echo:
        return [good("address", f"{url} answers WeChat's check of the address.")]
    return [wrong("address", _mistaken(url, status))]


def _mistaken(url: str, status: int) -> str:
    if status == 403:
        return f"The bot at {url} has another WECHAT_TOKEN than this environment: start it anew with the same settings."
    if status == 404:
        return (
            f"The bot at {url} has no WeChat door: start it anew with the WECHAT_ settings, or mend the proxy's path."
        )
    if 300 <= status < 400:
        return f"{url} answers with a redirect (HTTP {status}), which WeChat does not follow: enter the last address."
    if status == 200:
        return f"{url} answers, but not with the echo alone: a proxy or another program stands before the bot."
    return f"{url} answers HTTP {status}: look at the log of the bot and of the proxy before it."
