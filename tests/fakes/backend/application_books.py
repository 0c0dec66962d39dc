"""The applications of the demo city for the fake, from the rows that the utility's database is filled with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from backend.refusals import from_answer
from tests.fakes.backend.city import read_once
from utility.applications import seed
from utility.applications.values import Application as Kept
from utility.applications.values import Asked, Document
from utility.errors import Refusal
from utility.orders.seeding import SeedBooks, seed_books
from utility.orders.store import order_of


@dataclass(frozen=True)
class ApplicationRows:
    """The order books and the applications of the city."""

    books: SeedBooks
    kept: dict[str, Kept]


@lru_cache(maxsize=2)
def application_rows(now: datetime) -> ApplicationRows:
    """Reads them once for every test."""
    city = read_once()
    rows: dict[str, list[dict[str, Any]]] = {}
    for table in seed.tables(city, now):
        names = table.columns.split(", ")
        rows[table.name] = [dict(zip(names, row, strict=True)) for row in table.rows]
    return ApplicationRows(seed_books(city, now), {row["order_no"]: _kept(row, rows) for row in rows["work_orders"]})


def _kept(order: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> Kept:
    number = order["order_no"]
    own = next(row for row in rows["applications"] if row["application_no"] == number)
    papers = [row for row in rows["application_documents"] if row["application_no"] == number]
    asks = [row for row in rows["application_asks"] if row["application_no"] == number]
    named = ("code", "file_name", "media_type", "size", "sha256", "source", "handed_in")
    return Kept(
        order=order_of(order),
        type_code=own["type_code"],
        facts=own["facts"],
        place=own["place"],
        manager=own["manager"],
        appointment_no="",
        submitted=own["submitted_at"],
        documents=tuple(Document(n, **{name: row[name] for name in named}) for n, row in enumerate(papers, 1)),
        asked=tuple(Asked(row["code"], row["text"], row["asked_at"]) for row in asks),
    )


@contextmanager
def refusals() -> Iterator[None]:
    """A refusal of the company's rules is what its client would hear."""
    try:
        yield
    except Refusal as refusal:
        problem = {"code": refusal.reason, "detail": refusal.detail, **refusal.fields}
        raise from_answer(refusal.status, problem) from refusal
