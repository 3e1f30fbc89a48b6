"""Systems: how the services of a scenario run for real: commands, ports, probes; read from a file.

What they are to do, who calls whom and how, what decides: that is the scenario's. A system says
only what a scenario cannot know. It is found right together with its scenario.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from simlab.core import (
    Bytes,
    Count,
    File,
    FileError,
    Name,
    Seconds,
    Settings,
    Text,
    require,
    require_positive,
)
from simlab.scenario.compose import compose, read
from simlab.scenario.documents import SYSTEM, LinkSelector
from simlab.scenario.heading import body_of
from simlab.scenario.hints import Record
from simlab.scenario.marks import BAD
from simlab.scenario.nodes import Scalar, Table
from simlab.scenario.problems import Problems, listed, nearest
from simlab.scenario.scenario import Scenario, load
from simlab.scenario.structure import Structure

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


@dataclass(frozen=True, kw_only=True)
class Sizes(Settings):
    """How large messages may be; what is larger is refused.

    Args:
        header: The start line and headers of a message.
        body: Its body.
    """

    header: Bytes = 16384.0
    body: Bytes = 1048576.0

    def __post_init__(self) -> None:
        require(self.header >= 256, f"header must be at least 256 B, got {self.header:g} B")
        require(self.body >= 0, f"body must not be negative, got {self.body:g} B")


@dataclass(frozen=True, kw_only=True)
class SystemFile(Settings):
    """A scenario's services as processes on this machine.

    Args:
        schema: Comes first.
        name: What it is called; the file's name unless said.
        about: What it is, in a sentence.
        scenario: The file of the scenario whose services, links, load and strategies these are.
        host: The address that doors and replicas listen on; loopback unless said.
        doors: By link, the port on which the balancer listens for its callers; any free one unless
            said.
        sizes: How large messages may be.
        processes: By service; each of the scenario's has one.
    """

    schema: Literal["simlab/system/v1"]
    name: Name | None = None
    about: Text | None = None
    scenario: File
    host: Text = "127.0.0.1"
    doors: Mapping[LinkSelector, Count] = field(default_factory=dict)
    sizes: Sizes = field(default_factory=Sizes)
    processes: Mapping[Name, ProcessSettings]

    def __post_init__(self) -> None:
        try:
            ip_address(self.host)
        except ValueError:
            raise ValueError(f"host must be an IP address, got {self.host!r}") from None
        for link, port in self.doors.items():
            require(0 < port <= PORTS, f"doors: {link} must be a port, got {port}")


@dataclass(frozen=True, slots=True)
class System:
    """A system and its scenario, found right.

    Args:
        name: What it is called.
        path: Its file as it was given.
        settings: What the file says.
        scenario: The scenario that it names.
    """

    name: str
    path: str
    settings: SystemFile
    scenario: Scenario


def load_system(path: str | Path, sets: "list[tuple[str, str]] | None" = None) -> System:
    """Return the system in the file at `path`, with the scenario that it names.

    Args:
        path: The file.
        sets: Values of the scenario, by path.

    Raises:
        FileError: What is wrong with either; all of it.
    """
    text, source = read(path)
    table = compose(text, source)
    problems = Problems()
    body = body_of(table, SYSTEM, problems)
    found = Structure(problems).value(body, Record(SystemFile))
    scenario = _scenario(body, Path(path), sets or [], problems)
    if scenario is not None:
        _check(body, scenario, problems)
    problems.check()
    assert found is not BAD and scenario is not None, "what is bad is a problem"  # noqa: PT018
    return System(found.name or Path(path).stem, str(path), found, scenario)


def _scenario(
    body: Table, path: Path, sets: list[tuple[str, str]], problems: Problems
) -> Scenario | None:
    word = body.get("scenario")
    if not isinstance(word, Scalar):
        return None
    try:
        return load(path.parent / word.text, sets=sets)
    except FileError as error:
        problems.tell(error)
        return None


def _check(body: Table, scenario: Scenario, problems: Problems) -> None:
    """Note processes of no service, services without processes, doors of no link."""
    world = scenario.resolve()
    processes, doors = body.table("processes"), body.table("doors")
    for name, entry in processes.entries.items():
        if name not in world.services:
            hint = nearest(name, world.services)
            message = f"{scenario.name} has no service {name!r}{hint}"
            problems.add(entry.key, f"processes.{name}", message)
    missing = [name for name in world.services if name not in processes.entries]
    if missing and "processes" in body.entries:
        message = f"is missing {listed(missing, 'and')}: each service has processes"
        problems.add(body.entries["processes"].key, "processes", message)
    for name, entry in doors.entries.items():
        if name not in world.links:
            hint = nearest(name, world.links)
            message = f"{scenario.name} has no link {name!r}; there are {listed(world.links)}{hint}"
            problems.add(entry.key, f"doors.{name}", message)


__all__ = ["ProcessSettings", "ReadyCheck", "Sizes", "System", "SystemFile", "load_system"]
