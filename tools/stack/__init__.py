"""GridTalk as running processes on one machine, for `make run`, the dialogue runner, the e2e tests and the bench alike.

It refuses to be used in production: there an operator runs the five processes with their own PostgreSQL and Redis.
"""

from tools.stack.mode import ActionMode
from tools.stack.plan import PROCESSES, Plan, Ports
from tools.stack.stack import Stack

__all__ = ["PROCESSES", "ActionMode", "Plan", "Ports", "Stack"]
