"""The command line as people use it: words in, text and an exit code out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from simlab.cli import main

SMALL = """\
schema: simlab/scenario/v1
name: small
about: One service, small enough for a test.
duration: 20s
slo: {within: 200ms, objective: 99%}
cost: {core_hour: 1, bad_request: 0.01}
services: {web: {replicas: 2, boot: 2s, operations: {get: {dist: exponential, mean: 40ms}}}}
links: {users->web: {timeout: 1s}}
load: {users: {to: web.get, shape: {kind: constant, rate: 30/s}}}
telemetry: {scrape: 1s, window: 5s}
strategies:
  two: {}
  three: {services: {web: {replicas: 3}}}
  copy: {}
"""
EXPERIMENT = """\
schema: simlab/experiment/v1
name: asked
kind: compare
scenarios: [small.yaml]
strategies: [two, three]
replications: 2
seed: 9
measures: [bad_share]
margin: {bad_share: 0.5}
"""
STRATEGY = """\
schema: simlab/strategy/v1
name: five
services: {web: {replicas: 5}}
"""


@dataclass(frozen=True)
class Said:
    """What a command said."""

    code: int
    out: str
    err: str


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of a small scenario in the current directory, which has nothing else."""
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(SMALL)
    return Path("small.yaml")


@pytest.fixture
def experiment(scenario: Path) -> Path:
    Path("asked.yaml").write_text(EXPERIMENT)
    return Path("asked.yaml")


@pytest.fixture
def simlab_says(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Return a function that runs `simlab` with words."""

    def say(*words: object) -> Said:
        with pytest.raises(SystemExit) as exited:
            main([str(word) for word in words])
        captured = capsys.readouterr()
        return Said(int(exited.value.code or 0), captured.out, captured.err)

    return say


def everything() -> dict[str, bytes]:
    """Return the files below the current directory, with what is in them."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}
