"""The host: clocks, versions, the machine. The one place in a study that looks at them.

None of it can change a measure; it is kept beside results so that they can be traced.
"""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any

from simlab.core import Seconds

UNKNOWN = "0+unknown"  # Run from a source tree that was never installed.


def clock() -> Seconds:
    """Return seconds on a clock that only tells how long something took."""
    return perf_counter()


def today() -> str:
    """Return the date and time in UTC, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def version_of(package: str) -> str:
    """Return the installed version of `package`, or `UNKNOWN`."""
    try:
        return version(package)
    except PackageNotFoundError:
        return UNKNOWN


def versions() -> dict[str, str]:
    """Return the versions that numbers depend on."""
    packages = ("simlab", "numpy", "scipy", "simpy")
    return {"python": platform.python_version()} | {name: version_of(name) for name in packages}


def machine() -> dict[str, Any]:
    """Return what floats may depend on: system, processor, C library; and how many cores."""
    return {
        "system": platform.platform(),
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()).strip(),
        "implementation": platform.python_implementation(),
        "compiler": platform.python_compiler(),
        "byte_order": sys.byteorder,
        "cpus": os.cpu_count(),
    }


def commit(directory: Path) -> dict[str, Any] | None:
    """Return the git commit of `directory` and whether files differ from it; None without git."""
    try:
        head = _git(directory, "rev-parse", "HEAD")
        status = _git(directory, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return None
    return {"commit": head, "changed": bool(status)}


def _git(directory: Path, *words: str) -> str:
    command = ["git", "-C", str(directory), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)  # noqa: S603 (words of ours)
    return done.stdout.strip()
