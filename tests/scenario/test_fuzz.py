"""Whatever a file holds: it is a scenario, or a `FileError` says why not, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simlab.core import FileError
from simlab.scenario import check, load, load_experiment, load_strategy, parse, warnings

SHOP = Path(__file__).with_name("shop.yaml").read_text(encoding="utf-8")
LINES = SHOP.splitlines()

# What people, and other programs, put where something else belongs.
ODD = st.sampled_from(
    [
        *["", "~", "null", "none", "{}", "[]", "true", "nan", ".inf", "-.inf", "0", "-1", "1e999"],
        *["1e300", "-1e300", "1e-300", "1e308s", "9" * 400, "010", "0x1F", "1_000", "2020-01-01"],
        *["90m", "5%", "1000%", "all", "all->all", "->", "web", "web.browse", "a.b.c", "unlimited"],
        *["{dist: gamma, mean: 1e300, cv: 1e-300}", "{dist: lognormal, mean: 1e-300, p99: 1e300}"],
        *["{dist: pareto, alpha: 1e-9, mean: 1}", "{kind: hpa}", "{kind: x}", "{kind: [a]}"],
        *["[[1, 2], 3]", "[1, [2, [3]]]", "!!str x", "&a {b: *a}", "*x", "? [a]\n: b", '"\\ud800"'],
        *["\t", "%YAML 1.1", "--- x", "@", "`", "|", ">", "'", '"', "{", "[", "}", "<<: {a: b}"],
        *["{call: web.browse}", "[{call: web.checkout}]", "{<<: [{a: 1}, 2]}", "\x07", "\u2028"],
        *[
            "é",
            "\U0001d4b3",
            "x" * 3000,
            "[" * 70 + "]" * 70,
            "{a: " * 70 + "}" * 70,
            "file: /dev/zero",
            "[[none, none]]",
        ],
    ]
)


def holds(text: str) -> None:
    """Check the promise for `text`."""
    try:
        warnings(parse(text))
    except FileError as error:
        told = error.problems
    else:
        return
    assert told
    "".join(map(str, told)).encode()


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_a_changed_word_is_understood_or_refused(data: st.DataObject) -> None:
    words = data.draw(st.sampled_from(["20ms", "hpa", "web", "gamma", "10/s", "0.05%", "lines"]))
    count = SHOP.count(words)
    at = data.draw(st.integers(0, count - 1))
    parts = SHOP.split(words)
    new = data.draw(ODD | st.text(max_size=8))
    holds(words.join(parts[: at + 1]) + new + words.join(parts[at + 1 :]))


@settings(deadline=None, max_examples=100)
@given(st.integers(0, len(LINES) - 1), st.integers(0, 40), ODD | st.text(max_size=8))
def test_a_broken_line_is_understood_or_refused(line: int, column: int, new: str) -> None:
    broken = LINES[line][:column] + new + LINES[line][column + 1 :]
    holds("\n".join([*LINES[:line], broken, *LINES[line + 1 :]]))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, len(LINES) - 1), max_size=30))
def test_lines_in_any_order_are_understood_or_refused(order: list[int]) -> None:
    holds("\n".join(LINES[line] for line in order))


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=200))
@example("")
@example("[" * 100_000)
@example("{a: " * 100_000)
@example("- " * 100_000)
@example("a: &a [" + "x, " * 10 + "]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(9)))
def test_any_text_is_understood_or_refused(text: str) -> None:
    holds(text)


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example(b"\x00")
def test_any_bytes_are_a_file_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.yaml"
    path.write_bytes(content)
    for read in (load, load_strategy, load_experiment):
        with pytest.raises(FileError, match=r"any.yaml"):
            read(path)
    errors, _ = check(path)
    assert errors


PATHS = st.sampled_from(
    [
        *[
            "services.web.replicas",
            "services.web.operations.browse[0].cpu.mean",
            "load.shoppers.to",
        ],
        *["links.web->cart.retry", "links.web->cart", "strategies.hpa.loops.web", "duration", ""],
        *["defaults.service", "faults.cart-dies", "services", "load.shoppers.shape[0]", "carries"],
        *["services.web.boot.mean", "warmup", "strategies", "links", "a..b", "[", "services[0]"],
        *["services.web.operations.checkout.steps[1].times", "load.shoppers.arrivals.cv"],
    ]
)


@settings(deadline=None, max_examples=100)
@given(PATHS | st.text(max_size=20), ODD | st.text(max_size=20))
def test_any_value_at_any_path_is_understood_or_refused(path: str, value: str) -> None:
    try:
        parse(SHOP, sets=[(path, value)])
    except FileError as error:
        str(error).encode()
