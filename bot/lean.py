"""Imports Rasa without what a serving worker does not use: TensorFlow above all, which is most of its memory and start.

Rasa imports TensorFlow for two callbacks and a data generator of its neural components, and spaCy asks for it only to
know that it is there. `import_rasa` puts deferred modules in their places while Rasa is imported, then takes them away:
whoever really uses one of them (a stock component that the configuration names, `rasa train`) gets the real thing at
that moment. Nothing of Rasa is changed (docs/decisions/0016-tensorflow-is-asked-for-when-it-is-used.md).
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.abc import Loader
from types import MappingProxyType, ModuleType
from typing import Any

# What Rasa imports at its top and a serving worker never calls, and why it is dear.
DEFERRED = (
    "rasa.utils.tensorflow.callback",  # TensorFlow: 390 MB and 3 s
    "rasa.utils.tensorflow.data_generator",  # TensorFlow
    "rasa.utils.tensorflow.model_data",  # scikit-learn's splits of training data, and with them scipy.stats
    "rasa.core.test",  # matplotlib, and everything `rasa test` needs
    "rasa.core.jobs",  # the scheduler of reminders, and with it the packaging tools of Python
    "rasa.cli.utils",  # questionary and prompt_toolkit: the prompts of the command line
    "boto3.dynamodb.conditions",  # the tracker store of another database
    "pymongo.collection",  # and of a third
)

# spaCy's thinc looks whether they are there: it must see that they are not.
_ABSENT = ("tensorflow", "torch", "mxnet", "cupy", "h5py")

# Packages whose own lines import far more than is used of them, with what is: fifteen doors of other messengers and
# their SDKs; spaCy's pipelines, its command line and its templates of projects, where we match words.
_BARE: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "rasa.core.channels": {
            "rasa.core.channels.channel": ("UserMessage", "InputChannel", "OutputChannel", "CollectingOutputChannel")
        },
        "spacy": {},
    }
)

# What holds references to the deferred modules once it is imported.
_WANTED = (
    "rasa.core.agent",
    "rasa.core.policies.rule_policy",
    "rasa.nlu.extractors.extractor",
    "spacy.vocab",
    "spacy.tokens",
    "spacy.matcher.phrasematcher",
)


class Deferred:
    """A name of a module not imported yet: the real one is fetched when it is called, read or inherited from."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name

    def _real(self) -> Any:
        return getattr(importlib.import_module(self._module), self._name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the real thing."""
        return self._real()(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        """Reads from the real thing."""
        return getattr(self._real(), name)

    def __instancecheck__(self, instance: Any) -> bool:
        """Asks the real class."""
        return isinstance(instance, self._real())

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        """Whoever inherits from it inherits from the real class."""
        return (self._real(),)


class DeferredModule(ModuleType):
    """Stands in for a module: any name of it is `Deferred`."""

    def __getattr__(self, name: str) -> Any:
        """Returns a deferred name; what Python itself asks for is not there."""
        if name.startswith("__"):
            raise AttributeError(name)
        return Deferred(self.__name__, name)


def import_rasa() -> bool:
    """Imports what a serving worker uses of Rasa, once; returns False when Rasa was imported before, as it comes."""
    if "rasa.core.agent" in sys.modules:
        return False
    with _absent(), _deferred():
        for name in _BARE:
            _import_bare(name)
        for name in _WANTED:
            importlib.import_module(name)
    return True


@contextmanager
def _absent() -> Iterator[None]:
    """Makes some modules fail to import meanwhile, as if they were not installed."""
    names = [name for name in _ABSENT if name not in sys.modules]
    sys.modules.update(dict.fromkeys(names))  # type: ignore[arg-type]  # None is how Python marks an absent module
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]


@contextmanager
def _deferred() -> Iterator[None]:
    """Puts deferred modules in the places of the dear ones; afterwards an import finds the real ones again."""
    placed = {name: DeferredModule(name) for name in DEFERRED if name not in sys.modules}
    sys.modules.update(placed)
    try:
        yield
    finally:
        for name, module in placed.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
                _leave_with_the_parent(name, module)


def _leave_with_the_parent(name: str, module: ModuleType) -> None:
    """Lets `parent.leaf` find the deferred module where a later import has not put the real one."""
    parent, _, leaf = name.rpartition(".")
    if parent in sys.modules and not hasattr(sys.modules[parent], leaf):
        setattr(sys.modules[parent], leaf, module)


def _import_bare(name: str) -> None:
    """Makes a package that finds its modules and has not run its own lines; the few names used of it are given.

    Whoever asks it for anything else (a stock component does) gets the whole package at that moment.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError(f"{name} is no package", name=name)
    package = importlib.util.module_from_spec(spec)
    parent, _, leaf = name.rpartition(".")
    sys.modules[name] = package
    if parent:
        setattr(sys.modules[parent], leaf, package)
    package.__getattr__ = _Filling(package, spec.loader)  # type: ignore[method-assign]  # Python asks a module's own
    for module, names in _BARE[name].items():
        base = importlib.import_module(module)
        for wanted in names:
            setattr(package, wanted, getattr(base, wanted))


class _Filling:
    """Finds what a bare package has not: a module of it, or else anything, by running the package's own lines."""

    def __init__(self, package: ModuleType, loader: Loader) -> None:
        self._package, self._loader = package, loader

    def __call__(self, name: str) -> Any:
        """Returns what the package has by that name. Raises AttributeError."""
        if name.startswith("__"):
            raise AttributeError(name)
        if importlib.util.find_spec(f"{self._package.__name__}.{name}"):
            return importlib.import_module(f"{self._package.__name__}.{name}")
        if vars(self._package).pop("__getattr__", None):
            self._loader.exec_module(self._package)
        return getattr(self._package, name)
