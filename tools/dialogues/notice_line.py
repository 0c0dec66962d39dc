"""A notice as it stands in a chat: the line that `python -m notices` would have written, its words as given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
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
# What `outage_consult` asks of an account: the fact, the notice and the open question.
_ASK = """
    with fact as (
        insert into notice_facts (fact_key, kind, family, subject, story, event_no, due_at, worth_until, state, made_at)
        values (%s, %s, 'outage', %s, %s, 0, %s, %s, 'told', %s) returning fact_id
    ), told as (
        insert into notices
            (fact_id, story, person, account_no, place, elder, ways, addresses, due_at, deadline, made_at)
        select fact_id, '', %s, %s, '', false, '{}', '{}', %s, %s, %s from fact
    )
    insert into notice_consents (outage_no, account_no, fact_id, window_start, window_end, asked_at, answer_by)
    select %s, %s, fact_id, %s, %s, %s, %s from fact
"""
_NAME = """
    update messages set body = jsonb_set(body, '{told,id}', (
        select to_jsonb(max(notice_id)) from notices where person = %s))
    where conversation_id = %s and body ? 'told'
"""


def write_notice(ours: Database, conversation_id: str, event: Mapping[str, Any], at: datetime) -> None:
    """Writes the line of a notice into a conversation; with an account, its people are asked whether it suits them.

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
    if "account_no" in event:
        _ask(ours, conversation_id, told, str(event["account_no"]), at)


def _ask(ours: Database, conversation_id: str, told: Mapping[str, Any], account_no: str, at: datetime) -> None:
    start, subject = at + timedelta(days=30), told["subject"]
    fact = (f"outage/{subject}/consult", told["kind"], subject, f"outage/{subject}", at, start, at)
    notice = (conversation_id, account_no, at, start, at)
    ours.write(
        _ASK, (*fact, *notice, subject, account_no, start, start + timedelta(hours=8), at, at + timedelta(days=14))
    )
    ours.write(_NAME, (conversation_id, conversation_id))
