"""Quantities: units that people use, figures that mean something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.report.quantities import clock, figures, headed, human, interval, scale_of, short


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        pytest.param(0.0004, "s", "0.4 ms", id="short times are in milliseconds"),
        pytest.param(0.9999, "s", "999.9 ms", id="up to a second"),
        pytest.param(1.0, "s", "1 s", id="which is one"),
        pytest.param(-0.5, "s", "-500 ms", id="a difference may be less than nothing"),
        pytest.param(0.0312, "ratio", "3.12 %", id="shares are in percent"),
        pytest.param(12345.6, "1", "12,346", id="counts have no unit"),
        pytest.param(3.25, "h", "3.25 h", id="hours stay hours"),
        pytest.param(None, "s", "-", id="what is not there"),
    ],
)
def test_a_value_with_its_unit(value: float | None, unit: str, text: str) -> None:
    assert human(value, unit) == text


def test_one_unit_serves_a_whole_column() -> None:
    assert scale_of([0.2, None, 1.5], "s") == (1.0, "s")
    assert scale_of([0.2, None, 0.5], "s") == (1000.0, "ms")
    assert scale_of([None], "money") == (1.0, "money")
    assert (headed("cost", "money"), headed("good", "")) == ("cost (money)", "good")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (0.000123, "0.000123"), (float("nan"), "-"), (float("inf"), "-"),
        (999.94, "999.9"), (1234.5, "1,234"), (-54321.0, "-54,321"), (0.00001234, "1.234e-05"),
    ],
)  # fmt: skip
def test_four_figures_are_enough(value: float, text: str) -> None:
    assert figures(value) == text


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        pytest.param((0.042183, 0.042078, 0.042288), "0.04218 [0.04208, 0.04229]", id="narrow"),
        pytest.param((1.4042, 1.0208, 1.7875), "1.40 [1.02, 1.79]", id="wide"),
        pytest.param((288.3, 216.4, 360.6), "288 [216, 361]", id="wider than ten"),
        pytest.param((5.0, 4.999999999, 5.000000001), "5.00000 [5.00000, 5.00000]", id="a hair"),
        pytest.param((0.0, -0.012, 0.012), "0.000 [-0.012, 0.012]", id="nothing, give or take"),
        pytest.param((123456.0, 123400.0, 123512.0), "123,456 [123,400, 123,512]", id="large"),
        pytest.param((1.05, 1.05, 1.05), "1.05 [1.05, 1.05]", id="always the same"),
        pytest.param((1.05, None, None), "1.05", id="a single run"),
        pytest.param((None, None, None), "-", id="nothing"),
    ],
)
def test_a_mean_is_told_as_finely_as_its_interval_allows(
    estimate: tuple[float | None, float | None, float | None], text: str
) -> None:
    assert interval(*estimate) == text


@given(st.floats(-1e6, 1e6), st.floats(1e-4, 1e5))
def test_rounding_moves_no_end_by_a_tenth_of_the_interval(mean: float, half: float) -> None:
    text = interval(mean, mean - half, mean + half).replace(",", "").replace("[", "").rstrip("]")
    told = [float(word) for word in text.split()]
    if half > abs(mean) * 1e-4:
        assert told == pytest.approx([mean, mean - half, mean + half], abs=half / 10 + 1e-12)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0s"), (59.5, "59.5s"), (3661.0, "1h1m1s"), (86400.0, "1d"), (129600.0, "1d12h")],
)
def test_times_as_people_say_them(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_short_times_on_an_axis() -> None:
    assert [short(value) for value in (0.02, 0.5, 1.0, 20.0)] == ["20 ms", "500 ms", "1 s", "20 s"]
