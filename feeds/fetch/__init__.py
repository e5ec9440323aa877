"""Sends one Request at a time: the only room that opens a socket. ``Fetcher`` is its door.

``fetcher`` sends within the bounds; ``hops`` decides redirects; ``transport`` dials, guarded; ``hosts``
keeps few requests at a host; ``budgets`` keeps publishers' quotas; ``authorize`` puts keys in and takes them out again;
``room`` bounds what comes in at once; ``coding`` inflates within a limit; ``failures`` says in words what went wrong;
``local`` reads this machine's files.
"""

from feeds.fetch.bounds import Bounds
from feeds.fetch.budgets import BudgetGate
from feeds.fetch.fetcher import USER_AGENT, Fetcher
from feeds.fetch.hosts import HostGate
from feeds.fetch.room import Room
from feeds.fetch.transport import Dialler, Incoming, Transport

__all__ = ["USER_AGENT", "Bounds", "BudgetGate", "Dialler", "Fetcher", "HostGate", "Incoming", "Room", "Transport"]
