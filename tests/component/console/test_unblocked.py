"""Nothing the desk's server answers blocks its loop: lists, search, figures, exports and a talk."""

from __future__ import annotations

from handoff.desk import Desk
from tests.component.console.desk_server import Person
from tests.component.handoff.chats import Chat
from tests.plugins.loop_watch import watching

READ = (
    "me me/sessions queue conversations?scope=all canned suggestions/figures promises pings colleagues"
    " knowledge-drafts calls offers agents wall search?q=电费 searches figures follow-ups hours panel/choices notices"
    " notice-calls unmask/reasons"
)


async def test_the_rooms_of_the_desk_are_read_without_blocking_the_loop(
    supervisor: Person, agent: Person, chat: Chat, desk: Desk
) -> None:
    await chat.write("上个月电费多少")
    await desk.take_over(chat.id, agent.identity)
    codes: dict[str, int] = {}

    with watching() as watch:
        for path in READ.split():
            codes[path] = (await supervisor.get(f"/api/{path}")).status
        await agent.post(f"/api/conversations/{chat.id}/messages", {"client_id": "client-0001", "text": "我在"})
        for path in ("search/export", "figures/export"):
            codes[path] = (await supervisor.post(f"/api/{path}", {"q": "电费", "days": 7})).status

    watch.check()
    assert {path: code for path, code in codes.items() if code >= 500} == {}
    assert sum(code == 200 for code in codes.values()) > len(codes) / 2
