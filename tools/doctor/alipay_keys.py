"""The settings and keys of the Alipay door, looked at without calling anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from connectors.alipay.account import AlipayAccount, gateway_of
from connectors.alipay.cipher import ContentCipher
from connectors.alipay.keys import one_line, private_key_of, public_key_of
from connectors.alipay.templates import ReplyTemplate
from runtime.errors import SettingsError
from tools.doctor.finding import Finding, begin, note, wrong

NEEDED = ("ALIPAY_APP_ID", "ALIPAY_APP_PRIVATE_KEY", "ALIPAY_PUBLIC_KEY")
_BESIDE = ("ALIPAY_AES_KEY", "ALIPAY_TEMPLATE_REPLY", "ALIPAY_TEMPLATE_URL")
_APP_ID = re.compile(r"[0-9]{16}")
_LEAST_BITS = 2048
_CHECK = "alipay"


def is_open(environ: Mapping[str, str]) -> bool:
    """Whether the door has what it needs."""
    return all(environ.get(name, "").strip() for name in NEEDED)


def account_of(environ: Mapping[str, str]) -> AlipayAccount:
    """Builds the account as the bot does."""
    given = {name: environ.get(name, "").strip() for name in (*NEEDED, *_BESIDE)}
    gateway = gateway_of(environ.get("ALIPAY_GATEWAY", ""))
    keys, (aes_key, template, template_url) = [given[name] for name in NEEDED], [given[name] for name in _BESIDE]
    return AlipayAccount(*keys, gateway, aes_key=aes_key, template=template, template_url=template_url)


def check_settings(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Looks at the settings of the door: missing, half set, of the wrong shape, the wrong key in the wrong place."""
    account = account_of(environ)
    missing = [name for name in NEEDED if not environ.get(name, "").strip()]
    if len(missing) == len(NEEDED) and not any(environ.get(name, "").strip() for name in _BESIDE):
        yield note(_CHECK, "The Alipay door is closed: none of its settings is set.")
        return
    if missing:
        yield wrong(_CHECK, f"The Alipay door stays closed: set {', '.join(missing)} too, or none of its settings.")
    if account.app_id and not _APP_ID.fullmatch(account.app_id):
        yield wrong(_CHECK, f"ALIPAY_APP_ID {begin(account.app_id)!r} is no APPID: it has 16 digits.")
    if not account.gateway.startswith(("https://", "http://")):
        yield wrong(_CHECK, f"ALIPAY_GATEWAY {account.gateway!r} is no address: set `production` or `sandbox`.")
    yield from _keys(account)
    for name, read in (("ALIPAY_AES_KEY", _read_aes_key), ("ALIPAY_TEMPLATE_URL", _read_template)):
        try:
            read(account)
        except SettingsError as error:
            yield wrong(_CHECK, f"{error.detail}: copy {name} from where the account's page shows it.")


def _keys(account: AlipayAccount) -> Iterator[Finding]:
    ours = None
    if account.private_key:
        try:
            ours = private_key_of(account.private_key).public_key()
        except SettingsError as error:
            yield wrong(_CHECK, _instead("ALIPAY_APP_PRIVATE_KEY", account.private_key, error))
        else:
            yield from _ours(ours)
    if not account.alipay_public_key:
        return
    try:
        theirs = public_key_of(account.alipay_public_key)
    except SettingsError as error:
        yield wrong(_CHECK, _instead("ALIPAY_PUBLIC_KEY", account.alipay_public_key, error))
        return
    if ours and theirs.public_numbers() == ours.public_numbers():
        yield wrong(
            _CHECK,
            "ALIPAY_PUBLIC_KEY is the app's own public key: copy 支付宝公钥, which the page shows after "
            "应用公钥 is uploaded.",
        )


def _ours(key: RSAPublicKey) -> Iterator[Finding]:
    if key.key_size < _LEAST_BITS:
        yield wrong(
            _CHECK, f"ALIPAY_APP_PRIVATE_KEY has {key.key_size} bits and RSA2 needs {_LEAST_BITS}: make a new pair."
        )
    yield note(
        _CHECK,
        "The page must show this as 应用公钥, the pair of ALIPAY_APP_PRIVATE_KEY: " + one_line(key),
    )


def _instead(name: str, raw: str, error: SettingsError) -> str:
    """Says what stands where a key should, if it can be told."""
    if "certificate" in error.detail:
        return f"{error.detail}."
    read, other = (public_key_of, "a public key") if name.endswith("PRIVATE_KEY") else (private_key_of, "a private key")
    try:
        read(raw)
    except SettingsError:
        return f"{error.detail}: copy it whole, in one line or as PEM."
    return f"{name} holds {other}: the two keys have changed places."


def _read_aes_key(account: AlipayAccount) -> None:
    if account.aes_key:
        ContentCipher(account.aes_key)


def _read_template(account: AlipayAccount) -> None:
    ReplyTemplate.of(account, str)
