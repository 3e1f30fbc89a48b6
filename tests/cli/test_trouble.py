"""Trouble: whatever is wrong is one clear error, exit code 2, found before anything is written."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import EXPERIMENT, SMALL, Said, everything

Say = Callable[..., Said]

BOTH = [
    pytest.param(("--set", "services.web.replica=4"), "did you mean 'replicas'?", id="bad path"),
    pytest.param(("--set", "services.web.replicas=many"), "'many'", id="bad value"),
    pytest.param(("--set", "services.web.replicas"), "PATH=VALUE", id="no value"),
    pytest.param(("--set", "links.users-"), "quotes around it", id="a shell took the rest"),
    pytest.param(("--measures", "costs"), "did you mean cost", id="unknown measure"),
    pytest.param(("--measures", "services.wep.restarts"), "services.web.restarts", id="no service"),
    pytest.param(("--measures", " , "), "--measures ' , ': names nothing", id="no measures"),
    pytest.param(("--fail-on", "cost"), "put quotes around it", id="a shell took the bound"),
    pytest.param(("--fail-on", "cots>1"), "did you mean cost?", id="bound of nothing"),
    pytest.param(("--fail-on", "cost>much"), "'much'", id="bound that is no number"),
    pytest.param(("--fail-on", "bad_share>5ms"), "'5ms'", id="bound of the wrong unit"),
    pytest.param(("--engine", "compiled"), "--engine compiled: not yet", id="engine to come"),
    pytest.param(("--engine", "warp"), "'warp'", id="engine that is none"),
    pytest.param(("--seed", "-1"), "-1 is not in the range", id="seed below nothing"),
    pytest.param(("--seed", str(2**63)), "seed must be from 0 to", id="seed too large"),
    pytest.param(("--out", "small.yaml"), "--out small.yaml: small.yaml is not a dir", id="file"),
    pytest.param(("--out", "taken"), "taken/small is not a directory", id="a file in the way"),
    pytest.param(("--out", "/proc/x"), "/proc", id="a place where nothing can be"),
    pytest.param(("--repplications", "3"), "No such option", id="unknown option"),
]


def complains(said: Said, complaint: str) -> None:
    assert (said.code, said.out) == (2, "")
    assert complaint in said.err
    assert "Traceback" not in said.err


@pytest.fixture
def untouched(scenario: Path) -> "list[dict[str, bytes]]":
    """Return what is there before, with a file where results would go if `taken` were asked for."""
    Path("taken").mkdir()
    Path("taken/small").write_text("mine")
    return [everything()]


@pytest.mark.parametrize(("words", "complaint"), BOTH)
@pytest.mark.parametrize("command", ["run", "compare"])
def test_wrong_words(
    simlab_says: Say, untouched: list[dict[str, bytes]], command: str, words: tuple[str, ...],
    complaint: str,
) -> None:  # fmt: skip
    complains(simlab_says(command, "small.yaml", *words), complaint)
    assert [everything()] == untouched
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param(("--strategies", "four"), "no strategy 'four'", id="unknown strategy"),
        pytest.param(("--strategies", "tow"), "did you mean 'two'", id="misspelt strategy"),
        pytest.param(("--strategies", "two,two"), "named twice", id="a strategy twice"),
        pytest.param(("--strategies", ""), "--strategies '': names nothing", id="no strategy"),
        pytest.param(("--strategies", "four.yaml"), "four.yaml: cannot be read", id="no such file"),
        pytest.param(("--margin", "cost"), "MEASURE=VALUE", id="margin without a value"),
        pytest.param(("--margin", "cost=dear"), "'dear'", id="margin that is no number"),
        pytest.param(("--margin", "cost=0"), "margin of cost must be positive", id="no margin"),
        pytest.param(("--margin", "goodput=1/s"), "not asked for", id="margin of what is not told"),
        pytest.param(("--fail-on", "services.web.restarts>0"), "--measures as well", id="untold"),
        pytest.param(("--jobs", "0"), "0 is not in the range", id="no jobs"),
        pytest.param(("--replications", "0"), "0 is not in the range", id="no replications"),
        pytest.param(("--replications", "few"), "'few'", id="replications that are no number"),
    ],
)
def test_wrong_words_of_a_comparison(
    simlab_says: Say, untouched: list[dict[str, bytes]], words: tuple[str, ...], complaint: str
) -> None:
    complains(simlab_says("compare", "small.yaml", *words), complaint)
    assert [everything()] == untouched


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param(("--strategy", "four"), "no strategy 'four'", id="unknown strategy"),
        pytest.param(("--strategy", "four.yaml"), "four.yaml: cannot be read", id="no such file"),
        pytest.param(("--replication", "-1"), "-1 is not in the range", id="before the first"),
    ],
)
def test_wrong_words_of_a_run(
    simlab_says: Say, untouched: list[dict[str, bytes]], words: tuple[str, ...], complaint: str
) -> None:
    complains(simlab_says("run", "small.yaml", *words), complaint)
    assert [everything()] == untouched


@pytest.mark.parametrize("command", ["run", "compare", "check"])
@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        pytest.param("none.yaml", None, "No such file", id="missing"),
        pytest.param("taken", None, "Is a directory", id="a directory"),
        pytest.param("empty.yaml", b"", "is empty", id="empty"),
        pytest.param("odd.yaml", b"\xff\xfe\x00", "is not UTF-8 text", id="no text"),
        pytest.param("bad.yaml", b"a: [", "bad.yaml:1:", id="no YAML"),
        pytest.param(
            "wrong.yaml", SMALL.replace("replicas: 2", "replica: 2").encode(), "wrong.yaml:7:",
            id="a wrong key, with its place",
        ),
    ],
)  # fmt: skip
def test_files_that_are_wrong(
    simlab_says: Say, untouched: list[dict[str, bytes]], command: str, name: str,
    content: bytes | None, complaint: str,
) -> None:  # fmt: skip
    if content is not None:
        Path(name).write_bytes(content)
    before = everything()
    complains(simlab_says(command, name), complaint)
    assert everything() == before


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param(("[bad_share]", "[bad_shore]"), "asked.yaml:8:12: measures[0]", id="measure"),
        pytest.param(("[bad_share]", "[sources.usrs.good]"), "measures[0]", id="of nothing"),
        pytest.param(("[two, three]", "[two, four]"), "asked.yaml:5:", id="strategy"),
        pytest.param(("[small.yaml]", "[smal.yaml]"), "no file 'smal.yaml'", id="scenario"),
    ],
)
@pytest.mark.parametrize("command", ["compare", "check"])
def test_experiments_that_are_wrong(
    simlab_says: Say, experiment: Path, command: str, change: tuple[str, str], complaint: str
) -> None:
    experiment.write_text(EXPERIMENT.replace("margin: {bad_share: 0.5}\n", "").replace(*change))
    before = everything()
    complains(simlab_says(command, experiment), complaint)
    assert everything() == before


def test_what_is_wrong_with_the_last_scenario_is_found_before_the_first_is_run(
    simlab_says: Say, experiment: Path
) -> None:
    other = SMALL.replace("name: small", "name: other").replace("web", "site")
    Path("other.yaml").write_text(other)
    experiment.write_text(EXPERIMENT.replace("[small.yaml]", "[small.yaml, other.yaml]"))
    words = ("--strategies", "two,copy", "--measures", "services.web.restarts")
    complains(simlab_says("compare", experiment, *words), "'services.web.restarts'")
    assert not Path("results").exists()


def test_a_scenario_without_strategies_has_nothing_to_compare(
    simlab_says: Say, scenario: Path
) -> None:
    scenario.write_text(SMALL.partition("strategies:")[0])
    complains(simlab_says("compare", scenario), "has no strategies to compare")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_cannot_be_written(simlab_says: Say, scenario: Path) -> None:
    Path("locked").mkdir(mode=0o500)
    complains(simlab_says("run", scenario, "--out", "locked"), "locked cannot be written to")
    complains(simlab_says("compare", scenario, "--out", "locked"), "locked cannot be written to")


@pytest.mark.parametrize("command", ["run", "compare"])
def test_a_directory_that_may_not_be_written(
    simlab_says: Say, scenario: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    Path("locked").mkdir()
    monkeypatch.setattr("os.access", lambda path, _: Path(path).name != "locked")
    complains(simlab_says(command, scenario, "--out", "locked"), "locked cannot be written to")
    assert list(Path("locked").iterdir()) == []


def test_results_that_are_somebody_elses_are_left_alone(simlab_says: Say, scenario: Path) -> None:
    Path("results/small").mkdir(parents=True)
    Path("results/small/runs.sqlite").write_bytes(b"no database" * 100)
    before = everything()
    complains(simlab_says("compare", scenario, "--no-plot"), "results/small/runs.sqlite: ")
    assert everything() == before
