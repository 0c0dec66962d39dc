"""What supervisors accepted comes out as entries that the knowledge base reads."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from actions.knowledge_base import KnowledgeBase
from handoff.desk_help import knowledge_drafts
from handoff.desk_help.knowledge_drafts import Pair
from runtime.clock import SystemClock
from runtime.postgres import Pool, transaction
from tools.knowledge.drafts import written


async def test_only_what_was_accepted_is_written_and_it_reads_as_knowledge(database: Pool, tmp_path: Path) -> None:
    at = SystemClock().now()
    async with transaction(database) as connection:
        taken = await knowledge_drafts.add(
            connection, None, Pair("联系电话能改吗？", "能，{网上}改。", "ask_procedure"), by="K0104", at=at
        )
        await knowledge_drafts.add(connection, None, Pair("问", "答", "ask_procedure"), by="K0104", at=at)
        pair = Pair("联系电话能改吗？", "能，{网上}改。", "ask_procedure")
        await knowledge_drafts.accept(connection, taken, pair, by="S0001", at=at)
        rows = await connection.fetch("select * from knowledge_drafts where state = 'accepted'")

    (tmp_path / "desk.yml").write_text(written([dict(row) for row in rows], date(2027, 6, 30)), encoding="utf-8")

    entries = KnowledgeBase.read(tmp_path).entries
    assert [(entry.title, entry.answer, entry.intent) for entry in entries] == [
        ("联系电话能改吗", "能，（网上）改。", "ask_procedure")
    ]
