"""The fake company, part how an account stands to an offer, and where its letters go."""

from __future__ import annotations

import re

from backend.errors import Conflict
from backend.models import Standing
from conversation.identity import ChannelUser
from runtime.privacy import mask_email
from tests.fakes.backend.city import read_once
from tests.fakes.backend.subscriptions import FakeSubscriptions
from utility.standing.store import facts_of
from utility.standing.values import StandingRules, parse_standing
from utility.versions import read_versions

_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_CODES = {"充电桩报装": "charger", "光伏并网": "solar"}


class FakeStanding(FakeSubscriptions):
    """Computed from the demo city as it was read: what is filed in a test counts as far as it is an order."""

    async def standing(self, account_no: str, user: ChannelUser) -> Standing:
        """See base class."""
        self._called("standing")
        self._access(account_no, user)
        return Standing(account_no, **self._standing_of(account_no))

    async def mail_address(self, account_no: str, user: ChannelUser) -> str:
        """See base class."""
        self._called("mail_address")
        self._access(account_no, user)
        return mask_email(str(self._mail_row(account_no)["contact_email"]))

    async def change_mail_address(
        self, account_no: str, address: str, user: ChannelUser, *, idempotency_key: str
    ) -> str:
        """See base class."""
        self._called("change_mail_address")
        self._access(account_no, user)
        if address and not _ADDRESS.fullmatch(address):
            raise Conflict("mail.invalid")
        self._mail_row(account_no)["contact_email"] = address
        return mask_email(address)

    def _mail_row(self, account_no: str) -> dict[str, object]:
        return next(row for row in self._rows["accounts"] if row["account_no"] == account_no)

    def _standing_of(self, account_no: str) -> dict[str, tuple[str, ...]]:
        rules: StandingRules = read_versions("standing", parse_standing).at(self._clock.now().date(), ("cn",)).value
        account, today = self._city.accounts[account_no], self._clock.now().date()
        kinds = {row["name"]: row["kind"] for row in read_once()["regions"]}
        applied = [
            f"{_CODES[row['business_type']]}_applied"
            for row in read_once()["applications"]
            if row["account_no"] == account_no and row["business_type"] in _CODES
        ]
        facts = facts_of(account.plan, rural=kinds[account.region] in rules.rural)
        held = [
            one for one in self._rows["accounts"] if one["customer_id"] == self._mail_row(account_no)["customer_id"]
        ]
        troubles = {name for one in held for name in self._troubles_of(str(one["account_no"]), rules, today)}
        return {"facts": (*facts, *sorted(applied)), "troubles": tuple(sorted(troubles))}

    def _troubles_of(self, account_no: str, rules: StandingRules, today: object) -> list[str]:
        account = self._city.accounts[account_no]
        mine = {who for who, bound in self._city.bindings.items() if account_no in bound}
        open_kinds = {
            order.kind
            for order in self._city.work_orders.values()
            if order.open and (order.account_no == account_no or (order.channel, order.channel_user) in mine)
        }
        troubles = {
            "cut_off": account.status == "cut_off",
            "arrears": account.status == "cut_off" or self._late(account_no, today),
            "complaint": not open_kinds.isdisjoint(rules.complaints),
            "fault": "fault" in open_kinds,
            "outage": self._dark(account_no),
        }
        return [name for name, on in troubles.items() if on]

    def _late(self, account_no: str, today: object) -> bool:
        return any(bill.status == "unpaid" and bill.due < today for bill in self._city.bills.get(account_no, []))

    def _dark(self, account_no: str) -> bool:
        area = self._city.accounts[account_no].area_id
        now = self._clock.now()
        return any(
            area in outage.area_ids
            and area not in outage.restored_areas
            and outage.restored is None
            and outage.status not in ("cancelled", "merged")
            and (outage.started or outage.planned_from or now) <= now
            for outage in self._city.faults.outages.values()
        )
