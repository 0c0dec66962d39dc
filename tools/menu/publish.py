"""Publishes the menu: one call to WeChat, one or two to Alipay, which creates a menu once and changes it afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.alipay.account import AlipayAccount, gateway_of
from connectors.alipay.api import AlipayApi
from connectors.alipay.errors import ApiRefused, ApiUnreachable
from connectors.alipay.keys import Keys
from connectors.wechat.account import API_BASE
from runtime.clock import SystemClock
from runtime.errors import SettingsError
from tools.menu.entries import Entry
from tools.menu.wire import alipay_menu, wechat_menu
from tools.platforms import wechat
from tools.say import ToolError

_CREATE, _MODIFY = "alipay.open.public.menu.create", "alipay.open.public.menu.modify"
# What says that the call itself was wrong, not that there is (or is not) a menu: the other verb helps nothing.
_NOT_ABOUT_THE_MENU = ("isv.", "isp.", "aop.")


async def publish_wechat(menu: Sequence[Entry], environ: Mapping[str, str]) -> str:
    """Publishes at WeChat and says what follows.

    Raises:
        ToolError: a setting is missing, or WeChat did not take it.
    """
    app_id, secret = (_needed(name, environ) for name in ("WECHAT_APP_ID", "WECHAT_APP_SECRET"))
    base = environ.get("WECHAT_API_BASE", "").strip() or API_BASE
    try:
        token = (await wechat.fetch_token(base, app_id, secret)).body.get("access_token", "")
        await wechat.call(base, "/cgi-bin/menu/create", str(token), wechat_menu(menu))
    except wechat.WeChatUnreachable as error:
        raise ToolError(f"WeChat does not answer at {base}: {error}.") from error
    except wechat.WeChatRefused as error:
        raise ToolError(f"WeChat did not take the menu: {error}.") from error
    return "The menu is at WeChat; telephones show it within five minutes, or after following the account anew."


async def publish_alipay(menu: Sequence[Entry], environ: Mapping[str, str]) -> str:
    """Publishes at Alipay and says what follows.

    Raises:
        ToolError: a setting is missing or does not read, or Alipay did not take it.
    """
    account = alipay_account(environ)
    try:
        api = AlipayApi(account, Keys(account), SystemClock())
    except SettingsError as error:
        raise ToolError(f"{error.detail}.") from error
    try:
        done = await _create_or_modify(api, menu)
    except (ApiUnreachable, ApiRefused) as error:
        raise ToolError(f"Alipay did not take the menu: {error.detail}.") from error
    finally:
        await api.close()
    return f"The menu is at Alipay ({done}); telephones show it when the life account is opened anew."


def alipay_account(environ: Mapping[str, str]) -> AlipayAccount:
    """Reads the account from the environment. Raises ToolError: a setting is missing."""
    names = ("ALIPAY_APP_ID", "ALIPAY_APP_PRIVATE_KEY", "ALIPAY_PUBLIC_KEY")
    keys = [_needed(name, environ) for name in names]
    gateway = gateway_of(environ.get("ALIPAY_GATEWAY", ""))
    return AlipayAccount(*keys, gateway, aes_key=environ.get("ALIPAY_AES_KEY", "").strip())


async def _create_or_modify(api: AlipayApi, menu: Sequence[Entry]) -> str:
    content = alipay_menu(menu)
    try:
        await api.call(_MODIFY, content)
    except ApiRefused as error:
        if error.answer != "40004" or error.sub_code.startswith(_NOT_ABOUT_THE_MENU):
            raise
        try:
            await api.call(_CREATE, content)
        except ApiRefused as second:
            detail = f"modify: {error.detail}; create: {second.detail}"
            raise ApiRefused(second.answer, second.sub_code, detail) from second
        return "created"
    return "changed"


def _needed(name: str, environ: Mapping[str, str]) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise ToolError(f"{name} is not set: the menu is published for the account that the bot speaks for.")
    return value
