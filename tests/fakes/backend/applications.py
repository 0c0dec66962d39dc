"""The fake company, part applications: its own memory, the reference company's types, checks, machine and clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from backend.errors import NotFound
from backend.models import Application, ApplicationCheck, ApplicationGuide, ApplicationPage, ApplicationStart
from backend.wire import applications as read
from conversation.identity import ChannelUser
from runtime.clock import Clock
from tests.fakes.backend.application_books import application_rows, refusals
from tests.fakes.backend.city import read_once
from tests.fakes.backend.payments import FakePayments
from utility.actors import customer, system
from utility.applications import choosing, rules, uploads
from utility.applications import wire as show
from utility.applications.applying import Checked
from utility.applications.catalogue import read_books
from utility.applications.checks import find
from utility.applications.situation import Situation, Supply
from utility.applications.values import Application as Kept
from utility.applications.values import BusinessType, Document, Facts, Start
from utility.counter.shown import Json
from utility.errors import Clash, InvalidRequest
from utility.orders import clock as order_clock
from utility.orders import rules as order_rules
from utility.orders.opening import new_order
from utility.orders.values import NO_LIMIT, Change, Draft
from utility.seed.file import fixed_now


class FakeApplications(FakePayments):
    """The calls about applications."""

    def __init__(self, clock: Clock, *, now: datetime | None = None) -> None:
        super().__init__(clock, now=now)
        tables = application_rows(now or fixed_now(read_once()))
        self._books, self._applications = tables.books, dict(tables.kept)
        self._answers: dict[tuple[str, str], tuple[object, Application]] = {}
        today = (now or fixed_now(read_once())).date()
        made = read_books()
        self._version = made.catalogue.at(today, self._books.regions)
        self._types = self._version.value
        self._figures = made.figures.at(today, self._books.regions).value
        self._raw = {row["account_no"]: row for row in read_once()["accounts"]}

    async def application_types(
        self,
        user: ChannelUser,
        *,
        business_type: str = "",
        account_no: str = "",
        customer_class: str = "",
        voltage_level: str = "",
    ) -> list[ApplicationGuide]:
        """See base class."""
        self._called("application_types")
        start = Start(business_type, account_no, customer_class, voltage_level)
        facts = self._facts(start, user) if account_no or voltage_level else {}
        named = [kind for kind in self._types.types if business_type in ("", kind.business_type)]
        if not named:
            raise NotFound("application_type.unknown")
        fits = [kind for kind in named if not facts or rules.holds(kind.applies, facts)]
        return [read.guide(self._guide(kind, facts)) for kind in fits]

    async def check_application(self, start: ApplicationStart, user: ChannelUser) -> ApplicationCheck:
        """See base class."""
        self._called("check_application")
        with refusals():
            return read.checked(show.checked(self._check(Start(**start.__dict__), user)))

    async def start_application(
        self, start: ApplicationStart, user: ChannelUser, *, idempotency_key: str
    ) -> Application:
        """See base class."""
        self._called("start_application")
        wanted = Start(**start.__dict__)
        return self._once("start", idempotency_key, (user, start), lambda: self._started(wanted, user))

    async def upload_document(
        self, application_no: str, code: str, content: bytes, user: ChannelUser, *, file_name: str, idempotency_key: str
    ) -> Application:
        """See base class."""
        self._called("upload_document")

        def work() -> Kept:
            kept = self._theirs(application_no, user)
            if len(content) > self._figures.upload_bytes:
                raise uploads.TooLarge("document.too_large", "", most=self._figures.upload_bytes)
            media_type, now = uploads.media_type_of(content), self._clock.now()
            self._check_open(kept)
            if code not in [paper.code for paper in self._kind(kept).papers]:
                raise InvalidRequest("document.code", "code", "")
            name, digest = uploads.masked_name(file_name), uploads.digest_of(content)
            handed = Document(len(kept.documents) + 1, code, name, media_type, len(content), digest, "upload", now)
            asked = tuple(one for one in kept.asked if one.code != code)
            return replace(kept, documents=(*kept.documents, handed), asked=asked)

        return self._once(f"upload {application_no} {code}", idempotency_key, (user, content), work)

    async def submit_application(self, application_no: str, user: ChannelUser, *, idempotency_key: str) -> Application:
        """See base class."""
        self._called("submit_application")

        def work() -> Kept:
            kept = self._theirs(application_no, user)
            self._check_open(kept)
            if kept.order.side_state == rules.RETURNED:
                choosing.check_lacking(self._kind(kept), kept, kept.order.state)
                resumed = order_rules.resume(self._books.rules, self._books.calendar, kept.order, self._clock.now())
                return self._changed(kept, resumed, "resumed")
            if kept.order.state != rules.DRAFT:
                raise Clash("application.submitted", "")
            choosing.check_lacking(self._kind(kept), kept, rules.SUBMITTED)
            choosing.refuse(find(self._kind(kept).checks, self._types.checks, self._situation(kept)))
            who, now = customer(user.channel.value, user.user_id), self._clock.now()
            books = self._books
            order = order_rules.advance(books.rules, books.calendar, kept.order, rules.SUBMITTED, who, now)
            return replace(self._changed(kept, order, "advanced"), submitted=now)

        return self._once(f"submit {application_no}", idempotency_key, user, work)

    async def withdraw_application(
        self, application_no: str, user: ChannelUser, *, note: str = "", idempotency_key: str
    ) -> Application:
        """See base class."""
        self._called("withdraw_application")

        def work() -> Kept:
            kept = self._theirs(application_no, user)
            self._check_open(kept)
            who, books = customer(user.channel.value, user.user_id), self._books
            ended = order_rules.suspend(
                books.rules, books.calendar, kept.order, rules.CANCELLED, who, self._clock.now()
            )
            return self._changed(kept, ended, "ended")

        return self._once(f"withdraw {application_no}", idempotency_key, (user, note), work)

    async def applications(self, user: ChannelUser, *, cursor: str = "") -> ApplicationPage:
        """See base class."""
        self._called("applications")
        bound = self._bound_nos(user)
        mine = [one for one in self._applications.values() if self._is_theirs(one, user, bound)]
        mine.sort(key=lambda one: (one.order.filed_at, one.application_no), reverse=True)
        return ApplicationPage(tuple(self._shown(one) for one in mine))

    async def application(self, application_no: str, user: ChannelUser) -> Application:
        """See base class."""
        self._called("application")
        return self._shown(self._theirs(application_no, user))

    def _once(self, route: str, key: str, what: object, work: Callable[[], Kept]) -> Application:
        with refusals():
            if (route, key) in self._answers:
                before, answer = self._answers[route, key]
                if before != what:
                    raise Clash("idempotency.mismatch", "")
                return answer
            kept = work()
        self._applications[kept.application_no] = kept
        answer = self._shown(kept)
        self._answers[route, key] = what, answer
        return answer

    def _started(self, wanted: Start, user: ChannelUser) -> Kept:
        checked, now = self._check(wanted, user), self._clock.now()
        if checked.unanswered:
            raise InvalidRequest("field.missing", f"facts.{checked.unanswered[0]}", "")
        choosing.refuse(checked.findings)
        kind, facts = checked.fit.kind, checked.fit.facts
        account_no, subject = wanted.account_no or None, f"{kind.business_type}:{wanted.address}"
        customer_is = account_no or f"{user.channel.value}:{user.user_id}"
        for other in self._applications.values():
            theirs = other.order.account_no or f"{other.order.channel}:{other.order.channel_user}"
            if other.order.open and (theirs, other.order.subject) == (customer_is, subject):
                raise Clash("order.already_open", "", order_no=other.application_no)
        draft = Draft(
            "application", kind.owner, kind.business_type, subject, account_no, user.channel.value, user.user_id,
            wanted.contact_phone or (self._raw[account_no]["contact_phone"] if account_no else ""),
        )  # fmt: skip
        limit = self._books.limit(rules.limit_name(kind, facts) or NO_LIMIT, now)
        spec = self._books.rules.kinds["application"]
        number = self._number(now)
        order = new_order(number, spec, draft, now, limit=limit, contact_by=None)
        order = order_clock.set_clock(self._books.rules, self._books.calendar, order, now)
        return Kept(order, kind.code, facts, wanted.address, "", "", None, persons=self._digests(wanted))

    def _number(self, now: datetime) -> str:
        key = "N", now.date()
        self._city.numbers[key] = self._city.numbers.get(key, 0) + 1
        return f"N{now:%y%m%d}{self._city.numbers[key]:05d}"

    def _check(self, start: Start, user: ChannelUser) -> Checked:
        choosing.check_subject(self._types, start)
        fit = choosing.fitted(self._types, start, self._facts(start, user))
        other = self._in_progress(start.account_no, "")
        situation = self._look(start.account_no, fit.facts, start.address, other, start)
        findings = find(fit.kind.checks, self._types.checks, situation)
        left = rules.unanswered(fit.kind, fit.facts, start.persons)
        return Checked(fit, findings, left, rules.missing(fit.kind, fit.facts, ()))

    def _facts(self, start: Start, user: ChannelUser) -> dict[str, str]:
        if not start.account_no:
            return choosing.level_facts(self._types, start.customer_class, start.voltage_level)
        self._access(start.account_no, user)
        row = self._raw[start.account_no]
        return choosing.level_facts(self._types, row["class"], row["voltage"])

    def _situation(self, kept: Kept) -> Situation:
        account_no = kept.order.account_no or ""
        other = self._in_progress(account_no, kept.application_no)
        return replace(self._look(account_no, kept.facts, kept.place, other), persons=kept.persons)

    def _look(self, account_no: str, facts: Facts, place: str, other: str, start: Start | None = None) -> Situation:
        money = self._standing(self._city.accounts[account_no]) if account_no else None
        persons = start.persons if start else ()
        seen = Situation(
            self._clock.now().date(), self._books.calendar, self._figures, facts,
            supply=self._supply(account_no) if account_no else None, other_order=other,
            live_meter=any(row["address"]["text"] == place and row["status"] != "closed" for row in self._raw.values()),
            persons=self._digests(start) if start else (),
            strange=sum(1 for number in persons if not uploads.is_id_number(number)),
        )  # fmt: skip
        if money is None:
            return seen
        payable = money.payable - min(money.balance, Decimal(0))
        return replace(seen, overdue=money.overdue, damages=money.damages, payable=payable)

    def _supply(self, account_no: str) -> Supply:
        row = self._raw[account_no]
        same = {name: row[name] for name in ("account_no", "name", "status", "plan", "phase")}
        since = row.get("extra", {}).get("tou_since")
        tou_since = datetime.fromisoformat(since).date() if since else None
        kw = Decimal(str(row["capacity_kw"]))
        return Supply(**same, area_id=row["transformer_area"], capacity_kw=kw, tou_since=tou_since)

    def _in_progress(self, account_no: str, except_for: str) -> str:
        found = [
            one.application_no
            for one in self._applications.values()
            if one.order.open and one.order.state != rules.DRAFT
            and account_no and one.order.account_no == account_no and one.application_no != except_for
        ]  # fmt: skip
        return found[0] if found else ""

    def _digests(self, start: Start) -> tuple[str, ...]:
        return tuple(uploads.person_digest(b"the fake's own", number) for number in start.persons)

    def _guide(self, kind: BusinessType, facts: Facts) -> Json:
        name, limit = rules.limit_name(kind, facts), None
        if name:
            version = self._books.standards.at(name, self._clock.now().date(), self._books.regions)
            limit = show.limit(name, int(version.value.value), version.since.isoformat(), version.source)
        return show.business_type(kind, facts, limit, self._version)

    def _kind(self, kept: Kept) -> BusinessType:
        return self._types.of(kept.type_code)

    def _changed(self, kept: Kept, order: Any, what: str) -> Kept:
        line = Change(len(kept.steps) + 1, self._clock.now(), str(system("fake")), what, "", order.status, "")
        return replace(kept, order=order, steps=(*kept.steps, line))

    def _check_open(self, kept: Kept) -> None:
        if kept.over:
            raise Clash("application.over", "", state=kept.order.status)

    def _is_theirs(self, kept: Kept, user: ChannelUser, bound: list[str]) -> bool:
        same = (kept.order.channel, kept.order.channel_user) == (user.channel.value, user.user_id)
        return same or kept.order.account_no in bound

    def _theirs(self, application_no: str, user: ChannelUser) -> Kept:
        kept = self._applications.get(application_no)
        if kept is None or not self._is_theirs(kept, user, self._bound_nos(user)):
            raise NotFound("application.unknown")
        return kept

    def _shown(self, kept: Kept) -> Application:
        progress = rules.progress(self._types, self._books.calendar, kept, self._clock.now())
        return read.application(show.application(kept, progress, None))
