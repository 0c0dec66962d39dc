"""Which doors are open: each push door that has its settings, and a word in the log about each that has not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import structlog

from bot.charts import chart_png
from bot.settings import BotSettings
from connectors.alipay.account import AlipayAccount, gateway_of
from connectors.alipay.door import AlipayDoor
from connectors.alipay.oauth import AlipayOAuth
from connectors.shared.oauth import OAuthDoor, Platform
from connectors.shared.pace import Limits
from connectors.shared.ports import ContactBook, MediaStore, Reception, Say
from connectors.shared.push_door import PushDoor
from connectors.shared.resume import Resuming
from connectors.web.resume import ResumeRoute
from connectors.wechat.account import WeChatAccount
from connectors.wechat.door import WeChatDoor
from connectors.wechat.oauth import WeChatOAuth
from connectors.wechat.templates import TemplateForm
from conversation.identity import ChannelName
from runtime.cache import Cache
from runtime.clock import Clock


def open_push_doors(
    settings: BotSettings,
    reception: Reception,
    clock: Clock,
    say: Say,
    media: MediaStore | None = None,
    cache: Cache | None = None,
    book: ContactBook | None = None,
) -> list[PushDoor]:
    """Opens the doors whose settings are there; `cache` holds what the workers share.

    Raises:
        SettingsError: a key or the template's fields do not read.
    """
    doors: list[PushDoor] = []
    limits = limits_of(settings)
    if _complete("wechat", _wechat(settings)):
        template = TemplateForm.parse(settings.wechat_template, settings.wechat_template_fields)
        wechat = WeChatDoor(
            reception,
            _wechat_account(settings),
            clock,
            say,
            media=media,
            draw=chart_png,
            limits=limits,
            cache=cache,
            template=template,
        )
        doors.append(wechat)
    if _complete("alipay", _alipay(settings)):
        alipay = _alipay_account(settings)
        door = AlipayDoor(
            reception, alipay, clock, say, media=media, draw=chart_png, book=book, limits=limits, cache=cache
        )
        doors.append(door)
    return doors


def open_oauth(
    settings: BotSettings, resuming: Resuming, clock: Clock, say: Say, issue: Callable[[str], str]
) -> list[OAuthDoor]:
    """Opens the OAuth of the platforms whose doors are open, once it is known where browsers reach this house.

    Raises:
        SettingsError: a key does not read.
    """
    if not settings.public_url:
        structlog.get_logger().info("bot.oauth.closed", missing=["PUBLIC_URL"])
        return []
    platforms: list[Platform] = []
    if ChannelName.WECHAT in open_doors(settings):
        platforms.append(WeChatOAuth(_wechat_account(settings)))
    if ChannelName.ALIPAY in open_doors(settings):
        platforms.append(AlipayOAuth(_alipay_account(settings), clock))
    secret, url, limits = settings.web_token_secret, settings.public_url, limits_of(settings)
    return [
        OAuthDoor(platform, resuming, say, issue, secret=secret, public_url=url, limits=limits)
        for platform in platforms
    ]


def resume_route(resuming: Resuming, doors: Iterable[PushDoor]) -> ResumeRoute:
    """The route of the web door that makes codes; WeChat draws them when its door is open."""
    draw = next((door.draw_resume for door in doors if isinstance(door, WeChatDoor)), None)
    return ResumeRoute(resuming, draw)


def _wechat_account(settings: BotSettings) -> WeChatAccount:
    return WeChatAccount(
        app_id=settings.wechat_app_id,
        token=settings.wechat_token,
        secret=settings.wechat_app_secret,
        aes_key=settings.wechat_aes_key,
        api_base=settings.wechat_api_base.rstrip("/"),
        qr_base=settings.wechat_qr_base.rstrip("/"),
        oauth_base=settings.wechat_oauth_base.rstrip("/"),
    )


def _alipay_account(settings: BotSettings) -> AlipayAccount:
    return AlipayAccount(
        app_id=settings.alipay_app_id,
        private_key=settings.alipay_app_private_key,
        alipay_public_key=settings.alipay_public_key,
        gateway=gateway_of(settings.alipay_gateway),
        aes_key=settings.alipay_aes_key,
        template=settings.alipay_template_reply,
        template_url=settings.alipay_template_url,
        oauth_base=settings.alipay_oauth_base.rstrip("/"),
    )


def open_doors(settings: BotSettings) -> frozenset[ChannelName]:
    """The doors whose settings are there; the web's is always open."""
    needed = {ChannelName.WECHAT: _wechat(settings), ChannelName.ALIPAY: _alipay(settings)}
    return frozenset({ChannelName.WEB, *(door for door, values in needed.items() if all(values.values()))})


def limits_of(settings: BotSettings) -> Limits:
    """How much a customer, an address and all together may send."""
    return Limits(
        customer_burst=settings.customer_burst,
        customer_per_second=settings.customer_per_second,
        address_burst=settings.address_burst,
        address_per_second=settings.address_per_second,
        door_burst=settings.door_burst,
        door_per_second=settings.door_per_second,
        redis_url=settings.redis_url,
    )


def _wechat(settings: BotSettings) -> Mapping[str, str]:
    return {
        "WECHAT_APP_ID": settings.wechat_app_id,
        "WECHAT_APP_SECRET": settings.wechat_app_secret,
        "WECHAT_TOKEN": settings.wechat_token,
    }


def _alipay(settings: BotSettings) -> Mapping[str, str]:
    return {
        "ALIPAY_APP_ID": settings.alipay_app_id,
        "ALIPAY_APP_PRIVATE_KEY": settings.alipay_app_private_key,
        "ALIPAY_PUBLIC_KEY": settings.alipay_public_key,
    }


def _complete(door: str, needed: Mapping[str, str]) -> bool:
    """Whether the door has what it needs; one that has only some of it says what is missing as a warning."""
    missing = [name for name, value in needed.items() if not value]
    log = structlog.get_logger()
    if not missing:
        log.info("bot.door.open", door=door)
    elif len(missing) < len(needed):
        log.warning("bot.door.closed", door=door, missing=missing)
    else:
        log.info("bot.door.closed", door=door, missing=missing)
    return not missing
