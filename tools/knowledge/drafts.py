"""Writes the answers supervisors have accepted as entries of data/knowledge, for an editor to place and to check."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

import yaml

from runtime.postgres import connect, transaction

_ACCEPTED = """
    select draft_id, question, answer, intent from knowledge_drafts where state = 'accepted' order by intent, draft_id
"""
_TITLE, _REGION = 20, "星河市"


def export(url: str, until: date) -> str:
    """Reads the accepted drafts of a GridTalk database; returns YAML as data/knowledge has it, a part per intent."""
    return written(asyncio.run(_read(url)), until)


async def _read(url: str) -> list[dict[str, Any]]:
    pool = await connect(url, most=1)
    try:
        async with transaction(pool) as connection:
            return [dict(row) for row in await connection.fetch(_ACCEPTED)]
    finally:
        await pool.close()


def written(drafts: Sequence[dict[str, Any]], until: date) -> str:
    """Writes drafts as entries; an editor adds more ways of asking (`check` asks for three) and the source."""
    parts = []
    for intent in sorted({draft["intent"] for draft in drafts}):
        entries = [_entry(draft) for draft in drafts if draft["intent"] == intent]
        content = {
            "version": "3.1",
            "intent": intent,
            "region": _REGION,
            "valid_until": until,
            "entries": entries,
        }
        parts.append(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000))
    return "---\n".join(parts)


def _entry(draft: dict[str, Any]) -> dict[str, Any]:
    """One entry; a brace of an answer would be read as a figure, so it becomes a bracket."""
    answer = str(draft["answer"]).replace("{", "（").replace("}", "）")
    title = str(draft["question"]).rstrip("？?。")[:_TITLE]
    return {
        "id": f"desk_{draft['draft_id']}",
        "title": title,
        "group": f"desk_{draft['draft_id']}",
        "questions": [str(draft["question"])],
        "answer": answer,
        "source": f"desk-{draft['draft_id']}",
    }
