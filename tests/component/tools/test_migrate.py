"""The command that brings an operator's database up to date."""

from __future__ import annotations

import pytest

from runtime.embedded import EmbeddedPostgres, create_database
from tools.doctor.finding import Grade
from tools.doctor.house import check_database
from tools.migrate import main


def test_what_the_doctor_asks_for_makes_the_database_good(postgres_server: EmbeddedPostgres) -> None:
    create_database(postgres_server, "not_migrated_yet")
    environ = {"DATABASE_URL": postgres_server.url("not_migrated_yet")}
    assert [one.grade for one in check_database(environ)] == [Grade.WRONG]

    main(environ)

    assert [one.grade for one in check_database(environ)] == [Grade.GOOD]


@pytest.mark.parametrize("url", ["", "postgresql://127.0.0.1:9/x"])
def test_a_database_that_cannot_be_migrated_is_told(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main({"DATABASE_URL": url})

    assert caught.value.code == 1
    assert "database" in capsys.readouterr().err
