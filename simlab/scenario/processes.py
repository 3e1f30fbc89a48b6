"""Processes: how the replicas of a service run on this machine, and how one sees that they do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from simlab.core import Seconds, Settings, Text, require, require_positive

PORTS = 65535


@dataclass(frozen=True, kw_only=True)
class ReadyCheck(Settings):
    """How one sees that a process is there: it answers a GET with a status from 200 to 399.

    Args:
        path: What is asked for; also where a health check asks only whether a replica is there.
        every: From one question to the next, while it boots.
        within: An answer that takes longer is none.
        boot: A process that has not answered well for so long since its start is killed.
    """

    path: Text = "/healthz"
    every: Seconds = 0.1
    within: Seconds = 1.0
    boot: Seconds = 30.0

    def __post_init__(self) -> None:
        require(
            re.fullmatch(r"/[!-~]*", self.path) is not None,
            f"path must begin with a slash and hold no spaces, got {self.path!r}",
        )
        require_positive(every=self.every, within=self.within, boot=self.boot)


@dataclass(frozen=True, kw_only=True)
class ProcessSettings(Settings):
    """The processes that are the replicas of a service.

    Args:
        command: Program and arguments; no shell. ``{port}`` is the port that it is to listen on,
            ``{replica}`` its number, ``{python}`` the Python that simlab runs on.
        ports: ``FIRST-LAST``, those that replicas may listen on; None: any that is free.
        env: Variables beside those of simlab's own environment.
        ready: How one sees that a process is there.
    """

    command: tuple[Text, ...]
    ports: Text | None = None
    env: Mapping[Text, Text] = field(default_factory=dict)
    ready: ReadyCheck = field(default_factory=ReadyCheck)

    def __post_init__(self) -> None:
        require(len(self.command) > 0, "command must name a program")
        if self.ports is not None:
            found = re.fullmatch(r"([0-9]{1,5})-([0-9]{1,5})", self.ports)
            require(
                found is not None and 0 < int(found[1]) <= int(found[2]) <= PORTS,
                f"ports must be FIRST-LAST, such as 19100-19199, got {self.ports!r}",
            )
        for name in self.env:
            require(
                "=" not in name and "\0" not in name,
                f"env: {name!r} cannot be the name of a variable",
            )

    @property
    def port_range(self) -> tuple[int, int] | None:
        """Return the first and the last port; None: any."""
        if self.ports is None:
            return None
        first, _, last = self.ports.partition("-")
        return int(first), int(last)
