"""CSV files of numbers: what is read, and what is refused, with the line of it."""

import gzip
from pathlib import Path

import pytest

from simlab.core import FileError
from simlab.load.table import MOST, read_table


def written(folder: Path, content: bytes, name: str = "x.csv") -> str:
    file = folder / name
    file.write_bytes(content)
    return str(file)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"t,n\n0,1\n2,3.5\n", id="as usual"),
        pytest.param(b"t,n\r\n0,1\r\n2,3.5", id="with the lines of Windows"),
        pytest.param(b"\n t , n \n\n 0 , 1\n , \n2,35e-1\n\n", id="with blanks"),
        pytest.param(b'\xef\xbb\xbft,n\n"0",1\n2,"3.5"\n', id="with a mark and quotes"),
    ],
)
def test_numbers_are_read(tmp_path: Path, content: bytes) -> None:
    for name, raw in [("x.csv", content), ("x.csv.gz", gzip.compress(content))]:
        table = read_table(written(tmp_path, raw, name))
        assert (table.names, table.rows) == (["t", "n"], [[0.0, 1.0], [2.0, 3.5]])


def test_lines_are_counted_as_editors_do(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, b"\nt\n1\n\n\n2\n"))
    assert (table.first, table.lines) == (2, [3, 6])


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        pytest.param(b"", "x.csv", "x.csv: the file is empty", id="nothing"),
        pytest.param(b"\n \n", "x.csv", "x.csv: the file is empty", id="blank lines"),
        pytest.param(
            b"0,1\n2,3\n", "x.csv", "x.csv:1: the first row must be a header", id="no header"
        ),
        pytest.param(b"\nt,n\n", "x.csv", "x.csv:2: rows of numbers must follow", id="no rows"),
        pytest.param(
            b"t,n\n\xff,1\n", "x.csv", "x.csv: the file must be text in UTF-8", id="no text"
        ),
        pytest.param(
            b't,n\n0,1\n"0,1\n', "x.csv", "x.csv:3: the line must be CSV", id="open quote"
        ),
        pytest.param(b"t,n\n0,1\n", "x.csv.gz", "must be a whole gzip file", id="no gzip file"),
        pytest.param(
            gzip.compress(b"t,n\n0,1\n")[:-9], "x.csv.gz", "must be a whole gzip", id="half a file"
        ),
        pytest.param(
            gzip.compress(b"t,n\n" * 99)[:20] + b"\0" * 40, "x.csv.gz", "gzip", id="damaged"
        ),
    ],
)
def test_what_is_no_table_is_refused(
    tmp_path: Path, content: bytes, name: str, message: str
) -> None:
    with pytest.raises(FileError, match=message):
        read_table(written(tmp_path, content, name))


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="the file cannot be read: No such file"):
        read_table(str(tmp_path / "none.csv"))
    with pytest.raises(FileError, match="the file cannot be read: Is a directory"):
        read_table(str(tmp_path))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("soon,1", "t must be a number, got 'soon'"),
        ("1,", "n must be a number, got ''"),
        ("1,nan", "n must be a number, got 'nan'"),
        ("inf,1", "t must be a number, got 'inf'"),
        ("1,1_000", "n must be a number, got '1_000'"),
        ("1", "the row must have 2 columns, got 1"),
        ("1,2,3", "the row must have 2 columns, got 3"),
    ],
)
def test_a_row_that_has_not_its_numbers_is_told_with_its_line(
    tmp_path: Path, row: str, message: str
) -> None:
    path = written(tmp_path, f"t,n\n0,1\n{row}\n4,1\n".encode())
    table = read_table(path)
    with pytest.raises(FileError) as caught:
        table.refuse_if_wrong()
    assert str(caught.value) == f"{path}:3: {message}"
    assert table.rows == [[0, 1], [4, 1]]


def test_all_that_is_wrong_is_told_at_once_in_order(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, b"t,n\n0,x\n1,1\ny,2\n"))
    table.note(3, "of late")
    with pytest.raises(FileError) as caught:
        table.refuse_if_wrong()
    assert [problem.where.rpartition(":")[2] for problem in caught.value.problems] == [
        "2",
        "3",
        "4",
    ]


def test_but_not_more_than_one_can_read(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, b"t\n" + b"x\n" * 100))
    with pytest.raises(FileError) as caught:
        table.refuse_if_wrong()
    assert len(caught.value.problems) == MOST
