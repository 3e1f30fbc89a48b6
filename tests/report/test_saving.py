"""Saving: a picture is whole or not there, and the same figure is the same file."""

from pathlib import Path

import pytest

from simlab import report
from simlab.core import UserError
from tests.report.made import compared

FOUND = compared(["a", "b"], measures=["cost"])


def test_a_picture_is_a_png_1200_pixels_wide_in_directories_that_are_made(tmp_path: Path) -> None:
    report.save(report.comparison(FOUND), tmp_path / "a" / "b" / "c.png")
    [path] = (tmp_path / "a" / "b").iterdir()
    data = path.read_bytes()
    assert (path.name, data[:4]) == ("c.png", b"\x89PNG")
    assert int.from_bytes(data[16:20]) == 1200
    assert b"matplotlib" not in data.lower()


def test_the_same_figure_is_the_same_file(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        report.save(report.comparison(FOUND), str(tmp_path / name))
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_where_it_cannot_be_written_it_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UserError, match=r"file/c\.png: cannot be written: "):
        report.save(report.comparison(FOUND), tmp_path / "file" / "c.png")
    (tmp_path / "taken.png").mkdir()
    with pytest.raises(UserError, match=r"taken\.png: cannot be written: Is a directory"):
        report.save(report.comparison(FOUND), tmp_path / "taken.png")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "taken.png"]


def test_notebooks_show_a_figure_by_themselves() -> None:
    figure = report.comparison(FOUND)
    assert figure._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]
