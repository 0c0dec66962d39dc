"""The Alipay door from outside: one harmless call of the gateway, and what the running bot answers to its check."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from urllib.parse import urlencode

import aiohttp

from connectors.alipay.account import AlipayAccount
from connectors.alipay.api import AlipayApi
from connectors.alipay.errors import ApiRefused, ApiUnreachable
from connectors.alipay.keys import Keys
from runtime.clock import SystemClock
from runtime.errors import SettingsError
from tools.doctor.alipay_keys import account_of
from tools.doctor.finding import Finding, good, note, wrong
from tools.platforms.wechat import TIMEOUT

# Reads the menu: it changes nothing, and every life account may call it.
_HARMLESS = "alipay.open.public.menu.query"
_CHECK = "alipay"
_FORM = "application/x-www-form-urlencoded;charset=GBK"
_THEIRS = "Alipay answers and ALIPAY_PUBLIC_KEY does not verify it: copy 支付宝公钥 of this APPID anew."
_ANSWER = re.compile(r"<response>(.*)</response><sign>(.*)</sign><sign_type>RSA2</sign_type>", re.DOTALL)
_SHOWN_KEY = re.compile(r"<biz_content>([^<]*)</biz_content>")
# What the gateway says of a call whose form is wrong; the business' own refusals prove that it took the signature.
_SAID = {
    "isv.invalid-signature": "Alipay does not accept our signature: upload the 应用公钥 shown above for "
    "this APPID, or set the ALIPAY_APP_PRIVATE_KEY of the one that is there",
    "isv.missing-signature-key": "Alipay has no 应用公钥 for this APPID: upload the one shown above",
    "isv.invalid-app-id": "Alipay does not know this ALIPAY_APP_ID at this gateway: the sandbox has its own",
    "isv.invalid-timestamp": "Alipay finds our time wrong: let the machine's clock follow a time server (NTP)",
    "isv.invalid-encrypt": "Alipay does not take encrypted contents of this app: switch them on there or unset "
    "ALIPAY_AES_KEY",
    "isv.missing-encrypt-key": "Alipay has no AES key for this app: make one on its page, and set ALIPAY_AES_KEY",
    "isv.decryption-error": "Alipay cannot open our contents: copy ALIPAY_AES_KEY from the app's page anew",
    "isv.insufficient": "Alipay takes our signature, but the app lacks the permission of the life account: sign for it "
    "(签约) on the app's page",
}


async def check_gateway(environ: Mapping[str, str]) -> list[Finding]:
    """Calls the gateway once: is it reached, does it take our signature, do we take its."""
    account = account_of(environ)
    try:
        api = AlipayApi(account, Keys(account), SystemClock())
    except SettingsError:
        return []  # the settings' own findings say it
    try:
        await api.call(_HARMLESS, {})
    except ApiUnreachable as error:
        return [wrong(_CHECK, _unreachable(account, error))]
    except ApiRefused as error:
        return [_refused(error)]
    finally:
        await api.close()
    return [_accepted()]


async def check_address(environ: Mapping[str, str], base: str) -> list[Finding]:
    """Posts Alipay's check of the gateway to our own address.

    Nobody but Alipay can sign it; the bot's refusal carries its own key and signature, which must be those of here.
    """
    try:
        keys = Keys(account_of(environ))
    except SettingsError:
        return []
    url = f"{base}/webhooks/alipay"
    form = {
        "service": "alipay.service.check",
        "charset": "GBK",
        "sign_type": "RSA2",
        "sign": "x",
        "biz_content": "<XML/>",
    }
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as http,
            http.post(url, data=urlencode(form), headers={"Content-Type": _FORM}, allow_redirects=False) as answer,
        ):
            status, body = answer.status, (await answer.content.read(16_384)).decode("gb18030", "replace")
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
        return [
            wrong("address", f"Nobody answers at {url} ({type(error).__name__}): start the bot, mend the way to it.")
        ]
    return [_answered(url, status, body, keys)]


def _answered(url: str, status: int, body: str, keys: Keys) -> Finding:
    if status == 404:
        return wrong(
            "address",
            f"The bot at {url} has no Alipay door: start it anew with the ALIPAY_ settings, or mend the proxy's path.",
        )
    found, key = _ANSWER.search(body), _SHOWN_KEY.search(body)
    if status != 200 or not found or not key:
        return wrong("address", f"{url} answers HTTP {status} and not as our door: look at what stands before the bot.")
    if key[1] != keys.our_public_key or not keys.signed_by_us(found[1].encode("gb18030"), found[2]):
        return wrong("address", f"The bot at {url} signs with another key: start it anew with the same settings.")
    return good("address", f"{url} answers Alipay's check of the gateway, signed with the key of here.")


def _unreachable(account: AlipayAccount, error: ApiUnreachable) -> str:
    if "not signed" in error.detail:
        return _THEIRS
    if "certificate" in error.detail:
        return "The app signs by certificates: set its signing to the key mode (密钥), RSA2, on the app's page."
    if "ALIPAY_AES_KEY" in error.detail:
        return f"Alipay's answer cannot be read, {error.detail}: copy ALIPAY_AES_KEY from the app's page."
    return f"Alipay's gateway does not answer at {account.gateway} ({error.detail}): let this machine call out to it."


def _refused(error: ApiRefused) -> Finding:
    for start, sentence in _SAID.items():
        if error.sub_code.startswith(start):
            return wrong(_CHECK, f"{sentence} ({error.answer} {error.sub_code}).")
    if error.answer == "40006":
        return wrong(_CHECK, f"{_SAID['isv.insufficient']} ({error.detail}).")
    if error.answer == "40004":
        return _accepted() if error.signed else wrong(_CHECK, _THEIRS)
    if error.answer == "20000":
        return note(_CHECK, f"Alipay's gateway is busy ({error.detail}): ask again later.")
    return wrong(_CHECK, f"Alipay's gateway refuses the call ({error.detail}): see its page of error codes.")


def _accepted() -> Finding:
    return good(_CHECK, "Alipay's gateway takes our signature, and its answer is signed by ALIPAY_PUBLIC_KEY.")
