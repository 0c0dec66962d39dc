"""How accounts and check codes look outside: masked."""

from __future__ import annotations

from runtime.privacy import mask_name, mask_phone
from utility.accounts.values import Account, SentCode
from utility.counter.shown import Json, shown_time


def account(value: Account) -> Json:
    """Shows an account: name by its first character, address to the estate, phone by 3 and 4 digits."""
    return {
        "account_no": value.account_no,
        "name_masked": mask_name(value.name),
        "address_masked": f"{value.city}{value.region}{value.street}{value.estate}",
        "area_id": value.area_id,
        "region": value.region,
        "status": value.status,
        "billing": value.billing,
        "phone_masked": mask_phone(value.contact_phone),
        "tags": list(value.tags),
    }


def sent_code(value: SentCode) -> Json:
    """Shows that a code is on its way, never the code."""
    return {
        "account_no": value.account_no,
        "phone_masked": mask_phone(value.phone),
        "expires_at": shown_time(value.expires_at),
        "resend_after_s": value.resend_after_s,
    }
