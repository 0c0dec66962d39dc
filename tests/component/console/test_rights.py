"""The table of rights: whole, read strictly, and told as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from console.server.rights import RIGHTS, RIGHTS_FILE, Access, DeskRole, load
from runtime.errors import SettingsError
from tests.conftest import PROJECT


def test_the_documented_table_is_the_table_of_the_code() -> None:
    page = (PROJECT / "docs" / "handoff" / "rights.md").read_text(encoding="utf-8")
    rows = [line.strip("| \n").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    told = {row[0].strip("`"): row[1:] for row in rows if len(row) == len(DeskRole) + 1}

    true = {
        access.value: ["yes" if RIGHTS.allow(role, access) else "–" for role in DeskRole]
        for access in Access
        if access is not Access.OPEN
    }

    assert told == true


@pytest.mark.parametrize("access", [None, "desk", object(), Access.OPEN])
def test_what_is_no_right_is_nobodys(access: object) -> None:
    assert not any(RIGHTS.allow(role, access) for role in DeskRole)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        pytest.param("desk", None, id="right_without_a_row"),
        pytest.param("fly", ["agent"], id="unknown_right"),
        pytest.param("desk", ["god"], id="unknown_role"),
        pytest.param("open", ["agent"], id="open_has_no_row"),
    ],
)
def test_a_table_that_is_wrong_is_refused(tmp_path: Path, part: str, value: list[str] | None) -> None:
    table = yaml.safe_load(RIGHTS_FILE.read_text(encoding="utf-8"))
    table["rights"].pop(part, None)
    if value:
        table["rights"][part] = value
    file = tmp_path / "rights.yml"
    file.write_text(yaml.safe_dump(table), encoding="utf-8")

    with pytest.raises(SettingsError):
        load(file)


def test_who_manages_accounts_or_audits_reads_no_chat() -> None:
    reading = (Access.READ, Access.READ_ALL, Access.READ_SERVED, Access.DESK, Access.UNMASK)

    for role in (DeskRole.ADMINISTRATOR, DeskRole.AUDITOR, DeskRole.EDITOR):
        assert not any(RIGHTS.allow(role, access) for access in reading)
