"""What is mended in Rasa's engine when the bot starts; it changes no behaviour, only drops work repeated every turn.

Each mend was half of a profile or a line of it (docs/performance.md); without it a turn is slower and the same.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import rasa.core.actions.forms
import rasa.core.policies.rule_policy
import rasa.core.processor
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event

from bot.action_calls import mend_action_calls
from bot.dialogue import LocalActionEndpoint
from bot.graph import SequentialGraphRunner
from bot.prediction_mends import mend_predictions
from bot.rule_mends import mend_rules
from bot.storage import ServingStorage, load_domain
from bot.tracker_mends import mend_trackers

_EMPTY = "_gridtalk_is_empty"


def mend_engine() -> None:
    """Applies every mend; doing it twice is the same as once."""
    _check_the_schema_once()
    _look_up_event_types_once()
    _run_the_graph_in_a_row()
    _know_an_empty_domain()
    _open_the_archive_to_serve()
    mend_trackers()
    mend_rules()
    mend_predictions()
    mend_action_calls()
    _copy_nothing_for_logs()


def _check_the_schema_once() -> None:
    """Rasa checks the schema of action results against its meta-schema at every call: half of a turn's time."""
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)

    def validate(action: RemoteAction, result: Any) -> bool:
        if isinstance(action.action_endpoint, LocalActionEndpoint):
            return True  # our own executor wrote it, and Rasa's readers of events still refuse what is none
        error = best_match(validator.iter_errors(result))
        if error is not None:
            raise error
        return True

    RemoteAction._validate_action_result = validate


def _look_up_event_types_once() -> None:
    """Rasa walks the tree of event classes for each stored event it reads."""
    if not hasattr(Event.resolve_by_type, "cache_info"):
        Event.resolve_by_type = staticmethod(functools.lru_cache(maxsize=None)(Event.resolve_by_type))


def _run_the_graph_in_a_row() -> None:
    """Dask schedules a dozen nodes for every parse and every prediction; each takes less time than its scheduling."""
    rasa.core.processor.DaskGraphRunner = SequentialGraphRunner


def _open_the_archive_to_serve() -> None:
    """Rasa reads the training graph, with every neural component it names, and the domain twice."""
    rasa.core.processor.LocalModelStorage = ServingStorage
    DomainProvider.load = classmethod(load_domain)


def _know_an_empty_domain() -> None:
    """After every parse Rasa builds an empty domain only to see that the model's is not one."""
    if not hasattr(Domain.is_empty, "__wrapped__"):
        Domain.is_empty = _remembered(Domain.is_empty)


def _copy_nothing_for_logs() -> None:
    """Rasa copies events and parses deeply for lines of its log, also where those lines are not written."""
    for module in (rasa.core.processor, rasa.core.actions.forms, rasa.core.policies.rule_policy):
        module.copy = SimpleNamespace(deepcopy=lambda told, memo=None: told)


def _remembered(is_empty: Callable[[Domain], bool]) -> Callable[[Domain], bool]:
    @functools.wraps(is_empty)
    def asked(domain: Domain) -> bool:
        known = domain.__dict__.get(_EMPTY)
        if known is None:
            known = domain.__dict__[_EMPTY] = is_empty(domain)
        return bool(known)

    return asked
