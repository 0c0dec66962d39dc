"""Every error of the wire becomes one of ours: the client's own errors, statuses, problem bodies."""

from __future__ import annotations

import asyncio
import inspect
from unittest.mock import Mock

import aiohttp
import pytest
from yarl import URL

from backend.errors import (
    BackendBusy,
    BackendError,
    BackendProtocolError,
    BackendTimeout,
    BackendUnavailable,
    Conflict,
    NotAllowed,
    NotFound,
)
from backend.refusals import WIRE_ERRORS, from_answer, from_wire

KEY = Mock(ssl=True, host="utility", port=1)
REQUEST = Mock(real_url=URL("http://utility/"))
WIRE = [
    (asyncio.TimeoutError(), BackendTimeout),
    (aiohttp.ServerTimeoutError(), BackendTimeout),
    (aiohttp.ClientConnectorError(KEY, OSError(111, "refused")), BackendUnavailable),
    (aiohttp.ClientOSError(104, "reset"), BackendUnavailable),
    (aiohttp.ServerDisconnectedError(), BackendUnavailable),
    (aiohttp.ServerConnectionError(), BackendUnavailable),
    (aiohttp.ClientConnectionError(), BackendUnavailable),
    (aiohttp.ClientPayloadError(), BackendUnavailable),
    (OSError(101, "unreachable"), BackendUnavailable),
    (aiohttp.InvalidURL("http://"), BackendProtocolError),
    (aiohttp.ClientResponseError(REQUEST, ()), BackendProtocolError),
    (aiohttp.TooManyRedirects(REQUEST, ()), BackendProtocolError),
    (aiohttp.ContentTypeError(REQUEST, ()), BackendProtocolError),
    (ValueError("a line end in a header"), BackendProtocolError),
]


@pytest.mark.parametrize(("error", "ours"), WIRE, ids=[type(error).__name__ for error, _ in WIRE])
def test_an_error_of_the_call_is_mapped(error: Exception, ours: type[BackendError]) -> None:
    assert type(from_wire(error)) is ours
    assert isinstance(error, WIRE_ERRORS)


def test_no_client_error_is_left_out() -> None:
    known = {cls for cls in vars(aiohttp).values() if inspect.isclass(cls) and issubclass(cls, aiohttp.ClientError)}

    assert [cls for cls in known if not issubclass(cls, WIRE_ERRORS)] == []


@pytest.mark.parametrize(
    ("status", "code", "ours"),
    [(403, "check_code.wrong", NotAllowed), (404, "order.unknown", NotFound), (409, "account.cut_off", Conflict)],
)
def test_a_problem_of_the_company_is_a_refusal(status: int, code: str, ours: type[BackendError]) -> None:
    error = from_answer(status, {"code": code, "detail": "why", "status": status, "tries_left": 2})

    assert type(error) is ours
    assert error.fields == {"reason": code, "tries_left": 2}


@pytest.mark.parametrize(
    ("status", "content", "ours"),
    [
        (500, {"code": "http.500"}, BackendUnavailable),
        (503, None, BackendUnavailable),
        (404, {"code": "http.404"}, BackendProtocolError),
        (404, None, BackendProtocolError),
        (401, {"code": "token.invalid"}, BackendProtocolError),
        (403, {"code": "token.scope"}, BackendProtocolError),
        (400, {"code": "field.unknown"}, BackendProtocolError),
        (302, None, BackendProtocolError),
        (404, ["no", "object"], BackendProtocolError),
    ],
)
def test_any_other_status_is_no_refusal(status: int, content: object, ours: type[BackendError]) -> None:
    assert type(from_answer(status, content)) is ours


@pytest.mark.parametrize(
    ("status", "retry_after", "ours"),
    [
        (503, "2", BackendBusy),
        (503, "", BackendUnavailable),
        (503, "Wed, 21 Oct 2026 07:28:00 GMT", BackendUnavailable),
        (503, "-1", BackendUnavailable),
        (502, "2", BackendUnavailable),
    ],
)
def test_only_a_503_that_names_the_seconds_is_a_busy_company(
    status: int, retry_after: str, ours: type[BackendError]
) -> None:
    error = from_answer(status, {"code": "utility.busy"}, retry_after)

    assert type(error) is ours
    assert getattr(error, "retry_after_s", 2.0) == 2.0
