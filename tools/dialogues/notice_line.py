"""A notice as it stands in a chat: the line that `python -m notices` would have written, its words as given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tools.dialogues.case import CaseError
from tools.dialogues.database import Database

_OPEN = """
    insert into conversations (conversation_id, channel, channel_user, created_at, updated_at)
    values (%s, %s, %s, %s, %s) on conflict do nothing
"""
_LINE = """
    with numbered as (
        update conversations set last_seq = last_seq + 1, updated_at = %s where conversation_id = %s returning last_seq
    )
    insert into messages (conversation_id, seq, role, body, created_at, epoch, delivery)
    select %s, last_seq, 'bot', %s::jsonb, %s, 0, 'pending' from numbered
"""


def write_notice(ours: Database, conversation_id: str, event: Mapping[str, Any], at: datetime) -> None:
    """Writes the line of a notice into a conversation.

    Raises:
        CaseError: it lacks its kind, its subject or its words.
    """
    try:
        told = {"id": 0, "kind": str(event["kind"]), "subject": str(event["subject"])}
        body = {"text": str(event["text"]), "notice": told["kind"], "told": told}
    except KeyError as error:
        raise CaseError(f"the notice lacks {error}") from error
    channel, _, user = conversation_id.partition(":")
    ours.write(_OPEN, (conversation_id, channel, user, at, at))
    ours.write(_LINE, (at, conversation_id, conversation_id, json.dumps(body, ensure_ascii=False), at))
