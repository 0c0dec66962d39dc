"""The trained model as the measuring tools use it: found, loaded with the bot's engine, warm; it measures nothing."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.say import ToolError

if TYPE_CHECKING:
    from rasa.core.agent import Agent

# Parsed before the clock runs, so that lazy loading is not counted; none of them stands in a held-out set.
WARM_UP = (
    "预热",
    "先说一句热热身",
    "请问这里是供电公司的小助手吗",
    "户号6200000000017九月的账单发我看看",
    "明天上午十点到十二点师傅能来吗",
    "隔壁楼有电 就我们家黑着 空开也推不上去",
    "電費單怎麼還沒到",
    "充了二百五十块还没到账 13800000000",
)


def find_model(path: Path) -> Path:
    """Returns the model that `path` names: a file, or the newest of a folder.

    Raises:
        ToolError: there is none.
    """
    if path.is_file():
        return path
    models = sorted(path.glob("*.tar.gz"), key=lambda model: model.stat().st_mtime)
    if not models:
        raise ToolError(f"{path}: there is no model here; train one first (`make train`).")
    return models[-1]


def load_agent(model: Path) -> Agent:
    """Returns Rasa's agent with the model, run by the bot's engine.

    Raises:
        ToolError: the file is no model, or not one of the present code.
    """
    from rasa.core.agent import Agent  # heavy, and not needed to read a file or to print help
    from rasa.shared.exceptions import RasaException

    from bot.engine import mend_engine
    from bot.errors import BotError

    mend_engine()
    try:
        return Agent.load(str(model))
    except (OSError, EOFError, tarfile.TarError, RasaException, BotError) as error:
        raise ToolError(f"{model}: this model cannot be loaded ({_first_line(error)}).") from error


async def warm_up(agent: Agent) -> None:
    """Parses a few sentences, so that the next ones take what they usually take."""
    for text in WARM_UP:
        await agent.parse_message(text)


def fallback_threshold(agent: Agent) -> float:
    """Returns the confidence below which the model falls back; 0 when nothing in it does."""
    if agent.processor is None:
        return 0.0
    for node in agent.processor.model_metadata.predict_schema.nodes.values():
        if node.uses.__name__.endswith(("Fallback", "FallbackClassifier")):
            config: dict[str, Any] = {**node.uses.get_default_config(), **node.config}
            return float(config.get("threshold", 0.0))
    return 0.0


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
