"""Visitor tokens: a signed name for an anonymous visitor, made by the server and never by the page."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import jwt

from connectors.shared.errors import Unauthorised

_ALGORITHM = "HS256"
_VISITOR = re.compile(r"v[0-9a-f]{32}")


@dataclass(frozen=True)
class VisitorToken:
    """A token and what it says."""

    token: str
    visitor_id: str
    expires_at: datetime


class VisitorTokens:
    """Makes and checks visitor tokens."""

    def __init__(self, secret: str, *, days: int = 30) -> None:
        self._secret = secret
        self._life = timedelta(days=days)

    def issue(self, visitor_id: str | None = None) -> VisitorToken:
        """Makes a token for a new visitor, or renews that of `visitor_id`."""
        visitor_id = visitor_id or f"v{uuid.uuid4().hex}"
        now = datetime.now(timezone.utc)
        claims = {"sub": visitor_id, "aud": "web", "iat": now, "exp": now + self._life}
        return VisitorToken(jwt.encode(claims, self._secret, algorithm=_ALGORITHM), visitor_id, now + self._life)

    def visitor(self, token: object) -> str:
        """Reads the visitor from a token.

        Raises:
            Unauthorised: `web.token.missing`, `web.token.expired` or `web.token.invalid`.
        """
        if not isinstance(token, str) or not token:
            raise Unauthorised(
                "web.token.missing", "A visitor token is needed: ask POST /webhooks/web/session for one."
            )
        try:
            claims = jwt.decode(
                token, self._secret, algorithms=[_ALGORITHM], audience="web", options={"require": ["sub", "exp", "aud"]}
            )
        except jwt.ExpiredSignatureError as error:
            raise Unauthorised("web.token.expired", "The visitor token has expired: ask for a new session.") from error
        except jwt.InvalidTokenError as error:
            raise Unauthorised("web.token.invalid", "The visitor token is not valid: ask for a new session.") from error
        if not _VISITOR.fullmatch(str(claims["sub"])):
            raise Unauthorised("web.token.invalid", "The visitor token is not valid: ask for a new session.")
        return str(claims["sub"])
