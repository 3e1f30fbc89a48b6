"""The actuator: what can be done to local processes; the twin of `model.actuator`.

    scale, restart, update config                  done
    switch traffic, clean up, set quota, custom    refused: nothing here can do them yet

A refusal is an outcome, is logged, and changes nothing.
"""

import asyncio
from collections.abc import Mapping

from simlab.core import Action, ActionOutcome, Restart, ScaleTo, UpdateConfig
from simlab.live.changes import Changes
from simlab.live.clock import Clock
from simlab.live.lives import Lives
from simlab.live.system import Tell
from simlab.live.waiting import stopped
from simlab.model.journal import Journal


class Actuator:
    """Performs actions at once; what takes long goes on by itself."""

    def __init__(
        self, clock: Clock, journal: Journal, services: Mapping[str, Lives], changes: Changes
    ) -> None:
        self._clock, self._journal = clock, journal
        self._services, self._changes = services, changes
        self._tasks: set[asyncio.Task[None]] = set()

    async def end(self) -> None:
        """Give up what is under way."""
        await stopped(*self._tasks)

    def act(self, action: Action, tell: Tell) -> None:
        """Begin to carry out `action`, and `tell` each outcome."""
        try:
            match action:
                case ScaleTo():
                    self._scale(action)
                    self._tell(action, tell, "done")
                case Restart():
                    self._restart(action, tell)
                case UpdateConfig():
                    self._update(action)
                    self._tell(action, tell, "done")
                case _:
                    raise ValueError("local processes cannot do that yet")  # noqa: TRY301
        except ValueError as error:
            self._tell(action, tell, "refused", str(error))
            room, who, *_ = [*action.target.split("."), ""]
            self._journal.log(self._clock.now(), "refusal", who, room=room, detail=str(error))

    def _tell(self, action: Action, tell: Tell, status: str, reason: str = "") -> None:
        tell(ActionOutcome(action=action, at=self._clock.now(), status=status, reason=reason))

    def _service(self, name: str) -> Lives:
        if name not in self._services:
            raise ValueError(f"there is no service {name!r}")
        return self._services[name]

    def _scale(self, action: ScaleTo) -> None:
        lives = self._service(action.service)
        if action.replicas < 0:
            raise ValueError(f"replicas must not be negative, got {action.replicas}")
        lives.scale(action.replicas)

    def _restart(self, action: Restart, tell: Tell) -> None:
        lives = self._service(action.service)
        for number in action.replicas:
            if lives.replica(number) is None:
                raise ValueError(f"{lives.name} has no replica {number}")
        self._tell(action, tell, "accepted")

        async def restart() -> None:
            trouble = await lives.restart(action.replicas)
            self._tell(action, tell, "failed" if trouble else "done", trouble)

        task = asyncio.create_task(restart())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _update(self, action: UpdateConfig) -> None:
        for path, value in action.values.items():
            self._changes.check(path, value)
        for path, value in action.values.items():
            before = self._changes.set(path, value)
            self._journal.config(self._clock.now(), path, before, value)
