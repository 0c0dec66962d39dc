"""Keeps the libraries' chatter off what a tool prints: warnings only, and those to the error stream."""

from __future__ import annotations

import logging
import os
import sys
import warnings

import structlog

# Read by TensorFlow, SQLAlchemy and Rasa when they are imported, also by the processes a tool starts.
QUIET_ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "RASA_TELEMETRY_ENABLED": "false",
}


def keep_logs_off() -> None:
    """Filters both kinds of log; Rasa otherwise prints every parsed text, which also costs a third of the parse."""
    for name, value in QUIET_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    logging.basicConfig(level=logging.WARNING)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    _after_they_chose()


def _after_they_chose() -> None:
    """Two libraries choose what is shown when they are imported, so they are imported first."""
    import jieba
    import sanic.app  # noqa: F401

    jieba.setLogLevel(logging.WARNING)
    warnings.simplefilter("ignore")
