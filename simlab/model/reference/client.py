"""A link's client side: what holds for all its callers, and what one of them knows.

A link's state is one for each caller: a `Client`. What one client knows of its callee are its own
counts, response times and what the platform has told it; never the replica's true line.

Longer than most: `__init__` of a client lists what one knows, a line for each.
"""

from collections import deque
from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING

from simlab.core import Gate, Outcome, Picker, Purpose, Ratio, Retry, Sampler, Seconds
from simlab.faults import LinkRule
from simlab.model.agenda import Agenda, Due
from simlab.model.plan import Operation
from simlab.model.reference.link_bends import LinkBends
from simlab.model.reference.requests import Attempt
from simlab.model.reference.rules import CallRules
from simlab.model.settings.link import Limits, LinkSettings
from simlab.telemetry import Counters

if TYPE_CHECKING:
    from simlab.model.reference.replica import Replica


class Split:
    """A share of a link's attempts that goes to another service than its callee.

    Args:
        to: The other service's name.
        endpoints, replicas: Its own list and dictionary, as of a link into it.
        operations: Its operations by name.
    """

    def __init__(
        self,
        to: str,
        endpoints: list[int],
        replicas: "dict[int, Replica]",
        operations: Mapping[str, Operation],
    ) -> None:
        self.to, self.endpoints, self.replicas = to, endpoints, replicas
        self.operations = operations
        self.share: Ratio = 0.0


class Edge:
    """A link as it runs: its settings, its clients, its counts."""

    def __init__(self, agenda: Agenda, name: str, settings: LinkSettings) -> None:
        self.agenda, self.name, self.settings = agenda, name, settings
        self.caller, _, self.callee = name.partition("->")
        self.rules = CallRules(settings)
        self.special = {name: CallRules(one) for name, one in settings.operations.items()}
        self.latency: Sampler | None = settings.latency.sampler() if settings.latency else None
        self.loss = settings.loss
        self.bends = LinkBends()
        self.muted = self.bent = False  # Whether any rule holds, its own or a caller's.
        self.counters = Counters()  # Of attempts.
        self.calls_started = 0
        self.calls_ended = [0] * len(Outcome)
        self.refusals = 0  # By its own breakers and limits: no attempts.
        self.clients: dict[str, Client] = {}
        self.endpoints: list[int] = []  # The callee's, as the platform has told: one list for all.
        self.replicas: dict[int, Replica] = {}  # The callee's, by number: its own dictionary.
        self.splits: list[Split] = []  # In order of their first switch.

    def connect(self, name: str) -> "Client":
        """Return a new client of this link, which knows the endpoints that are known."""
        client = self.clients[name] = Client(self, name)
        return client

    def disconnect(self, client: "Client") -> None:
        """Forget a client whose caller is gone."""
        client.gone = True
        self.clients.pop(client.name, None)

    def divert(self, split: Split, share: Ratio) -> None:
        """Send this share of attempts by `split` from now on; 0 sends none."""
        split.share = share
        if split not in self.splits:
            self.splits.append(split)
            for client in self.clients.values():
                client.meet(split)

    def split_of(self, attempt: Attempt) -> Split | None:
        """Draw where `attempt` goes: by its own luck, whatever the shares were before."""
        luck = attempt.site.stream(Purpose.VERSION).uniform(attempt.request.number)
        below = 0.0
        for split in self.splits:
            below = below + split.share
            if luck < below:
                return split
        return None

    def breakers_open(self) -> int:
        """Return how many clients have a breaker that is not closed."""
        return sum(1 for client in self.clients.values() if client.breaker_state)

    def bend(self, rule: LinkRule, place: int) -> None:
        """Put a fault's rule on; `place` is where that fault's chance starts from."""
        self.bends.push(rule, place)
        self.bent = True

    def unbend(self, rule: LinkRule) -> None:
        """Take `rule` off, and no other."""
        self.bends.pop(rule)
        self.bent = self.muted or self.bends.any

    def mute(self, muted: bool) -> None:
        """Have it known whether any of the callers is a replica that cannot be reached."""
        self.muted = muted
        self.bent = muted or self.bends.any


class Client:
    """One caller's state on one link."""

    def __init__(self, edge: Edge, name: str) -> None:
        settings = edge.settings
        self.edge, self.name = edge, name
        limits = settings.limits or Limits()
        self.picker: Picker = settings.balancer.build(cap=limits.per_endpoint)
        self.others: dict[str, Picker] = {}  # By the service that attempts go to instead.
        for endpoint in edge.endpoints:
            self.picker.add(endpoint, edge.agenda.now)
        self.known = len(edge.endpoints)
        for split in edge.splits:
            self.meet(split)
        self.breaker: Gate | None = settings.breaker.build() if settings.breaker else None
        self.breaker_state = 0
        self.retry: Retry | None = settings.retry.build() if settings.retry else None
        self.retries: dict[str, Retry | None] = {
            name: one.retry.build() if one.retry else None
            for name, one in settings.operations.items()
            if one.retry != settings.retry
        }
        self.in_flight = 0
        self.limited = settings.limits is not None
        self.most, self.rate, self.patience = limits.in_flight, limits.rate, limits.wait
        self.tokens = inf if limits.rate is None else max(1.0, limits.rate)
        self.filled_at = 0.0  # The bucket starts full, so this says nothing yet.
        self.waiting: deque[Attempt] = deque()
        self.waking: Due | None = None
        self.gone = False

    def meet(self, split: Split) -> None:
        """Know the endpoints of where attempts may go instead, with a balancer of their own."""
        edge = self.edge
        limits = edge.settings.limits or Limits()
        picker: Picker = edge.settings.balancer.build(cap=limits.per_endpoint)
        for endpoint in split.endpoints:
            picker.add(endpoint, edge.agenda.now)
        self.others[split.to] = picker

    @property
    def pickers(self) -> tuple[Picker, ...]:
        """Return the balancers of all services that attempts may go to."""
        return (self.picker, *self.others.values())

    def picker_of(self, attempt: Attempt) -> Picker:
        """Return the balancer of where `attempt` goes."""
        return self.picker if attempt.split is None else self.others[attempt.split.to]

    def known_to(self, attempt: Attempt) -> int:
        """Return how many endpoints are known where `attempt` goes."""
        return self.known if attempt.split is None else len(attempt.split.endpoints)

    def retry_of(self, operation: str) -> Retry | None:
        """Return what decides on retries of `operation`."""
        return self.retries.get(operation, self.retry) if self.retries else self.retry

    def has_token(self, now: Seconds) -> bool:
        """Fill the rate limit's bucket; say whether it holds a token."""
        if self.rate is None:
            return True
        most = max(1.0, self.rate)
        self.tokens = min(most, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        return self.tokens >= 1.0
