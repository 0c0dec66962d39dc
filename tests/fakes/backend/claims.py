"""The fake company, part claims: what customers do; nobody of the staff sits in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from backend.errors import NotFound
from backend.models import ApplianceClaim, ApplianceItem, ClaimFiling, ClaimPage
from backend.models import ClaimTable as ShownTable
from backend.wire import claims as read
from conversation.identity import ChannelUser
from runtime.clock import SHANGHAI, Clock
from tests.fakes.backend.city import read_once
from tests.fakes.backend.kept import KeptAnswers
from tests.fakes.backend.outages import FakeOutages
from utility.claims import rules
from utility.claims import wire as show
from utility.claims.tables import read_claim_tables
from utility.claims.values import AssessedItem, Claim, ClaimTable, Item
from utility.errors import Clash
from utility.regions import regions_of

_OPEN = ("filed", "visit_booked", "visited")


class FakeClaims(FakeOutages):
    """The calls about claims."""

    def __init__(self, clock: Clock, *, now: datetime | None = None) -> None:
        super().__init__(clock, now=now)
        regions = regions_of(read_once()["utility"]["province_table"])
        self._appliance_table: ClaimTable = read_claim_tables().at(clock.now().date(), regions).value
        self._appliance_keys = KeptAnswers()
        self._appliance_claims: dict[str, Claim] = {}

    async def claim_table(self) -> ShownTable:
        """See base class."""
        self._called("claim_table")
        return read.table(show.table(self._appliance_table))

    async def file_claim(self, filing: ClaimFiling, user: ChannelUser, *, idempotency_key: str) -> ApplianceClaim:
        """See base class."""
        self._called("file_claim")
        return self._appliance_keys.once(idempotency_key, (filing, user), lambda: self._appliance_file(filing, user))

    async def claim(self, claim_no: str, user: ChannelUser) -> ApplianceClaim:
        """See base class."""
        self._called("claim")
        return self._appliance_shown(self._appliance_claim(claim_no, user))

    async def claims(self, user: ChannelUser, *, cursor: str = "") -> ClaimPage:
        """See base class."""
        self._called("claims")
        mine = [claim for claim in self._appliance_claims.values() if claim.account_no in self._bound_nos(user)]
        newest = sorted(mine, key=lambda claim: (claim.filed_at, claim.claim_no), reverse=True)
        return ClaimPage(tuple(self._appliance_shown(claim) for claim in newest), None)

    async def add_claim_items(
        self, claim_no: str, items: Sequence[ApplianceItem], user: ChannelUser, *, idempotency_key: str
    ) -> ApplianceClaim:
        """See base class."""
        self._called("add_claim_items")
        asked = (claim_no, tuple(items), user)
        return self._appliance_keys.once(idempotency_key, asked, lambda: self._appliance_add(claim_no, items, user))

    async def answer_claim(
        self,
        claim_no: str,
        answer: str,
        user: ChannelUser,
        *,
        pay_by: str = "credit",
        note: str = "",
        idempotency_key: str,
    ) -> ApplianceClaim:
        """See base class."""
        self._called("answer_claim")
        asked = (claim_no, answer, pay_by, user)
        return self._appliance_keys.once(idempotency_key, asked, lambda: self._appliance_answer(claim_no, answer, user))

    def _appliance_file(self, filing: ClaimFiling, user: ChannelUser) -> ApplianceClaim:
        account, now = self._access(filing.account_no, user), self._clock.now()
        rules.check_filing(account.residential, filing.happened_at, self._city.policy.claim, now)
        items = [_item(item) for item in filing.items]
        rules.check_items(items, 0, _day(filing.happened_at), self._appliance_table)
        event = self._appliance_event_at(account.area_id, filing.happened_at)
        for claim in self._appliance_claims.values():
            same = (claim.outage_no or _day(claim.happened_at)) == (event or _day(filing.happened_at))
            if claim.active and claim.account_no == account.account_no and same:
                raise Clash("claim.already_filed", "", order_no=claim.claim_no)
        key = "C", now.date()
        self._city.numbers[key] = self._city.numbers.get(key, 0) + 1
        nothing = dict.fromkeys(("visited_at", "offered", "pay_by", "paid", "paid_at"))
        claim = Claim(
            claim_no=f"C{now:%y%m%d}{self._city.numbers[key]:05d}",
            account_no=account.account_no,
            status="filed",
            active=True,
            filed_at=now,
            happened_at=filing.happened_at,
            text=filing.text,
            contact_phone=filing.contact_phone or account.contact_phone,
            outage_no=event,
            visit_by=now + self._city.policy.claim.visit,
            **dict.fromkeys(("findings", "cause", "refusal", "payment_ref"), ""),
            **nothing,  # type: ignore[arg-type]
            items=tuple(AssessedItem(number, item) for number, item in enumerate(items, 1)),
        )
        return self._appliance_keep(claim)

    def _appliance_add(self, claim_no: str, items: Sequence[ApplianceItem], user: ChannelUser) -> ApplianceClaim:
        claim = self._appliance_in_state(self._appliance_claim(claim_no, user), *_OPEN)
        more = [_item(item) for item in items]
        rules.check_items(more, len(claim.items), _day(claim.happened_at), self._appliance_table)
        numbered = tuple(AssessedItem(n, item) for n, item in enumerate(more, len(claim.items) + 1))
        return self._appliance_keep(replace(claim, items=claim.items + numbered))

    def _appliance_answer(self, claim_no: str, answer: str, user: ChannelUser) -> ApplianceClaim:
        claim = self._appliance_claim(claim_no, user)
        if answer != "withdraw":
            self._appliance_in_state(claim, "offered")
        self._appliance_in_state(claim, *_OPEN, "waiting_customer", "assessed", "offered", "in_dispute")
        return self._appliance_keep(replace(claim, status="withdrawn", active=False))

    def _appliance_event_at(self, area_id: str, happened_at: datetime) -> str | None:
        events = [o for o in self._city.faults.outages.values() if area_id in o.area_ids]
        on = [o for o in events if (o.started or o.planned_from or happened_at) <= happened_at]
        on = [o for o in on if (o.restored or happened_at) >= happened_at - self._appliance_table.after_restore]
        return max(on, key=lambda o: o.started or o.planned_from or happened_at).outage_no if on else None

    def _appliance_in_state(self, claim: Claim, *wanted: str) -> Claim:
        if claim.status not in wanted:
            raise Clash("claim.state", "", state=claim.status, allowed=list(wanted))
        return claim

    def _appliance_claim(self, claim_no: str, user: ChannelUser) -> Claim:
        claim = self._appliance_claims.get(claim_no)
        if claim is None or claim.account_no not in self._bound_nos(user):
            raise NotFound("claim.unknown")
        return claim

    def _appliance_keep(self, claim: Claim) -> ApplianceClaim:
        self._appliance_claims[claim.claim_no] = claim
        return self._appliance_shown(claim)

    def _appliance_shown(self, claim: Claim) -> ApplianceClaim:
        return read.claim(show.claim(claim, self._appliance_table))


def _item(item: ApplianceItem) -> Item:
    return Item(item.category, item.name, item.bought_on, item.price, item.receipt)


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
