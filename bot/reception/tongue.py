"""In which script a customer is spoken to, and everything the reception says itself in that script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.replies.script import Script, newest_script, script_of, write_reply, written
from conversation.reply import Reply
from handoff.escalations import Escalations
from handoff.phrases import Phrases
from runtime.postgres import Pool

# A place and a picture are in nobody's script: their names and the lines that stand for them are not the customer's.
# So far back a customer is looked at who has just sent digits or a yes.
_REMEMBERED = 20
_SAID = """
    select body ->> 'text' from messages where conversation_id = $1 and role = 'customer' and seq < $2
    and not body ? 'location' and coalesce(body -> 'attachment' ->> 'text', 'none') <> ''
    order by seq desc limit $3
"""


@dataclass(frozen=True)
class Tongue:
    """One script: it writes bubbles, and says what escalations say."""

    script: Script
    escalations: Escalations

    def write(self, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
        """Puts bubbles into the script."""
        return tuple(write_reply(reply, self.script) for reply in replies)


class Tongues:
    """Finds the tongue of a customer."""

    def __init__(self, pool: Pool, phrases: Phrases, escalations: Escalations) -> None:
        self._pool = pool
        self._tongues: Mapping[Script, Tongue] = {
            script: Tongue(
                script, escalations if script is Script.SIMPLIFIED else _in_script(phrases, script, escalations)
            )
            for script in Script
        }

    def among(self, text: str, written: Sequence[str]) -> Tongue:
        """The tongue of who wrote this text, and `written` before it, the newest first."""
        return self._tongues[script_of(text) or newest_script(written)]

    async def of(self, conversation_id: str, seq: int, text: str) -> Tongue:
        """The tongue of who wrote this message; digits and short answers keep the one before."""
        script = script_of(text)
        if script is None:
            rows = await self._pool.fetch(_SAID, conversation_id, seq, _REMEMBERED)
            script = newest_script(str(row[0] or "") for row in rows)
        return self._tongues[script]


def _in_script(phrases: Phrases, script: Script, escalations: Escalations) -> Escalations:
    texts = {name: written(text, script) for name, text in phrases.texts.items()}
    return Escalations(Phrases(MappingProxyType(texts)), escalations.hours)
