"""Who may call what: every route names its access, a route without one is refused, and a chat is shown by purpose."""

from __future__ import annotations

import hmac
from typing import Protocol, cast

from sanic import Request

from console.server.errors import ConfirmNeeded, CsrfRefused, MustFirst, NotAllowed, OriginRefused, SessionMissing
from console.server.purposes import check_may_read, check_may_take
from console.server.rights import RIGHTS, Access
from console.server.sessions import Session

__all__ = ["COOKIE", "Access", "Guard", "check_may_read", "check_may_take", "session_of"]

COOKIE = "gridtalk_session"
_READING = frozenset({"GET", "HEAD"})


class FindSession(Protocol):
    """Reads the session of a token."""

    async def __call__(self, token: str, *, active: bool) -> Session:
        """See Sessions.find."""


class Guard:
    """Runs before every handler: origin, session, CSRF token, right, and what is due first, in this order."""

    def __init__(self, origins: frozenset[str], find_session: FindSession) -> None:
        self._origins = origins
        self._find_session = find_session

    async def __call__(self, request: Request) -> None:
        """Lets the request through, with its session, or raises the reason why not."""
        if request.route is None:
            return  # no such route: sanic answers 404 or 405
        access = getattr(request.route.ctx, "access", None)
        writing = request.method not in _READING
        if writing or request.headers.get("upgrade", "").lower() == "websocket":
            self._check_origin(request)
        if access is Access.OPEN:
            return
        session = await self._session(request, active=writing)
        if writing:
            _check_csrf(request, session)
        if not RIGHTS.allow(session.role, access):
            raise NotAllowed(agent_id=session.agent.agent_id)
        if session.must and access is not Access.SELF:
            raise MustFirst(agent_id=session.agent.agent_id, must=session.must)
        if writing and access in RIGHTS.confirmed and not session.confirmed:
            raise ConfirmNeeded(agent_id=session.agent.agent_id)
        request.ctx.session = session

    def _check_origin(self, request: Request) -> None:
        if request.headers.get("origin") not in self._origins:
            raise OriginRefused(origin=request.headers.get("origin"))

    async def _session(self, request: Request, *, active: bool) -> Session:
        token = request.cookies.get(COOKIE)
        if not token:
            raise SessionMissing()
        return await self._find_session(token, active=active)


def session_of(request: Request) -> Session:
    """Returns the session the guard has let through."""
    return cast(Session, request.ctx.session)


def _check_csrf(request: Request, session: Session) -> None:
    told = request.headers.get("x-csrf-token") or ""
    if not hmac.compare_digest(told.encode("utf-8", "replace"), session.csrf.encode()):
        raise CsrfRefused(agent_id=session.agent.agent_id)
