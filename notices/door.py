"""The doors of the notices' process: the company's webhooks, the SMS service's reports, the sandbox's page.

A webhook is answered 204 once its event is durable; a forged, stale or unsigned one 401, and nothing of it is kept.
"""

from __future__ import annotations

import hmac
from html import escape
from typing import Any

import structlog
from sanic import HTTPResponse, Request, Sanic
from sanic.response import empty, html, json

from backend.errors import BackendProtocolError
from backend.webhooks import HEADER, check_signature, read_events
from notices.errors import TooMuch
from notices.following import Following
from notices.gathering import Gathering
from notices.intake import Intake
from notices.registration import Registration
from notices.sms import SandboxSms
from runtime.clock import Clock
from runtime.errors import BadRequest

BODY_BYTES = 1024 * 1024
_ROW = "<li><b>{phone}</b> <time>{at}</time><p>{text}</p></li>"
_PAGE = (
    "<!doctype html><html lang='zh'><meta charset='utf-8'><meta http-equiv='refresh' content='5'>"
    "<title>SMS sandbox</title><style>body{{font:16px/1.6 system-ui;max-width:46rem;margin:2rem auto;padding:0 1rem}}"
    "ul{{list-style:none;padding:0}}li{{border:1px solid #ddd;border-radius:8px;padding:.6rem 1rem;margin:.6rem 0}}"
    "p{{margin:.2rem 0}}time{{color:#666}}</style><h1>SMS sandbox</h1><ul>{rows}</ul></html>"
)


class Doors:
    """The handlers, around what they hand to."""

    def __init__(
        self, intake: Intake, following: Following, clock: Clock, *, registration: Registration, report_token: str
    ) -> None:
        self._intake = intake
        self.gathering = Gathering(intake)
        self._following = following
        self._clock = clock
        self._registration = registration
        self._report_token = report_token

    def install(self, app: Sanic) -> None:
        """Adds the routes; the webhook's only where the company is to call, the reports' only with a token."""
        if self._registration.expected:
            app.add_route(self.take_event, "/events", methods=["POST"], name="take_event")
        if self._report_token:
            app.add_route(self.take_reports, "/sms/reports/<token:str>", methods=["POST"], name="take_reports")

    async def take_event(self, request: Request) -> HTTPResponse:
        """Takes one event of the company, or several; none of them is taken unless all are."""
        await self._check_signature(request)
        events, unread = read_events(request.body)
        for one in unread:  # signed by the company, and it will not get better by being sent again: a person looks
            await self._intake.keep_unreadable(one.body, one.reason)
        try:
            if events:
                await self.gathering.take(events, len(request.body))
        except TooMuch as error:
            raise BadRequest(error.code, "Come again in a moment.", 503, retry_after=1) from error
        return empty()

    async def _check_signature(self, request: Request) -> None:
        """Lets through what one of our secrets has signed; another worker may have a newer one. Raises BadRequest."""
        given, now, refused = request.headers.get(HEADER, ""), self._clock.now(), ""
        for anew in (False, True):
            for secret in await self._registration.secrets(anew=anew):
                try:
                    return check_signature(secret, given, request.body, now)
                except BackendProtocolError as error:
                    refused = error.detail
        raise BadRequest("notices.webhook.refused", refused or "Nobody is known here.", 401)

    async def take_reports(self, request: Request, token: str) -> HTTPResponse:
        """Takes Aliyun's SmsReport: a list of what became of messages; answered as it wants to be."""
        if not hmac.compare_digest(token.encode(), self._report_token.encode()):
            raise BadRequest("notices.reports.refused", "There is no such address.", 404)
        found = request.json
        if not isinstance(found, list):
            raise BadRequest("notices.reports.malformed", "The reports must be a list.")
        for report in found[:1000]:
            await self._take_report(report)
        return json({"code": 0, "msg": "ok"})

    async def _take_report(self, report: Any) -> None:
        if not isinstance(report, dict) or not isinstance(report.get("biz_id"), str):
            structlog.get_logger().warning("notices.report.malformed")
            return
        reason = str(report.get("err_code") or "")[:100]
        arrived, key = report.get("success") is True, str(report.get("out_id") or "")
        await self._following.report(report["biz_id"], arrived=arrived, reason=reason, key=key)


def install_sandbox(app: Sanic, gateway: SandboxSms) -> None:
    """Serves the page of the sandbox's messages."""

    async def show(_: Request) -> HTTPResponse:
        rows = [_ROW.format(**{name: escape(str(value)) for name, value in one.items()}) for one in gateway.newest()]
        return html(_PAGE.format(rows="".join(rows)))

    async def listed(_: Request) -> HTTPResponse:
        return json({"messages": gateway.newest()}, ensure_ascii=False)

    app.add_route(show, "/sandbox/sms", methods=["GET"], name="sandbox_page")
    app.add_route(listed, "/sandbox/sms.json", methods=["GET"], name="sandbox_list")
