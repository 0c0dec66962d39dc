"""Who changes something in the books: a customer, somebody of the staff, or the company's own rounds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Whoever did it; `name` is `<channel>:<user id>` of a customer, a staff number, or the round's name."""

    kind: str
    name: str

    def __str__(self) -> str:
        """Writes it as the timelines keep it."""
        return f"{self.kind}:{self.name}"


def customer(channel: str, user_id: str) -> Actor:
    """A customer, as a client's channel knows them."""
    return Actor("customer", f"{channel}:{user_id}")


def staff(staff_no: str) -> Actor:
    """Somebody of the company."""
    return Actor("staff", staff_no)


def system(name: str) -> Actor:
    """The company's own rounds."""
    return Actor("system", name)
