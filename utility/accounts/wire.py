"""How accounts and check codes look outside: masked."""

from __future__ import annotations

from runtime.privacy import mask_email, mask_name, mask_phone
from utility.accounts.values import Account, Contact, ContactFault, Manager, PhoneChange, Profile, SentCode
from utility.counter.shown import Json, shown_number, shown_time


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


def holder(value: Account) -> Json:
    """Shows whole what an account shows masked; only for a purpose, and every look is noted."""
    return {"name": value.name, "address": value.address, "phone": value.contact_phone}


def mail_address(account_no: str, address: str) -> Json:
    """Shows where letters of an account go by the first letter and the house; empty: nowhere."""
    return {"account_no": account_no, "address_masked": mask_email(address)}


def sent_code(value: SentCode) -> Json:
    """Shows that a code is on its way, never the code."""
    return {
        "account_no": value.account_no,
        "phone_masked": mask_phone(value.phone),
        "expires_at": shown_time(value.expires_at),
        "resend_after_s": value.resend_after_s,
    }


def profile(value: Profile) -> Json:
    """Shows what a counter must know before it talks; of the tags only those that matter there."""
    return {
        **account(value.account),
        "tags": list(value.tags),
        "tag_kinds": list(value.tag_kinds),
        "class": value.account_class,
        "plan": value.account.plan,
        "voltage": value.voltage,
        "phase": value.phase,
        "capacity_kw": shown_number(value.capacity_kw),
        "contract_state": value.contract_state,
        "contract_until": value.contract_until.isoformat() if value.contract_until else None,
        "manager": manager(value.manager) if value.manager else None,
    }


def manager(value: Manager) -> Json:
    """Shows a key account's manager: name and phone are the company's own and public."""
    return {
        "manager_no": value.manager_no,
        "name": value.name,
        "role": value.role,
        "phone": value.phone,
        "hours": value.hours,
        "deputy_name": value.deputy_name,
        "deputy_phone": value.deputy_phone,
    }


def contact(value: Contact) -> Json:
    """Shows a contact, masked."""
    return {
        "contact_id": str(value.contact_id),
        "kind": value.kind,
        "name_masked": mask_name(value.name),
        "phone_masked": mask_phone(value.phone),
        "valid_from": value.valid_from.isoformat(),
        "valid_until": value.valid_until.isoformat() if value.valid_until else None,
        "verified": value.verified_at is not None,
    }


def contact_fault(value: ContactFault) -> Json:
    """Shows a contact that cannot be right; the phone is masked."""
    return {
        "account_no": value.account_no,
        "fault": value.fault,
        "phone_masked": mask_phone(value.phone),
        "shared_with": list(value.others),
    }


def phone_change(value: PhoneChange) -> Json:
    """Shows that both codes are on their way."""
    return {
        "phone_change_no": value.phone_change_no,
        "account_no": value.account_no,
        "old_phone_masked": mask_phone(value.old_phone),
        "new_phone_masked": mask_phone(value.new_phone),
        "expires_at": shown_time(value.expires_at),
    }


def candidate(value: Account) -> Json:
    """Shows an account that fits a search: enough for its holder to know it, no more."""
    return {
        "account_no": value.account_no,
        "name_masked": mask_name(value.name),
        "address_masked": f"{value.city}{value.region}{value.street}{value.estate}",
        "phone_masked": mask_phone(value.contact_phone),
    }
