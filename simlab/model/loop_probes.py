"""The probes that loops ask for: sent before each step, so that all answers are in at it.

A loop, or its settings, has `probes`: see `core.probing`. What has not been answered when the step
comes has timed out, an answer of that very instant too. Replicas that drain, also to be restarted,
are not probed: of them nothing is known.
"""

from collections.abc import Mapping

from simlab.core import Loop, ProbeSeen, ProbeWish, Seconds, UserError, require_in_time
from simlab.core.probing import ALL
from simlab.model.prober import Probe, Prober
from simlab.model.reference.replica import State


class LoopProbes:
    """The probes that one loop asks for.

    Args:
        asker: Has `probes`: the loop, or its settings.
    """

    def __init__(self, prober: Prober, loop: str, asker: object) -> None:
        self._prober, self._loop, self._asker = prober, loop, asker
        self._sent: list[Probe] = []
        self._rounds = 0

    def ask_for(self, loop: Loop) -> None:
        """Have the wishes of `loop`, which was built anew; those of its settings stay."""
        if hasattr(loop, "probes"):
            self._asker = loop

    def timeouts(self, period: Seconds) -> tuple[Seconds, ...]:
        """Return how long before the next step probes are to be sent, longest first."""
        wishes: Mapping[str, ProbeWish] = getattr(self._asker, "probes", {})
        self._check(wishes, period)
        self._rounds += 1
        return tuple(sorted({wish.timeout for wish in wishes.values()}, reverse=True))

    def send(self, timeout: Seconds) -> None:
        """Probe what is to be answered within `timeout`."""
        wishes: Mapping[str, ProbeWish] = getattr(self._asker, "probes", {})
        for name, service in self._prober.services.items():
            wish = wishes.get(name) or wishes.get(ALL)
            if wish is None or wish.timeout != timeout:
                continue
            for replica in service.replicas:
                if replica.state != State.DRAINING:
                    who = f"loops.{self._loop}"
                    self._sent.append(self._prober.send(who, replica, self._rounds, wish.operation))

    def take(self) -> tuple[ProbeSeen, ...]:
        """Return all that was sent since the last step; what is not answered by now timed out."""
        sent, self._sent = self._sent, []
        for probe in sent:
            self._prober.give_up(probe)
        order = {name: at for at, name in enumerate(self._prober.services)}
        sent.sort(key=lambda one: (order[one.replica.service.name], one.replica.number, one.at))
        return tuple(probe.seen() for probe in sent)

    def _check(self, wishes: Mapping[str, ProbeWish], period: Seconds) -> None:
        """Raise UserError where the loop wishes for what cannot be probed."""
        loop, services = self._loop, self._prober.services
        for name, wish in wishes.items():
            if name != ALL and name not in services:
                raise UserError(f"loops.{loop}: there is no service {name!r} to probe")
            try:
                require_in_time(wish.timeout, period)
            except ValueError as error:
                raise UserError(f"loops.{loop}: probes: {error}") from None
            for service in services if name == ALL else (name,):
                if not self._prober.can(service, wish.operation):
                    message = f"{service} has no operation {wish.operation!r} to probe"
                    raise UserError(f"loops.{loop}: {message}")
