"""The running utility answers exactly what contracts/utility.openapi.yml says, whatever comes in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks

from tests.fakes.utility_process import OPERATOR_TOKEN, UtilityProcess

CONTRACT = Path(__file__).parent.parent.parent / "contracts" / "utility.openapi.yml"
CHECKS = (
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
)

schema = schemathesis.openapi.from_path(CONTRACT)
# A body too large to be read is refused as well (RFC 9110, 15.5.14); schemathesis does not count it among refusals.
_REFUSALS = schema.config.checks.negative_data_rejection
_REFUSALS.expected_statuses = [*_REFUSALS.expected_statuses, "413"]


@pytest.fixture(scope="module")
def address(utility_process: UtilityProcess) -> str:
    """Where the utility is, its books as they were."""
    utility_process.refresh()
    return utility_process.url


@schema.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_the_service_keeps_its_contract(case: Any, address: str) -> None:
    answer = case.call(base_url=address, headers={"Authorization": f"Bearer {OPERATOR_TOKEN}"})

    _check_contract(case, answer)


def _check_contract(case: Any, answer: Any) -> None:
    case.validate_response(answer, checks=CHECKS)
