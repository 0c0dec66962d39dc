"""The machine's clock against the Date header of a platform: a push or a call whose time is off is refused there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import timezone
from email.utils import parsedate_to_datetime

import aiohttp

from tools.doctor.finding import Finding, good, note, wrong
from tools.platforms.wechat import TIMEOUT

MOST_SECONDS = 60


async def check_clock(
    environ: Mapping[str, str], urls: Mapping[str, str], now: Callable[[], float] = time.time
) -> list[Finding]:
    """Compares the machine's time (`now`, in epoch seconds) with the first platform that tells its own.

    `urls` has the address of each platform whose door is open, by its name.
    """
    found = []
    if environ.get("GRIDTALK_CLOCK_FILE", "").strip():
        found.append(
            note("clock", "GRIDTALK_CLOCK_FILE is set: the bot lives in a demo's time; unset it in production.")
        )
    for name, url in urls.items():
        if date := await _date(url):
            return [*found, _compared(name, date, now())]
    if urls:
        found.append(note("clock", f"The clock was compared with nobody's: {', '.join(urls)} told no time."))
    return found


def _compared(name: str, date: str, now: float) -> Finding:
    try:
        at = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return note("clock", f"The clock was compared with nobody's: {name} told the time as {date!r}.")
    theirs = (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).timestamp()
    off = now - theirs
    if abs(off) <= MOST_SECONDS:
        return good("clock", f"The machine's clock is {name}'s, to {abs(off):.0f} s.")
    where = "ahead of" if off > 0 else "behind"
    return wrong(
        "clock", f"The machine's clock is {abs(off):.0f} s {where} {name}'s: let it follow a time server (NTP)."
    )


async def _date(url: str) -> str:
    """The Date header of whatever is answered; empty: nothing is."""
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as http, http.get(url) as answer:
            return answer.headers.get("Date", "")
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError):
        return ""
