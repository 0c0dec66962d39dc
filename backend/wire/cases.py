"""How cases and work orders look on the wire."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from backend.models import CaseFacts, CaseFiling, OrderLine, Picture, TakenCase, Urged, WorkOrder
from backend.wire.reading import Json, read_time

NAME_MOST, NOTE_MOST = 200, 500  # what the utility's contract takes
_SAME = (
    "order_no", "kind", "status", "open", "owner", "paused", "used_percent", "level", "secrecy", "resolution",
    "confirmed", "disputes", "reopened", "rating",
)  # fmt: skip


def work_order(content: Json) -> WorkOrder:
    """Reads an order; what a list leaves out stays empty."""
    return WorkOrder(
        **{name: content[name] for name in _SAME},
        due=read_time(content["due"]),
        contact_by=read_time(content["contact_by"]),
        contacted=read_time(content["contacted"]),
        replied=read_time(content["replied"]),
        closed=read_time(content["closed"]),
        type=content["case_type"],
        filed=datetime.fromisoformat(content["filed"]),
        account_no=content["account_no"] or "",
        parent_no=content["parent_no"] or "",
        text=content.get("text", ""),
        reply=dict(content.get("reply", {})),
        urges=content.get("urges", 0),
        timeline=tuple(_line(line) for line in content.get("timeline", ())),
    )


def taken_case(content: Json) -> TakenCase:
    """Reads a case that was just taken."""
    facts = content["facts"]
    return TakenCase(
        order=work_order(content["order"]),
        asked_kind=content["asked_kind"],
        asked_type=content["asked_type"],
        reclassified=content["reclassified"],
        facts=CaseFacts(
            tuple(facts["outages"]), facts["frequent"], facts["told_before"], tuple(facts["late_applications"])
        ),
    )


def urged(content: Json) -> Urged:
    """Reads an urge."""
    return Urged(
        urge_no=content["urge_no"],
        order_no=content["order_no"],
        dispatched=content["dispatched"],
        at=datetime.fromisoformat(content["at"]),
        next_from=datetime.fromisoformat(content["next_from"]),
    )


def case_body(filing: CaseFiling) -> dict[str, Any]:
    """Writes a filing; what was not told is left out."""
    return {name: value for name, value in asdict(filing).items() if value}


def picture_body(picture: Picture) -> dict[str, Any]:
    """Writes a picture, its texts as long as the contract takes them."""
    return {**asdict(picture), "name": picture.name[:NAME_MOST], "note": picture.note[:NOTE_MOST]}


def _line(content: Json) -> OrderLine:
    at = datetime.fromisoformat(content["at"])
    return OrderLine(at, content["by"], content["what"], content["status"], content["note"])
