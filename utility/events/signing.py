"""Signs what is sent to a subscriber: HMAC-SHA256 over the moment and the body, so that neither can be changed.

`Utility-Signature: t=1795226400,v1=<hex>` with v1 = HMAC-SHA256(secret, "<t>." + body). A receiver refuses what is
older than its window (five minutes): a recorded call cannot be played again later.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

HEADER = "Utility-Signature"


def signature(secret: str, at: datetime, body: bytes) -> str:
    """Returns the header's value."""
    moment = int(at.timestamp())
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"
