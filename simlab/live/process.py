"""A process: started on a port, looked at through /proc, ended with SIGTERM and then SIGKILL.

Each is the leader of a session and a process group of its own, so that a Ctrl-C at the terminal
reaches the driver alone, and what ends it ends what it has started. It is on the driver's leash.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from simlab.core import Bytes, Seconds, UserError
from simlab.live import leash
from simlab.live.clock import Clock
from simlab.live.waiting import LateError, within

TICKS = os.sysconf("SC_CLK_TCK")  # Of /proc/PID/stat, per second.
HAS_PROC = Path("/proc/self/stat").exists()
PAGE = os.sysconf("SC_PAGE_SIZE")


class Leash:
    """The driver's end of the leash: see `leash`."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    async def begin(self) -> None:
        """Start the process that holds the other end."""
        if not HAS_PROC:
            raise UserError("local processes need a system with /proc, such as Linux")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", leash.__file__, stdin=asyncio.subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip

    def say(self, sign: str, pid: int) -> None:
        """Put a process group on the leash (``+``), or take it off (``-``)."""
        assert self._process is not None, "the leash has begun"
        assert self._process.stdin is not None, "it is a pipe"
        with contextlib.suppress(OSError, RuntimeError):  # Its end was killed: we still are there.
            self._process.stdin.write(f"{sign}{pid}\n".encode())

    async def end(self) -> None:
        """Let go: what is still on the leash is ended."""
        if self._process is not None:
            assert self._process.stdin is not None, "it is a pipe"
            self._process.stdin.close()
            await self._process.wait()


class Process:
    """One process that runs, or has."""

    def __init__(self, process: asyncio.subprocess.Process, rope: Leash) -> None:
        self._process, self._rope = process, rope
        self._cpu, self._memory = 0.0, 0.0

    @classmethod
    async def start(
        cls, command: Sequence[str], env: Mapping[str, str], rope: Leash, log: IO[Any] | None
    ) -> "Process":
        """Start `command`; an ``OSError`` where that cannot be.

        Args:
            command: Program and arguments.
            env: Beside our own environment.
            rope: The leash that it goes on.
            log: Where it writes to; None: nowhere.
        """
        out = asyncio.subprocess.DEVNULL if log is None else log
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out,
            env={**os.environ, **env}, start_new_session=True,
        )  # fmt: skip
        rope.say("+", process.pid)
        return cls(process, rope)

    @property
    def pid(self) -> int:
        """Return its number, which is that of its process group, too."""
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Return whether it has not ended yet."""
        return self._process.returncode is None

    async def ended(self) -> int:
        """Return its exit code, once it has ended."""
        code = await self._process.wait()
        self._rope.say("-", self.pid)
        return code

    def signal(self, what: signal.Signals) -> None:
        """Send a signal to it and to what it has started."""
        if self.runs:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, what)

    async def stop(self, clock: Clock, patience: Seconds) -> None:
        """End it: SIGTERM, and after `patience` seconds SIGKILL; return when it has ended."""
        self.signal(signal.SIGTERM)
        with contextlib.suppress(LateError):
            await within(clock, clock.now() + patience, self.ended())
        self.signal(signal.SIGKILL)
        await self.ended()

    def cpu_seconds(self) -> float:
        """Return the core-seconds that it has used (it alone, not what it has started)."""
        stat = _read(self.pid, "stat")
        if stat:
            user, system = stat.rpartition(")")[2].split()[11:13]
            self._cpu = max(self._cpu, (int(user) + int(system)) / TICKS)
        return self._cpu

    def memory(self) -> Bytes:
        """Return the bytes that it has resident."""
        statm = _read(self.pid, "statm")
        if statm:
            self._memory = float(int(statm.split()[1]) * PAGE)
        return self._memory


def _read(pid: int, what: str) -> str:
    """Return a file of /proc; empty once the process is gone."""
    try:
        return Path(f"/proc/{pid}/{what}").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def free_port(host: str, ports: tuple[int, int] | None, taken: Sequence[int]) -> int:
    """Return a port that nobody listens on; an ``OSError`` where none is left.

    Args:
        host: The address to listen on.
        ports: The first and the last one; None: any.
        taken: Those that others of ours are about to listen on.
    """
    if ports is None:
        return _bound(host, 0)
    for port in range(ports[0], ports[1] + 1):
        if port not in taken:
            with contextlib.suppress(OSError):
                return _bound(host, port)
    raise OSError(f"no port from {ports[0]} to {ports[1]} is free")


def _bound(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((host, port))
        found: int = one.getsockname()[1]
        return found
