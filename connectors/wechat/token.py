"""The account's access token: one for all workers, kept in Redis, renewed by one of them.

https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field

import aiohttp
import structlog

from connectors.wechat.account import WeChatAccount
from connectors.wechat.calls import check, read_json
from connectors.wechat.errors import ApiRefused, ApiUnreachable
from runtime.cache import Cache
from runtime.errors import CacheUnavailable

# The platform hands out a new token in the last five minutes of the old one, which stays good meanwhile.
_EARLY_SECONDS = 300
# Who renews has two calls to make, of four seconds at most; a dead worker's claim ends by itself.
_CLAIM_SECONDS = 10.0
_PATIENCE_SECONDS = 5.0
_LOOK_SECONDS = 0.05
# The platform takes `force_refresh` 20 times a day, 30 s apart.
_FORCE_APART_SECONDS = 30.0
_FORCES_A_DAY = 20
_DAY_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class _Kept:
    """A token and the epoch second it ends at."""

    token: str = field(repr=False)
    until: float

    def is_good(self, now: float, *, instead_of: str, spare: float = 0) -> bool:
        return self.token != instead_of and now < self.until - spare


class AccessToken:
    """Gives the token to whoever calls the platform; without Redis each worker has it from the platform itself.

    `stable_token` answers every worker with the same token, so that none without Redis invalidates another's.
    """

    def __init__(self, account: WeChatAccount, cache: Cache | None, *, now: Callable[[], float] = time.time) -> None:
        self._account = account
        self._cache = cache
        self._now = now
        self._key = f"wechat:token:{account.app_id}"
        self._own: _Kept | None = None
        self._alone = False
        self._forces: deque[float] = deque(maxlen=_FORCES_A_DAY)
        self._renewing = asyncio.Lock()
        self._log = structlog.get_logger()

    async def get(self, http: aiohttp.ClientSession, *, instead_of: str = "") -> str:
        """Returns a token; one that was refused (`instead_of`) is replaced, unless somebody has done so already.

        Raises:
            ApiUnreachable: the platform does not answer, or another worker waits for it too long.
            ApiRefused: it does not know this account, or not from this address.
        """
        kept = await self._known()
        if kept and kept.is_good(self._now(), instead_of=instead_of, spare=_EARLY_SECONDS):
            return kept.token
        if kept and kept.is_good(self._now(), instead_of=instead_of) and self._renewing.locked():
            return kept.token  # it is being renewed early: nobody waits for that
        async with self._renewing:
            return await self._renewed(http, instead_of)

    async def _renewed(self, http: aiohttp.ClientSession, instead_of: str) -> str:
        """Renews the token, or waits for the worker that does."""
        began, mark = time.monotonic(), secrets.token_hex(8)
        while time.monotonic() - began < _PATIENCE_SECONDS:
            mine = await self._claim(mark)
            try:
                kept = await self._known()
                # Early, the old one has to do while another worker renews it.
                spare = _EARLY_SECONDS if mine else 0
                if kept and kept.is_good(self._now(), instead_of=instead_of, spare=spare):
                    return kept.token
                if mine:
                    return await self._renew(http, instead_of)
            finally:
                if mine:
                    await self._release(mark)
            await asyncio.sleep(_LOOK_SECONDS)
        raise ApiUnreachable("another worker renews the token and has not ended")

    async def _renew(self, http: aiohttp.ClientSession, instead_of: str) -> str:
        fresh = await self._fetch(http, force=False)
        if fresh.token == instead_of and await self._may_force():
            fresh = await self._fetch(http, force=True)
        self._own = fresh
        seconds = fresh.until - self._now()
        if self._cache and seconds > 0:
            with suppress(CacheUnavailable):  # the cache has said so; this worker has its own
                await self._cache.put(self._key, json.dumps(asdict(fresh)), seconds=seconds)
        return fresh.token

    async def _fetch(self, http: aiohttp.ClientSession, *, force: bool) -> _Kept:
        body = {
            "grant_type": "client_credential",
            "appid": self._account.app_id,
            "secret": self._account.secret,
            "force_refresh": force,
        }
        answer = check(await read_json(http, "POST", f"{self._account.api_base}/cgi-bin/stable_token", json=body))
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise ApiRefused(-1, "the answer holds no token")
        self._log.info("wechat.token.fetched", forced=force, seconds=seconds)
        return _Kept(token, self._now() + seconds)

    async def _known(self) -> _Kept | None:
        """The token all workers know; this worker's own when Redis is gone or has lost it."""
        if not self._cache:
            return self._own
        try:
            raw = await self._cache.get(self._key)
            self._alone = False
            if raw:
                self._own = _Kept(**json.loads(raw))
            elif self._own and (seconds := self._own.until - self._now()) > 0:
                await self._cache.claim(self._key, json.dumps(asdict(self._own)), seconds=seconds)
        except CacheUnavailable:
            if not self._alone:
                self._log.warning("wechat.token.own")
            self._alone = True
        return self._own

    async def _claim(self, mark: str) -> bool:
        """Whether this worker is to renew; without Redis each does."""
        try:
            return not self._cache or await self._cache.claim(f"{self._key}:renewing", mark, seconds=_CLAIM_SECONDS)
        except CacheUnavailable:
            return True

    async def _release(self, mark: str) -> None:
        if self._cache:
            with suppress(CacheUnavailable):  # the claim ends by itself
                await self._cache.release(f"{self._key}:renewing", mark)

    async def _may_force(self) -> bool:
        """Counts one order to throw the old token away, within what the platform takes of them."""
        try:
            may = await self._count_force(self._cache) if self._cache else self._count_own_force()
        except CacheUnavailable:
            may = self._count_own_force()
        if not may:
            self._log.warning("wechat.token.force_withheld")
        return may

    async def _count_force(self, cache: Cache) -> bool:
        if not await cache.claim(f"{self._key}:forced", "1", seconds=_FORCE_APART_SECONDS):
            return False
        return await cache.count(f"{self._key}:forces", seconds=_DAY_SECONDS) <= _FORCES_A_DAY

    def _count_own_force(self) -> bool:
        now = time.monotonic()
        is_soon = bool(self._forces) and now - self._forces[-1] < _FORCE_APART_SECONDS
        is_often = len(self._forces) == _FORCES_A_DAY and now - self._forces[0] < _DAY_SECONDS
        if is_soon or is_often:
            return False
        self._forces.append(now)
        return True
