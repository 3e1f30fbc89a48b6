"""Small systems of real processes on loopback."""

from pathlib import Path

from simlab.scenario import System, load_system

WORLD = """\
schema: simlab/scenario/v1
name: tiny
duration: 20s
slo: {within: 1s, objective: 99%}
services:
  web: {replicas: 1, slots: 2, linger: 0s, grace: 5s, tags: [edge], operations: {get: [{wait: 20ms}]}}
links: {users->web: {timeout: 10s, balancer: {kind: least_request}}}
load: {users: {to: web.get, shape: {kind: constant, rate: 20/s}, arrivals: even}}
telemetry: {scrape: 200ms, window: 1s}
strategies:
  none: {}
  up: {loops: {scale: {kind: script, steps: [{at: 400ms, scale: {web: 2}}]}}}
"""
SYSTEM = """\
schema: simlab/system/v1
name: tiny
scenario: world.yaml
processes:
  web:
    command: ["{python}", -m, simlab.live.app, --port, "{port}", --work, 20ms, --slots, 2]
    ready: {every: 20ms}
"""
COMMAND = """["{python}", -m, simlab.live.app, --port, "{port}", --work, 20ms, --slots, 2]"""


def written(where: Path, world: str = WORLD, system: str = SYSTEM) -> Path:
    """Return the path of a system file in `where`, beside its world."""
    (where / "world.yaml").write_text(world)
    path = where / "system.yaml"
    path.write_text(system)
    return path


def system_in(where: Path, world: str = WORLD, system: str = SYSTEM) -> System:
    return load_system(written(where, world, system))


def lives(pid: int) -> bool:
    """Say whether a process is there, and no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def children_of(pid: int) -> list[int]:
    """Return the processes that `pid` has started and that live."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if int(parent) == pid and lives(int(entry.name)):
                found.append(int(entry.name))
    return found
