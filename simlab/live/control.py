"""Control: every loop of a strategy at its own pace, in one event loop: the twin of `model.world`.

Whatever a loop sees and does goes through one journal; its rows are drained by who keeps them.
"""

import asyncio
from collections.abc import Mapping

from simlab.core import Loop, Purpose, Site, TelemetrySettings, root
from simlab.live.clock import Clock
from simlab.live.drive import Drive
from simlab.live.system import ManagedSystem
from simlab.model.journal import Inbox, Journal


class Control:
    """The loops of one live run.

    Args:
        loops: By name; one may have `telemetry` of its own, and `probes`.
        telemetry: How the others see.
        seed, replication: Address all luck, as in a simulated world.
    """

    def __init__(
        self,
        loops: Mapping[str, Loop],
        *,
        clock: Clock,
        journal: Journal,
        system: ManagedSystem,
        telemetry: TelemetrySettings,
        seed: int,
        replication: int = 0,
    ) -> None:
        self.drives: list[Drive] = []
        for name, loop in loops.items():
            own = telemetry_of(loop) or telemetry
            journal.inboxes[name] = Inbox(own.lag)
            system.look_through(name, own)
            luck = Site(root(seed, replication, f"loops.{name}")).stream(Purpose.CHANCE)
            self.drives.append(Drive(clock, journal, name, loop, system=system, luck=luck))

    async def run(self) -> None:
        """Step all loops until cancelled."""
        async with asyncio.TaskGroup() as group:
            for drive in self.drives:
                group.create_task(drive.run(), name=drive.name)


def telemetry_of(loop: Loop) -> TelemetrySettings | None:
    """Return the way of measuring that `loop`, or its settings, have of their own."""
    settings = getattr(loop, "settings", None)
    own: TelemetrySettings | None = getattr(loop, "telemetry", None)
    return own or getattr(settings, "telemetry", None)
