"""Who the customer is, as far as it changes how they are served; it refuses to put a label on anybody's screen.

The tags are the utility's own (business_rules.md section 4, compliance.md section 8); what each means for the talk
stands in words/who.yml. A tag never is told to the customer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from actions.visit import Visit
from backend.models import BoundAccount


@dataclass(frozen=True)
class Who:
    """What matters of a customer.

    Attributes:
        life_support: somebody at home depends on power: ask the battery time, name 120, a person at once.
        gentle: elderly, alone, welfare or disabled: short sentences, one question, a person offered first.
        key_account: a large customer: their manager first.
        important: a hospital, a school, water: never a direct cut, a person at once in a fault.
    """

    life_support: bool = False
    gentle: bool = False
    key_account: bool = False
    important: bool = False

    @property
    def needs_person(self) -> bool:
        """A fault of theirs is talked over with a person, not asked through."""
        return self.life_support or self.key_account or self.important


def who_holds(visit: Visit, accounts: Iterable[BoundAccount], *, said: bool = True) -> Who:
    """Reads from the tags of these accounts, and from what is `said` in this message, who is speaking."""
    tags = [tag for account in accounts for tag in account.tags]
    needs = list(visit.tracker.get_latest_entity_values("vulnerable_sign")) if said else []
    kinds = {visit.wording.option("customer_tags", str(name)) for name in (*tags, *needs)}
    return Who(
        life_support="life_support" in kinds,
        gentle="gentle" in kinds,
        key_account="key_account" in kinds,
        important="important" in kinds,
    )


def is_gentle(visit: Visit, accounts: Iterable[BoundAccount]) -> bool:
    """Whether to speak in short sentences: by the tags, or because the customer says that this is hard for them."""
    return who_holds(visit, accounts).gentle or visit.option("finds_it_hard") is not None
