"""Printing: a terminal is given weight and kept to its width; a file, and NO_COLOR, are not."""

import io
import re
import sys

import pytest

from simlab.cli import printing
from tests.report.made import compared

FOUND = compared(
    ["a", "b"], measures=["cost", "bad_share"],
    verdicts={("cost", "a b"): "better", ("bad_share", "a b"): "not distinguishable"},
)  # fmt: skip
DIM, BOLD = "\x1b[2m", "\x1b[1m"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_file_has_no_width_and_a_terminal_has(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printing.width() is None
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "72")
    assert printing.width() == 72


def test_what_is_sure_stands_out_from_what_is_not() -> None:
    lines = printing.answer(FOUND).splitlines()
    sure, unsure = FOUND.verdicts()
    assert [line for line in lines if sure in line] == [sure]
    assert [line for line in lines if unsure in line] == [f"{DIM}{unsure}\x1b[0m"]
    assert [line for line in lines if line.startswith(BOLD)] == [f"{BOLD}best in cost: a\x1b[0m"]
    plain = re.sub(r"\x1b\[\d*m", "", "\n".join(lines))
    from simlab.report import comparison_text

    assert plain == comparison_text(FOUND)


def test_notes_are_told_unless_it_is_to_be_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    printing.note("engine: reference", quiet=False)
    printing.note("never", quiet=True)
    assert capsys.readouterr() == ("", "engine: reference\n")
