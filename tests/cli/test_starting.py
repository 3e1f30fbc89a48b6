"""`simlab new`: what it writes runs, and nothing is overwritten."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said, everything

Say = Callable[..., Said]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_it_writes_is_well_commented_and_runs(simlab_says: Say) -> None:
    said = simlab_says("new", "deep/mine")
    assert said.code == 0
    assert sorted(said.out.splitlines()[:2]) == sorted(everything())
    assert said.out.splitlines()[2] == "next: simlab compare deep/mine/shop-first-comparison.yaml"
    assert simlab_says("check", "--strict", *everything()).code == 0
    assert Path("deep/mine/shop.yaml").read_text().count("  # ") >= 8
    short = ("--set", "duration=90s", "--replications", 2, "--no-plot", "--quiet")
    assert simlab_says("compare", "deep/mine/shop-first-comparison.yaml", *short).code == 0


@pytest.mark.parametrize("name", ["shop.yaml", "shop-first-comparison.yaml"])
def test_nothing_is_overwritten(simlab_says: Say, name: str) -> None:
    Path("mine").mkdir()
    Path("mine", name).write_text("precious")
    said = simlab_says("new", "mine")
    assert (said.code, said.out) == (2, "")
    assert f"mine/{name}: is there already" in said.err
    assert everything() == {f"mine/{name}": b"precious"}


def test_a_file_is_no_directory(simlab_says: Say) -> None:
    Path("mine").write_text("precious")
    said = simlab_says("new", "mine")
    assert (said.code, said.out) == (2, "")
    assert said.err == "simlab: mine: cannot be a directory: File exists\n"


def test_both_are_written_or_none(simlab_says: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name != "shop.yaml":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    said = simlab_says("new", "mine")
    assert (said.code, said.out) == (2, "")
    assert "shop-first-comparison.yaml: cannot be written: No space left" in said.err
    assert everything() == {}
