"""The smallest desk that can stand behind the seam: a list in memory and JSON webhooks of its own; a second adapter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handoff.outside.errors import OutsideDown, OutsideRefused
from handoff.outside.port import Case, EventKind, OutsideEvent, OutsideLine, Voice
from handoff.outside.signature import sign, verify

_SECRET = "paper-secret"
Webhook = tuple[dict[str, str], bytes]


@dataclass
class PaperDesk:
    """See OtherDesk; and what its agents do."""

    name: str = "paper"
    down: bool = False
    refusing: bool = False
    swallow: int = 0
    cases: dict[int, str] = field(default_factory=dict)
    lines: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    async def open(self, case: Case) -> str:
        """See OtherDesk."""
        self._check()
        ref = self.cases.setdefault(case.escalation_id, f"p{case.escalation_id}")
        self.lines.setdefault(ref, {})
        self.states[ref] = "open"
        self._lose()
        return ref

    async def tell(self, case_ref: str, line: OutsideLine) -> None:
        """See OtherDesk."""
        self._check()
        kind = "incoming" if line.voice is Voice.CUSTOMER else "note"
        self.lines[case_ref].setdefault(line.key, (kind, line.text))
        self._lose()

    async def end(self, case_ref: str) -> None:
        """See OtherDesk."""
        self._check()
        self.states[case_ref] = "resolved"

    def read(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Sequence[OutsideEvent]:
        """See OtherDesk."""
        verify(_SECRET, signature=headers.get("signature", ""), moment=headers.get("moment", ""), body=body, at=at)
        return (OutsideEvent.from_json(json.loads(body)),)

    def told(self, case_ref: str) -> list[tuple[str, str]]:
        """What stands in a case."""
        return list(self.lines[case_ref].values())

    def status(self, case_ref: str) -> str:
        """Whether it is open or resolved."""
        return self.states[case_ref]

    def agent_writes(
        self, case_ref: str, text: str, at: datetime, *, agent: int = 12, private: bool = False
    ) -> Webhook:
        """An agent writes; returns the webhook."""
        self._count += 1
        key = f"own{self._count}"
        self.lines[case_ref][key] = ("note" if private else "outgoing", text)
        kind = EventKind.NOTED if private else EventKind.SAID
        return self._webhook(kind, case_ref, at, agent_id=str(agent), agent_name=f"Agent {agent}", text=text)

    def agent_takes(self, case_ref: str, at: datetime, *, agent: int = 12) -> Webhook:
        """An agent takes a case."""
        return self._webhook(EventKind.TAKEN, case_ref, at, agent_id=str(agent), agent_name=f"Agent {agent}")

    def agent_resolves(self, case_ref: str, at: datetime) -> Webhook:
        """A case is resolved."""
        self.states[case_ref] = "resolved"
        return self._webhook(EventKind.RESOLVED, case_ref, at)

    def echoes(self, at: datetime) -> list[Webhook]:
        """It tells nothing of what was written by the seam."""
        return []

    def signed(self, told: Mapping[str, Any], at: datetime, *, secret: str = _SECRET) -> Webhook:
        """Signs a body."""
        body, moment = json.dumps(told).encode(), str(int(at.timestamp()))
        return {"moment": moment, "signature": sign(secret, moment, body)}, body

    def _webhook(self, kind: EventKind, case_ref: str, at: datetime, **more: str) -> Webhook:
        self._count += 1
        return self.signed(OutsideEvent(f"e{self._count}", kind, case_ref, **more).to_json(), at)

    def _check(self) -> None:
        if self.down:
            raise OutsideDown("It is down.")
        if self.refusing:
            raise OutsideRefused("It refuses.")

    def _lose(self) -> None:
        """The deed is done and its answer lost."""
        if self.swallow:
            self.swallow -= 1
            raise OutsideDown("The answer was lost.")
