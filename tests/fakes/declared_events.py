"""Holds emitted events against contracts/utility-events.schema.json: every type declared, its data as said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg2
from jsonschema import Draft202012Validator

CONTRACT = Path(__file__).parent.parent.parent / "contracts" / "utility-events.schema.json"


def declared() -> dict[str, Any]:
    """Returns the schema of each declared type's data."""
    types: dict[str, Any] = json.loads(CONTRACT.read_text(encoding="utf-8"))["$defs"]
    return types


def wrong_events(emitted: list[tuple[str, Any]]) -> list[str]:
    """Says what is wrong with each event of an undeclared type, or with other data than its type declares."""
    types = declared()
    wrong = [f"{kind} is not declared in {CONTRACT.name}" for kind, _ in emitted if kind not in types]
    for kind, data in emitted:
        if kind in types:
            wrong += [f"{kind}: {error.message}" for error in Draft202012Validator(types[kind]).iter_errors(data)]
    return sorted(set(wrong))


def assert_events_declared(database_url: str) -> None:
    """Fails when the outbox holds an event that the contract does not know."""
    connection = psycopg2.connect(database_url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("select type, data from events")
            emitted = cursor.fetchall()
    finally:
        connection.close()
    assert wrong_events(emitted) == []
