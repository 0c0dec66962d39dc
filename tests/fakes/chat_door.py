"""The widget's own mock server (`widget/dev/mock-server.mjs`): the built page with a canned conversation."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bot.pages import content_policy
from runtime.embedded import free_port
from tools import build_front_ends

WIDGET = build_front_ends.PROJECT / "widget"


@dataclass(frozen=True)
class ChatDoor:
    """A running door: its address, and the way to end it while a page is open."""

    url: str
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """Ends the door, so that the page has to wait for its return."""
        self.process.terminate()
        self.process.wait(10)


@contextmanager
def running_chat_door(embedders: Sequence[str] = ("http://localhost:*",)) -> Iterator[ChatDoor]:
    """Builds the widget if its sources changed, and serves it on a free port, under the policy the bot gives it.

    Args:
        embedders: origins that may hold the chat in a frame.
    """
    [widget] = [front_end for front_end in build_front_ends.FRONT_ENDS if front_end.name == "widget"]
    build_front_ends.build(widget)
    build_front_ends.install(widget)
    node = shutil.which("node", path=f"{build_front_ends.OWN_NODE}{os.pathsep}{os.environ['PATH']}")
    assert node, "node was not found: run `sh tools/bootstrap.sh node`"
    host = f"127.0.0.1:{free_port()}"
    mock = {
        "MOCK_PORT": host.partition(":")[2],
        "MOCK_THINKING_MS": "30",
        "MOCK_POLICY": content_policy(host, embedders),
    }
    environment = {**os.environ, **mock}
    process = subprocess.Popen(
        [node, "dev/mock-server.mjs"], cwd=WIDGET, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert host in process.stdout.readline(), "the mock server did not start"
    door = ChatDoor(f"http://{host}", process)
    try:
        yield door
    finally:
        door.stop()
