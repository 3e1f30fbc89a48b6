"""What travels: requests, calls, attempts, and the frames in which steps run.

Request   one unit of load
Call      one execution of a `call` step, or of a request: attempts, one outcome
Attempt   one message to one replica, and what that replica does about it
Frame     a list of steps in progress: an operation's, a group's, a branch's, an else's
"""

from typing import TYPE_CHECKING, Any

from simlab.core import Outcome, Seconds, Site
from simlab.model.agenda import Due
from simlab.model.plan import Operation, Step

if TYPE_CHECKING:
    from simlab.model.reference.client import Client, Split
    from simlab.model.reference.replica import Replica
    from simlab.model.reference.rules import CallRules

# An attempt's stages, as its callee sees them.
WAITS, TRAVELS, OUTSIDE, QUEUES, RUNS, ENDED = range(6)

# What a frame is.
WHOLE, BODY, BRANCH, OTHERWISE = range(4)


class Request:
    """One unit of load: its number is part of every address in it."""

    __slots__ = ("carries", "number", "source", "spans", "started")

    def __init__(
        self, source: str, number: int, started: Seconds, carries: dict[str, float] | None
    ) -> None:
        self.source, self.number, self.started, self.carries = source, number, started, carries
        self.spans = -1  # How many spans there are so far; -1: not sampled.


class Call:
    """One call. `frame` is the caller's; None where the caller is a source."""

    __slots__ = (
        "attempt",
        "client",
        "ended",
        "frame",
        "operation",
        "request",
        "rules",
        "site",
        "started",
        "tries",
        "waited",
    )

    def __init__(
        self,
        frame: "Frame | None",
        client: "Client",
        operation: Operation,
        rules: "CallRules",
        site: Site,
        request: Request,
        started: Seconds,
    ) -> None:
        self.frame, self.client, self.operation, self.rules = frame, client, operation, rules
        self.site, self.request, self.started = site, request, started
        self.tries, self.waited, self.ended = 0, 0.0, False
        self.attempt: Attempt | None = None


class Attempt:
    """One attempt: the caller's half and the callee's half."""

    __slots__ = (
        "arrived",
        "back",
        "call",
        "dead",
        "degraded",
        "fails",
        "kids",
        "listening",
        "lost_back",
        "out",
        "outcome",
        "replica",
        "request",
        "site",
        "span",
        "split",
        "stage",
        "started",
        "ticket",
        "timer",
        "unheard",
    )

    replica: "Replica"
    outcome: Outcome

    def __init__(self, call: Call, site: Site, started: Seconds, ticket: int) -> None:
        self.call, self.site, self.started, self.ticket = call, site, started, ticket
        self.request = call.request
        self.stage, self.listening, self.dead = WAITS, True, False
        self.timer: Due | None = None
        self.out = self.back = self.arrived = 0.0
        self.lost_back = self.degraded = self.fails = False
        self.kids: list[Call] | None = None
        self.unheard = 0  # Branches that go on though nobody waits for them.
        self.span = -1
        self.split: Split | None = None  # Where it goes instead of to the link's callee.

    @property
    def operation(self) -> Operation:
        """Return what is asked for: of the call, or its namesake where the attempt goes instead."""
        meant = self.call.operation
        return meant if self.split is None else self.split.operations[meant.name]


class Frame:
    """Steps in progress. `up` is the frame whose current step this one is part of."""

    __slots__ = (
        "at",
        "attempt",
        "heard",
        "kind",
        "pending",
        "round",
        "site",
        "steps",
        "times",
        "up",
    )

    def __init__(
        self, attempt: Attempt, steps: tuple[Step, ...], site: Site, kind: int, up: "Frame | None"
    ) -> None:
        self.attempt, self.steps, self.site, self.kind, self.up = attempt, steps, site, kind, up
        self.at = self.round = 0
        self.times = 1
        self.pending: list[Frame] | None = None  # Branches that are still out.
        self.heard = True


class Piece:
    """A piece of work on, or waiting for, a core."""

    __slots__ = ("due", "frame", "left", "since", "work")

    def __init__(self, frame: Frame, work: Seconds) -> None:
        self.frame, self.work, self.left, self.since = frame, work, work, 0.0
        self.due: Any = None
