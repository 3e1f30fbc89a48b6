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
duration: 30s
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


@dataclass(frozen=True)
class Said:
    """What a command said."""

    code: int
    out: str
    err: str


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


@pytest.fixture
def simlab_says(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Return a function that runs `simlab` with words."""

    def say(*words: object) -> Said:
        with pytest.raises(SystemExit) as exited:
            main([str(word) for word in words])
        captured = capsys.readouterr()
        return Said(int(exited.value.code or 0), captured.out, captured.err)

    return say
