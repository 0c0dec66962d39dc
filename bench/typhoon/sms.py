"""Aliyun's SMS service on loopback: takes SendSms as the real adapter sends it, fails by the seed, reports later.

A key (`OutId`) that comes again is the same message: it is counted, because the real service would send it twice.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bench.typhoon.fate import Fate, busy_times, fate

REPORT_TOKEN = "a-token-of-the-storm-for-reports"
_REPORTS_AT_ONCE = 200
_CODES = {Fate.SOON: "isv.BUSINESS_LIMIT_CONTROL", Fate.REFUSED: "isv.MOBILE_NUMBER_ILLEGAL"}
_WIRE_ERRORS = (aiohttp.ClientError, asyncio.TimeoutError, OSError)


@dataclass
class Aliyun:
    """One service for all workers; `arrived` says which notices' words are on a phone."""

    seed: int
    tally: Counter[str] = field(default_factory=Counter)
    arrived: Counter[int] = field(default_factory=Counter)
    phones: dict[int, str] = field(default_factory=dict)
    _asked: Counter[str] = field(default_factory=Counter)
    _taken: dict[str, Fate] = field(default_factory=dict)
    _reports: list[dict[str, Any]] = field(default_factory=list)
    _runner: web.AppRunner | None = None
    url: str = ""

    async def start(self) -> None:
        """Listens on a free port."""
        app = web.Application()
        app.router.add_post("/", self._send)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # aiohttp has no other way
        self.url = f"http://127.0.0.1:{port}/"

    async def stop(self) -> None:
        """Listens no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def waiting(self) -> int:
        """How many reports wait to be brought."""
        return len(self._reports)

    async def report(self, session: aiohttp.ClientSession, doors: Callable[[], Sequence[str]]) -> int:
        """Brings the reports that wait to a worker that is there; returns how many were taken."""
        done = 0
        while self._reports and doors():
            some = self._reports[:_REPORTS_AT_ONCE]
            try:
                async with session.post(f"{doors()[0]}/sms/reports/{REPORT_TOKEN}", json=some) as answer:
                    if answer.status != 200:
                        return done
            except _WIRE_ERRORS:
                return done
            self._reports = self._reports[len(some) :]
            done += len(some)
        return done

    async def _send(self, request: web.Request) -> web.Response:
        query = request.query
        key, phone = query["OutId"], query["PhoneNumbers"]
        values = json.loads(query["TemplateParam"])
        values.pop("subject", None)  # which number an order of a crowd gets is no matter of the seed
        words = f"{query['TemplateCode']} {json.dumps(values, sort_keys=True)}"
        self._asked[key] += 1
        _, notice_id, attempt = key.split("-")
        drawn = fate(self.seed, "sms", phone, words, int(attempt))
        if drawn is Fate.SOON and self._asked[key] > busy_times(self.seed, phone, words):
            drawn = Fate.TAKEN
        if drawn in _CODES:
            self.tally[f"sms {drawn.value}"] += 1
            return web.json_response({"Code": _CODES[drawn], "Message": "the storm"})
        self._take(key, int(notice_id), phone, drawn)
        return web.json_response({"Code": "OK", "BizId": f"biz-{key}", "Message": "OK"})

    def _take(self, key: str, notice_id: int, phone: str, drawn: Fate) -> None:
        if key in self._taken:
            self.tally["sms asked again under its key (kill between answer and record)"] += 1
        else:
            self.tally[f"sms {drawn.value}"] += 1
            self.phones[notice_id] = phone
            self.arrived[notice_id] += drawn is Fate.TAKEN
        self._taken[key] = drawn
        if drawn is not Fate.SILENT:
            code = "" if drawn is Fate.TAKEN else "UNDELIVERED"
            report = {"biz_id": f"biz-{key}", "out_id": key, "success": drawn is Fate.TAKEN, "err_code": code}
            self._reports.append(report)


def templates(kinds: Sequence[str]) -> str:
    """Writes the table of approved templates: each kind has one of its own name."""
    return json.dumps({kind: kind for kind in kinds})
