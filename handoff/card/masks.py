"""What the desk hides of a value, by what it is: a telephone, an account, an address, a name, or free words."""

from __future__ import annotations

from runtime.privacy import mask_address, mask_name, mask_phone, mask_text

_KINDS = (
    ("phone", ("phone", "mobile")),
    ("account", ("account",)),
    ("address", ("address",)),
    ("name", ("holder", "contact_name", "customer_name")),
)
_FEWEST_DIGITS = 7


def kind_of(name: str) -> str:
    """Tells from the name of a slot what it holds; `text` when it says nothing."""
    return next((kind for kind, words in _KINDS if any(word in name for word in words)), "text")


def mask(kind: str, value: str) -> str:
    """Returns a value as everybody may see it; what is masked already stays as it is."""
    if "*" in value:
        return mask_text(value)
    number = value.isdigit() and len(value) >= _FEWEST_DIGITS
    if kind == "phone" and number:
        return mask_phone(value)
    if kind == "account" and number:
        return f"****{value[-4:]}"
    if kind == "address":
        return mask_address(value)
    return mask_name(value) if kind == "name" else mask_text(value)
