"""The platform's own probes of one process: the twin of `model.kubelet`, with the same workers.

readiness   while it fails the replica is no endpoint
liveness    when it fails the process is replaced, by CrashLoopBackOff
startup     the others wait for it; when it fails the process is replaced

A worker ticks every period from when its process answers at all; a tick that comes while a probe is
out is skipped.
"""

import asyncio
from collections.abc import Awaitable, Callable

from simlab.controllers.healing import (
    PROBE_KINDS,
    KubeletProbe,
    KubeletProbes,
    ProbeKind,
    ProbeWorker,
    Result,
)
from simlab.core import Seconds
from simlab.live.clock import Clock


class Kubelet:
    """Probes one process until cancelled.

    Args:
        probes: Those that its service declares.
        clock: The run's.
        ask: Asks the process, for an operation or (None) whether it is there, within seconds.
        ready: Told what readiness says, whenever it has been probed.
        replace: Told once that liveness or startup has failed, and of the grace that this gives.
    """

    def __init__(
        self,
        probes: KubeletProbes,
        *,
        clock: Clock,
        ask: Callable[[str | None, Seconds], Awaitable[bool]],
        ready: Callable[[bool], None],
        replace: Callable[[ProbeKind, Seconds | None], None],
    ) -> None:
        self._clock, self._ask, self._ready, self._replace = clock, ask, ready, replace
        self._workers = {
            kind: ProbeWorker(settings, kind)
            for kind in PROBE_KINDS
            if (settings := probes.of(kind)) is not None
        }

    async def run(self) -> None:
        """Probe until cancelled."""
        begun = self._clock.now()
        async with asyncio.TaskGroup() as group:
            for worker in self._workers.values():
                group.create_task(self._run(worker, worker.settings, begun))

    async def _run(self, worker: ProbeWorker, settings: KubeletProbe, begun: Seconds) -> None:
        ticks = 0
        while True:
            await self._clock.sleep_until(begun + settings.periodSeconds * ticks)
            now = self._clock.now()
            if worker.asks(running=True, running_for=now - begun, started=self._started):
                worker.record(await self._ask(settings.operation, float(settings.timeoutSeconds)))
                self._obey(worker, settings)
            over = int((self._clock.now() - begun) // settings.periodSeconds)
            ticks = max(ticks, over) + 1

    @property
    def _started(self) -> bool:
        startup = self._workers.get("startup")
        return startup is None or startup.result == Result.SUCCESS

    def _obey(self, worker: ProbeWorker, settings: KubeletProbe) -> None:
        """Do what the worker's result asks for."""
        if worker.kind == "readiness":
            self._ready(worker.result == Result.SUCCESS)
        elif worker.on_hold:
            grace = settings.terminationGracePeriodSeconds
            self._replace(worker.kind, None if grace is None else float(grace))
