"""The group of commands: what it offers, how quickly, and how it ends."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

import simlab.cli
from simlab.cli.app import COMMANDS, NOT_YET
from simlab.core import UserError
from tests.cli.conftest import Said

Say = Callable[..., Said]
SIMLAB = [sys.executable, "-m", "simlab.cli"]
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(Path(simlab.__file__).parent.parent),
    "PYTHONUNBUFFERED": "",  # Else little is written at once, and not in the end.
}


def test_help_names_every_command_and_the_exit_codes(simlab_says: Say) -> None:
    said = simlab_says("--help")
    assert said.code == 0
    now, later = said.out.split("Not yet:")
    assert all(f"\n  {name} " in now for name in COMMANDS)
    assert all(f"\n  {name} " in later for name in NOT_YET)
    assert "130 interrupted" in now


@pytest.mark.parametrize(
    "words",
    [(name,) for name in COMMANDS] + [("results", name) for name in ("list", "show", "export")],
    ids=" ".join,
)
def test_every_command_explains_itself_with_an_example(
    simlab_says: Say, words: tuple[str, ...]
) -> None:
    said = simlab_says(*words, "--help")
    assert said.code == 0
    assert f"\n  simlab {' '.join(words)}" in said.out


def test_no_words_are_a_call_for_help(simlab_says: Say) -> None:
    said = simlab_says()
    assert said.code == 2
    assert "Usage: simlab" in said.err


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; from simlab.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(*{n.split('.')[0] for n in sys.modules}, file=sys.stderr)"
    )
    command = [sys.executable, "-c", code]
    took = []
    for _ in range(3):  # The best of three: other programs run here, too.
        begun = perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=ENVIRONMENT)
        took.append(perf_counter() - begun)
    heavy = {"numpy", "pandas", "scipy", "matplotlib", "simpy", "rich", "ruamel"}
    assert not heavy & set(done.stderr.split())
    assert min(took) < 0.3


@pytest.mark.parametrize("name", NOT_YET)
def test_what_is_not_there_yet_says_so(simlab_says: Say, name: str) -> None:
    said = simlab_says(name, "anything", "--jobs", "2")
    assert (said.code, said.out) == (2, "")
    assert f"not yet: `simlab {name} anything --jobs 2`" in said.err


@pytest.mark.parametrize(
    ("word", "hint"), [("compere", "Did you mean compare?"), ("swep", "mean sweep?"), ("qqq", "")]
)
def test_an_unknown_command_is_told_the_nearest(simlab_says: Say, word: str, hint: str) -> None:
    said = simlab_says(word)
    assert (said.code, said.out) == (2, "")
    assert f"There is no command {word!r}." in said.err
    assert hint in said.err
    assert ("Did you mean" in said.err) == bool(hint)


def test_the_version_is_told(simlab_says: Say) -> None:
    said = simlab_says("--version")
    assert (said.code, said.out) == (0, f"simlab {simlab.__version__}\n")


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        pytest.param(UserError("a: b\nc: d"), 2, "simlab: a: b\nsimlab: c: d\n", id="a mistake"),
        pytest.param(KeyboardInterrupt(), 130, "simlab: stopped\n", id="stopped"),
        pytest.param(KeyboardInterrupt("stopped; 3"), 130, "simlab: stopped; 3\n", id="with words"),
    ],
)
def test_the_way_it_ends(
    simlab_says: Say,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    told: str,
) -> None:
    def raises(*_: object) -> None:
        raise error

    monkeypatch.setattr("simlab.scenario.schema", raises)
    assert simlab_says("schema", "scenario") == Said(code, "", told)


@pytest.mark.parametrize("error", [ValueError("ours"), RuntimeError("ours"), KeyError("ours")])
def test_our_own_mistakes_are_not_hidden(
    simlab_says: Say, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def raises(*_: object) -> None:
        raise error

    monkeypatch.setattr("simlab.scenario.schema", raises)
    with pytest.raises(type(error), match="ours"):
        simlab_says("schema", "scenario")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["schema", "scenario"], id="much: the pipe breaks while it is written"),
        pytest.param(["--version"], id="little: the pipe breaks at the end"),
    ],
)
def test_a_pipe_that_nobody_reads_is_no_error(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        done = subprocess.run(
            [*SIMLAB, *words], stdout=nobody, stderr=subprocess.PIPE, env=ENVIRONMENT, check=False
        )
    assert (done.returncode, done.stderr) == (0, b"")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "styled"), [("", True), ("1", False)])
def test_style_is_for_terminals_without_no_color(
    simlab_says: Say, scenario: Path, monkeypatch: pytest.MonkeyPatch, no_color: str, styled: bool
) -> None:
    simlab_says("compare", scenario, "--replications", 2, "--no-plot", "--quiet")
    show = ("results", "show", "results/small")
    assert "\x1b[" not in simlab_says(*show).out
    monkeypatch.setenv("NO_COLOR", no_color)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    simlab_says(*show)
    assert ("\x1b[" in terminal.getvalue()) == styled


def test_ctrl_c_says_what_is_kept_and_the_same_command_goes_on(scenario: Path) -> None:
    asked = ("compare", str(scenario), "--strategies", "two,three", "--replications", "100")
    words = [*SIMLAB, *asked, "--no-plot", "--progress"]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as running:
        assert running.stderr is not None
        assert running.stdout is not None
        first = running.stderr.readline()
        running.send_signal(signal.SIGINT)
        rest, out = running.stderr.read(), running.stdout.read()
    assert running.wait() == 130
    assert first.startswith("20 of 200 runs, ")
    assert out == ""
    assert rest.splitlines()[-1].endswith(
        " of 200 runs are kept in results/small; the same command goes on from there"
    )
    assert "Traceback" not in rest
