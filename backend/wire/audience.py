"""How those whom a notice concerns look on the wire."""

from __future__ import annotations

from backend.models import AudienceMember, AudiencePage, AudienceWish
from backend.wire.reading import Json

_TEXTS = ("account_no", "area_id", "estate", "building", "phone", "email", "customer", "holder_mark")


def member(content: Json) -> AudienceMember:
    """Reads an account that a notice concerns."""
    texts = {name: str(content[name]) for name in _TEXTS}
    return AudienceMember(
        **texts,
        tag_kinds=tuple(content["tag_kinds"]),
        people=tuple((person["channel"], person["channel_user"]) for person in content["people"]),
        wishes=tuple(
            AudienceWish(wish["notice_type"], wish["channel"], bool(wish["enabled"])) for wish in content["wishes"]
        ),
        facts=tuple(content.get("facts", ())),
        troubles=tuple(content.get("troubles", ())),
    )


def audience_page(content: Json) -> AudiencePage:
    """Reads a page of an audience."""
    return AudiencePage(tuple(member(row) for row in content["members"]), content["next_cursor"] or "")
