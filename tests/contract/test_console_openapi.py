"""The running desk answers exactly what contracts/console.openapi.yml says, whatever a logged-in supervisor sends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks

from tools.desk_scene import furnish
from tools.stack import Stack

CONTRACT = Path(__file__).parent.parent.parent / "contracts" / "console.openapi.yml"
AWAY = "panel.silent"  # no utility stands behind this desk, and it says so


def no_unforeseen_error(context: Any, response: Any, case: Any) -> bool | None:
    """Nothing but what the contract foresees fails: a company that is away is an answer."""
    if response.status_code == 503 and response.json()["code"] == AWAY:
        return None
    return checks.not_a_server_error(context, response, case)


CHECKS = (
    no_unforeseen_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
)
# Those two end the session that the others need; tests/component/console/test_sessions.py has them.
# A browser follows the third to the page; tests/component/console/test_sso.py looks at where it is sent.
SESSION_CALLS = ["log_in", "log_out", "arrive_from_sso"]

schema = schemathesis.openapi.from_path(CONTRACT).exclude(operation_id=SESSION_CALLS)


@dataclass(frozen=True)
class Seat:
    """A supervisor's browser: where the desk is, and what every call carries."""

    address: str
    headers: dict[str, str]
    cookies: dict[str, str]


@pytest.fixture(scope="module")
def seat(stores: Path) -> Iterator[Seat]:
    """A desk of its own, with an invented hour in it, and a supervisor who has logged in."""
    with Stack(stores / "contract-desk", processes=("console",)) as stack:
        furnish(stack)
        address = stack.url("console")
        password = stack.plan.secrets["DESK_DEMO_PASSWORD"]
        body = {"username": "S0001", "password": password}
        answer = requests.post(f"{address}/api/login", json=body, headers={"Origin": address}, timeout=10)
        headers = {"Origin": address, "X-CSRF-Token": answer.json()["csrf"]}
        yield Seat(address, headers, dict(answer.cookies))


@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_the_desk_keeps_its_contract(case: Any, seat: Seat) -> None:
    answer = case.call(base_url=seat.address, headers=seat.headers, cookies=seat.cookies)

    _check_contract(case, answer)


def _check_contract(case: Any, answer: Any) -> None:
    case.validate_response(answer, checks=CHECKS)
