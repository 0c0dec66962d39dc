"""Hands a workbook to a browser: written to a file of this call, sent, deleted."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sanic import HTTPResponse
from sanic.response import raw

from console.server.sessions import Session
from console.server.workbook import Cell, Sheet
from handoff.phrases import Phrases

_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Rows written before others have their turn.
_AT_ONCE = 200


@dataclass(frozen=True)
class Order:
    """What is exported: its name, its columns by the name of their sentence, and what stands on top."""

    name: str
    columns: Sequence[str]
    head: Sequence[tuple[str, str]]


@lru_cache(maxsize=1)
def words() -> Phrases:
    """What stands in workbooks."""
    return Phrases.load(Path(__file__).with_name("export_words.yml"))


def value_word(column: str, value: str) -> str:
    """The word for a value of a column, as the desk says it; a value without a word stands as it is."""
    name = f"utter_export_{column}_{value}"
    return words().say(name) if name in words().texts else value


def head_of(session: Session, at: datetime, reason: str, about: str) -> tuple[tuple[str, str], ...]:
    """The lines on top of every workbook: who, when, why, of what."""
    agent, phrases = session.agent, words()
    return (
        (phrases.say("utter_export_by"), f"{agent.name} {agent.agent_id}"),
        (phrases.say("utter_export_at"), at.strftime("%Y-%m-%d %H:%M:%S")),
        (phrases.say("utter_export_reason"), reason),
        (phrases.say("utter_export_about"), about),
        (phrases.say("utter_export_masked"), ""),
    )


async def workbook(order: Order, rows: AsyncIterator[Sequence[Cell]]) -> tuple[HTTPResponse, int]:
    """Writes the rows into a workbook and answers with it; returns also how many there were."""
    columns = [words().say(f"utter_export_{column}") for column in order.columns]
    with tempfile.TemporaryDirectory(prefix="gridtalk-export-") as folder:
        path = Path(folder) / "export.xlsx"
        with Sheet(path, order.head, columns) as sheet:
            count = await _fill(sheet, rows)
        content = await asyncio.to_thread(path.read_bytes)
    disposition = f'attachment; filename="{order.name}.xlsx"'
    headers = {"Content-Disposition": disposition, "X-Export-Rows": str(count)}
    return raw(content, content_type=_MIME, headers=headers), count


async def _fill(sheet: Sheet, rows: AsyncIterator[Sequence[Cell]]) -> int:
    count = 0
    async for row in rows:
        sheet.add(row)
        count += 1
        if count % _AT_ONCE == 0:
            await asyncio.sleep(0)
    return count
