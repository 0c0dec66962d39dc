"""The signature of a webhook: an HMAC over its moment and its bytes, so that neither can be changed nor kept for later.

The form is Chatwoot's (https://github.com/chatwoot/chatwoot/pull/13573): `sha256=` and the hex of HMAC-SHA256 over
`<unix seconds>.<body>`.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from handoff.outside.errors import EventForged, EventStale

# What Chatwoot advises; clocks of two machines differ by less.
MOST_AGE_S = 300


def sign(secret: str, moment: str, body: bytes) -> str:
    """Returns the signature of a body at a moment."""
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


def verify(
    secret: str, *, signature: str, moment: str, body: bytes, at: datetime, most_age_s: int = MOST_AGE_S
) -> None:
    """Returns when the body was signed with our secret, and not long ago. Raises EventForged, EventStale."""
    if not secret or not hmac.compare_digest(signature.encode(), sign(secret, moment, body).encode()):
        raise EventForged("The webhook is not signed with our secret.")
    if not (moment.isascii() and moment.isdigit()) or abs(at.timestamp() - int(moment[:15])) > most_age_s:
        raise EventStale("The webhook was signed too long ago, or in the future.", signed_at=moment[:20])
