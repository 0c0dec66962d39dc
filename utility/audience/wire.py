"""How those whom a notice concerns look outside."""

from __future__ import annotations

from runtime.privacy import mask_email, mask_phone
from utility.accounts.rulebook import AccountRules
from utility.audience.values import Member
from utility.counter.shown import Json
from utility.standing import wire as standing
from utility.standing.values import Standing


def member(value: Member, rules: AccountRules, stands: Standing | None, *, full: bool) -> Json:
    """Shows an account that a notice concerns; phone and mail whole for a purpose, its standing where asked."""
    return {
        "account_no": value.account_no,
        "area_id": value.area_id,
        "estate": value.estate,
        "building": value.building,
        "phone": value.phone if full else mask_phone(value.phone),
        "email": value.email if full else mask_email(value.email),
        "customer": value.customer,
        "holder_mark": value.holder_mark,
        "tag_kinds": list(rules.kinds(value.tags)),
        "people": [{"channel": channel, "channel_user": user} for channel, user in value.people],
        "wishes": [
            {"notice_type": wish.notice_type, "channel": wish.channel, "enabled": wish.enabled} for wish in value.wishes
        ],
        **(standing.standing(stands) if stands else {}),
    }
