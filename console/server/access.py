"""Who may call what: every route names its access, a route without one is refused, and a chat is shown by purpose."""

from __future__ import annotations

import hmac
from enum import Enum
from typing import Protocol, cast

from sanic import Request

from console.server.errors import CsrfRefused, NotAllowed, OriginRefused, SessionMissing
from console.server.inbox import Summary
from console.server.sessions import Session
from conversation.events import Owner

COOKIE = "gridtalk_session"
_READING = frozenset({"GET", "HEAD"})


class Access(str, Enum):
    """Who may call a route."""

    OPEN = "open"
    DESK = "desk"
    SUPERVISOR = "supervisor"


class FindSession(Protocol):
    """Reads the session of a token."""

    async def __call__(self, token: str) -> Session:
        """See Sessions.find."""


class Guard:
    """Runs before every handler: origin, session, role and CSRF token, in this order."""

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
        session = await self._session(request)
        if access is not Access.DESK and not (access is Access.SUPERVISOR and session.supervises):
            raise NotAllowed(agent_id=session.agent.agent_id)
        if writing:
            _check_csrf(request, session)
        request.ctx.session = session

    def _check_origin(self, request: Request) -> None:
        if request.headers.get("origin") not in self._origins:
            raise OriginRefused(origin=request.headers.get("origin"))

    async def _session(self, request: Request) -> Session:
        token = request.cookies.get(COOKIE)
        if not token:
            raise SessionMissing()
        return await self._find_session(token)


def session_of(request: Request) -> Session:
    """Returns the session the guard has let through."""
    return cast(Session, request.ctx.session)


def check_may_read(session: Session, summary: Summary) -> None:
    """Lets an agent see who waits, their own chats, the one served last and those a note names them in.

    A supervisor sees all.

    Raises:
        NotAllowed: this chat is not for this agent.
    """
    mine = summary.agent is not None and summary.agent.agent_id == session.agent.agent_id
    last_mine = (
        summary.agent is None
        and summary.escalation is not None
        and (summary.escalation.served_by == session.agent.agent_id)
    )
    named = session.agent.agent_id in summary.named
    if not (session.supervises or mine or last_mine or named or summary.owner is Owner.QUEUE):
        raise NotAllowed(conversation_id=summary.conversation_id, agent_id=session.agent.agent_id)


def _check_csrf(request: Request, session: Session) -> None:
    told = request.headers.get("x-csrf-token") or ""
    if not hmac.compare_digest(told.encode("utf-8", "replace"), session.csrf.encode()):
        raise CsrfRefused(agent_id=session.agent.agent_id)
