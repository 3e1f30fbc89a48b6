"""Progress: a bar on a terminal, a line now and then where it is asked for, else nothing."""

import io
import sys
from typing import Any

import pytest

from simlab.cli.progress import Bar, Lines, progress
from simlab.study.progress import Silence


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def told(total: int, done_before: int, gaps: list[float]) -> list[str]:
    """Return the lines of a round whose runs end after these gaps."""
    clock, lines = Clock(), list[str]()
    one = Lines(clock, lines.append)
    one.start(total, done_before)
    for gap in gaps:
        clock.now += gap
        one.advance()
    one.finish()
    return lines


def test_a_line_every_tenth_of_the_runs() -> None:
    lines = told(40, 0, [1.0] * 40)
    assert [int(line.split()[0]) for line in lines] == list(range(4, 41, 4))
    assert lines[0] == "4 of 40 runs, 1.0 runs/s, about 36 s left"
    assert lines[-1] == "40 of 40 runs, 1.0 runs/s"


def test_a_line_every_thirty_seconds_where_runs_are_slow() -> None:
    lines = told(1000, 0, [12.0] * 8)
    assert [int(line.split()[0]) for line in lines] == [3, 6]
    assert lines[1] == "6 of 1000 runs, 5.0 runs/min, about 3.3 h left"


def test_what_was_there_before_counts_as_done_but_not_as_speed() -> None:
    lines = told(20, 10, [2.0] * 10)
    assert lines[0] == "12 of 20 runs, 30.0 runs/min, about 16 s left"
    assert len(lines) == 5


def test_no_speed_is_told_while_no_time_has_passed() -> None:
    assert told(2, 0, [0.0]) == ["1 of 2 runs"]


def test_rounds_follow_one_another() -> None:
    lines: list[str] = []
    one = Lines(Clock(), lines.append)
    for total in (2, 1):
        one.start(total, 0)
        for _ in range(total):
            one.advance()
        one.finish()
    assert lines == ["1 of 2 runs", "2 of 2 runs", "1 of 1 runs"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_where_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(progress(quiet=False, lines=False), Silence)
    assert isinstance(progress(quiet=False, lines=True), Lines)
    assert isinstance(progress(quiet=True, lines=True), Silence)
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert isinstance(progress(quiet=False, lines=False), Bar)
    assert isinstance(progress(quiet=True, lines=False), Silence)


@pytest.mark.parametrize("no_color", ["", "1"], ids=["in color", "NO_COLOR"])
def test_a_bar_counts_on_stderr(monkeypatch: pytest.MonkeyPatch, no_color: str) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", no_color)
    bar: Any = Bar()
    bar.start(4, 1)
    for _ in range(3):
        bar.advance()
    bar._bar.refresh()
    bar.finish()
    bar.finish()  # It may end twice.
    assert "4/4" in terminal.getvalue()
    assert "left" in terminal.getvalue()
    assert ("\x1b[3" in terminal.getvalue()) == (no_color == "")
