"""The fake company, part whom a notice concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backend.errors import NotFound
from backend.models import AudienceMember, AudiencePage, AudienceWish
from tests.fakes.backend.standing import FakeStanding
from utility.audience.values import holder_mark


class FakeAudience(FakeStanding):
    """The call about an audience, computed from the demo city."""

    async def audience(
        self,
        *,
        area_ids: Sequence[str] = (),
        account_no: str = "",
        everybody: bool = False,
        standing: bool = False,
        after: str = "",
        most: int = 200,
    ) -> AudiencePage:
        """See base class."""
        self._called("audience")
        known = {str(row["area_id"]) for row in self._rows["accounts"]}
        if unknown := [area for area in area_ids if area not in known]:
            raise NotFound("area.unknown", area_ids=unknown)
        rows = sorted(self._rows["accounts"], key=lambda row: str(row["account_no"]))
        found = [row for row in rows if row["account_no"] > after and _concerned(row, area_ids, account_no, everybody)]
        members = tuple(self._member(row["account_no"]) for row in found[:most])
        if standing:
            members = tuple(replace(one, **self._standing_of(one.account_no)) for one in members)
        return AudiencePage(members, members[-1].account_no if len(found) > most else "")

    def _member(self, account_no: str) -> AudienceMember:
        account = self._account(account_no)
        people = tuple(who for who, bound in self._city.bindings.items() if account_no in bound)
        wishes = tuple(
            AudienceWish(notice, channel, on)
            for (number, notice, channel), (on, _) in sorted(self._notice_rows.items())
            if number == account_no
        )
        place = (account.area_id, account.estate, account.building, account.contact_phone)
        row = next(row for row in self._rows["accounts"] if row["account_no"] == account_no)
        held = (str(row["contact_email"]), str(row["customer_id"]), holder_mark(account.name, account.contact_phone))
        return AudienceMember(account_no, *place, tuple(self._rules.kinds(account.tags)), people, wishes, *held)


def _concerned(row: dict[str, object], area_ids: Sequence[str], account_no: str, everybody: bool) -> bool:
    in_area = row["area_id"] in area_ids and row["status"] == "active"
    return in_area or ((everybody or row["account_no"] == account_no) and row["status"] != "closed")
