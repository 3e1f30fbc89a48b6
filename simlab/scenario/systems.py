"""Systems: how the services of a scenario run for real: commands, ports, probes; read from a file.

What they are to do, who calls whom and how, what decides: that is the scenario's. A system says
only what a scenario cannot know. It is found right together with its scenario.
"""

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
    Settings,
    Text,
    require,
)
from simlab.scenario.compose import compose, read
from simlab.scenario.documents import SYSTEM, LinkSelector
from simlab.scenario.heading import body_of
from simlab.scenario.hints import Record
from simlab.scenario.marks import BAD
from simlab.scenario.nodes import Scalar, Table
from simlab.scenario.problems import Problems, listed, nearest
from simlab.scenario.processes import PORTS, ProcessSettings
from simlab.scenario.scenario import Scenario, load
from simlab.scenario.structure import Structure


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


__all__ = ["ProcessSettings", "Sizes", "System", "SystemFile", "load_system"]
