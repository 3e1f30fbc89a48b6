"""Restarts: those that were asked for, one at a time; and CrashLoopBackOff.

A restart drains for at most RESTART_GRACE, then starts anew; the next follows when it is ready.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simlab.core import Seconds
from simlab.model.reference.replica import Replica, State
from simlab.model.reference.service import Service

if TYPE_CHECKING:
    from simlab.model.life import Lives

RESTART_GRACE: Seconds = 10.0
FIRST_BACKOFF: Seconds = 10.0
LONGEST_BACKOFF: Seconds = 300.0


class Restarts:
    """A queue of restarts for each service."""

    def __init__(self, lives: "Lives") -> None:
        self._lives = lives
        self._queues: dict[str, list[int]] = {}
        self._told: dict[str, list[tuple[Callable[..., None], tuple[Any, ...]]]] = {}

    def ask(
        self, service: Service, numbers: tuple[int, ...], done: Callable[..., None], *words: Any
    ) -> None:
        """Restart these replicas (all, if none is named), one at a time; then `done(*words)`."""
        known = [replica.number for replica in service.replicas]
        queue = self._queues.setdefault(service.name, [])
        queue.extend(n for n in (numbers or known) if n in known and n not in queue)
        self._told.setdefault(service.name, []).append((done, words))
        self.next(service)

    def under_way(self, service: Service) -> bool:
        """Return whether restarts of `service` are still under way."""
        busy = (State.STARTING, State.CRASHED)
        return bool(self._queues.get(service.name)) or any(
            one.restarting or (one.state in busy and one.may_restart) or _arrives(one)
            for one in service.replicas
        )

    def next(self, service: Service) -> None:
        """Restart the next one, unless one is on its way; if none is left, say so."""
        queue = self._queues.get(service.name)
        while queue and not any(
            one.restarting
            or (_arrives(one) and one.number != queue[0])
            or one.state == State.STARTING
            for one in service.replicas
        ):
            replica = service.by_number.get(queue.pop(0))
            if replica is None or replica.state in (State.DRAINING, State.GONE):
                continue
            if replica.state == State.CRASHED:
                self._lives.start_again(service, replica)
            else:
                replica.restarting = True
                self._lives.drain(service, replica, min(service.grace, RESTART_GRACE))
                self._lives.told(service)
        if not self.under_way(service):
            for done, words in self._told.pop(service.name, ()):
                done(*words)


def _arrives(replica: Replica) -> bool:
    """Return whether it runs and has not once passed its readiness probe since it started."""
    return replica.state == State.READY and replica.unproven


def backoff(crashes: int) -> Seconds:
    """Return how long the platform waits before the restart after this many crashes in a row.

    Reference: Kubernetes documentation, "Pod Lifecycle", CrashLoopBackOff.

    >>> [backoff(n) for n in (1, 2, 3, 6, 7)]
    [0.0, 10.0, 20.0, 160.0, 300.0]
    """
    if crashes <= 1:
        return 0.0
    wait = FIRST_BACKOFF
    for _ in range(crashes - 2):
        wait = wait * 2.0
    return min(wait, LONGEST_BACKOFF)
