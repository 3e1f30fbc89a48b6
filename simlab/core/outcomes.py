"""How a request, a call or an attempt can end: a closed list.

A *failure* is every outcome but ok, degraded and invalid (and cancelled, which says nothing).
"""

from enum import IntEnum


class Outcome(IntEnum):
    """The closed list, in the order of the specification; numbers are used as indices."""

    OK = 0
    DEGRADED = 1
    INVALID = 2
    ERROR = 3
    DEPENDENCY = 4
    TIMEOUT = 5
    OVERLOADED = 6
    REFUSED = 7
    CRASHED = 8
    OPEN = 9
    LIMITED = 10
    UNAVAILABLE = 11
    CANCELLED = 12


OUTCOMES = tuple(outcome.name.lower() for outcome in Outcome)
FAILURES = tuple(outcome for outcome in Outcome if Outcome.INVALID < outcome < Outcome.CANCELLED)
SILENT_TO_BREAKERS = (Outcome.OPEN, Outcome.LIMITED, Outcome.CANCELLED)
