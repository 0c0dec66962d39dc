"""What an e-mail address looks like. Pure."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")


def is_mail(address: str) -> bool:
    """Whether a letter can be sent there, by its form."""
    return bool(_ADDRESS.fullmatch(address))
