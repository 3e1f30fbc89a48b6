"""Numbers with units: what each kind of field reads from text, and what it refuses."""

from collections.abc import Callable
from math import inf, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.scenario import units


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        pytest.param(units.duration, "250ms", 0.25, id="milliseconds"),
        pytest.param(units.duration, "300ms", 0.3, id="milliseconds to the nearest float"),
        pytest.param(units.duration, "1us", 1e-6, id="microseconds"),
        pytest.param(units.duration, "5ns", 5e-9, id="nanoseconds"),
        pytest.param(units.duration, "2s", 2.0, id="seconds"),
        pytest.param(units.duration, "2 s", 2.0, id="a space before the unit"),
        pytest.param(units.duration, "5m", 300.0, id="minutes"),
        pytest.param(units.duration, "60m", 3600.0, id="minutes up to sixty"),
        pytest.param(units.duration, "1h", 3600.0, id="hours"),
        pytest.param(units.duration, "30d", 2592000.0, id="days"),
        pytest.param(units.duration, "1h30m", 5400.0, id="hours and minutes"),
        pytest.param(units.duration, "1d2h3m4s5ms", 93784.005, id="all the way down"),
        pytest.param(units.duration, "1.5", 1.5, id="a bare number is seconds"),
        pytest.param(units.duration, "1e3", 1000.0, id="an exponent"),
        pytest.param(units.duration, "-5s", -5.0, id="a negative time, for who allows it"),
        pytest.param(units.rate, "120/s", 120.0, id="per second"),
        pytest.param(units.rate, "30/min", 0.5, id="per minute"),
        pytest.param(units.rate, "36 /h", 0.01, id="per hour"),
        pytest.param(units.rate, "86400/d", 1.0, id="per day"),
        pytest.param(units.rate, "0.25", 0.25, id="a bare rate is per second"),
        pytest.param(units.size, "512Mi", 536870912.0, id="mebibytes"),
        pytest.param(units.size, "2Gi", 2147483648.0, id="gibibytes"),
        pytest.param(units.size, "1Ki", 1024.0, id="kibibytes"),
        pytest.param(units.size, "1Ti", 1099511627776.0, id="tebibytes"),
        pytest.param(units.size, "500MB", 5e8, id="megabytes"),
        pytest.param(units.size, "1kB", 1000.0, id="kilobytes"),
        pytest.param(units.size, "7B", 7.0, id="bytes"),
        pytest.param(units.size, "7", 7.0, id="a bare number is bytes"),
        pytest.param(units.size_rate, "2Mi/s", 2097152.0, id="a size per second"),
        pytest.param(units.size_rate, "60MB/min", 1e6, id="a size per minute"),
        pytest.param(units.size_rate, "5", 5.0, id="a bare size rate is bytes per second"),
        pytest.param(units.cores, "2", 2.0, id="cores"),
        pytest.param(units.cores, "500m", 0.5, id="thousandths of cores"),
        pytest.param(units.share, "5%", 0.05, id="percent"),
        pytest.param(units.share, "99.5%", 0.995, id="tenths of a percent"),
        pytest.param(units.share, "0.05", 0.05, id="a bare share"),
        pytest.param(units.percent, "50", 50.0, id="a product's percentage"),
        pytest.param(units.percent, "50%", 50.0, id="a product's percentage with its sign"),
        pytest.param(units.count, "3", 3, id="a count"),
        pytest.param(units.count, "1e3", 1000, id="a count with an exponent"),
        pytest.param(units.count, "0", 0, id="a count of none"),
        pytest.param(units.whole, "-3", -3, id="a negative whole number"),
        pytest.param(units.limit, "64", 64.0, id="a limit"),
        pytest.param(units.limit, "unlimited", inf, id="no limit"),
        pytest.param(units.number, "0.5", 0.5, id="a number"),
        pytest.param(units.number, "-1e-3", -0.001, id="a small negative number"),
        pytest.param(units.whole_seconds, "300", 300, id="whole seconds"),
        pytest.param(units.whole_seconds, "5m", 300, id="whole seconds with a unit"),
    ],
)
def test_reads(read: Callable[[str], float], text: str, value: float) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "complaint"),
    [
        pytest.param(units.duration, "90m", "write 1h30m", id="offers the time it may have meant"),
        pytest.param(units.duration, "120m", "write 2h", id="offers whole hours"),
        pytest.param(units.duration, "1h90m", "large to small", id="a part above the next unit"),
        pytest.param(units.duration, "30m1h", "large to small", id="parts in the wrong order"),
        pytest.param(units.duration, "1h1h", "large to small", id="a unit twice"),
        pytest.param(units.duration, "5x", "not one of d, h, m, s", id="a unit that is none"),
        pytest.param(units.duration, "5min", "not one of", id="min is of rates"),
        pytest.param(units.duration, "5  s", "not a number", id="two spaces"),
        pytest.param(units.duration, "s", "not a number", id="a unit alone"),
        pytest.param(units.duration, "2020-01-01", "a date", id="a date"),
        pytest.param(units.rate, "3s", "does not belong", id="a duration where a rate is"),
        pytest.param(units.rate, "3/m", "not one of s, min", id="a rate by m"),
        pytest.param(units.size, "5M", "not one of B", id="a size by M"),
        pytest.param(units.size_rate, "5Mi", "does not belong", id="a size where its rate is"),
        pytest.param(units.cores, "5%", "does not belong", id="a share where cores are"),
        pytest.param(units.share, "5m", "does not belong", id="thousandths where a share is"),
        pytest.param(units.percent, "5s", "does not belong", id="a duration for a percentage"),
        pytest.param(units.count, "-1", "from 0 on", id="a negative count"),
        pytest.param(units.count, "2.5", "from 0 on", id="half a thing"),
        pytest.param(units.count, "1e17", "too large", id="more than floats can count"),
        pytest.param(units.limit, "inf", "not a number", id="inf instead of unlimited"),
        pytest.param(units.whole_seconds, "500ms", "whole number of seconds", id="half a second"),
        pytest.param(units.number, "5ms", "not a number", id="a unit where none is"),
        pytest.param(units.number, "010", "leading zero", id="an octal of old"),
        pytest.param(units.number, "-010", "leading zero", id="a negative octal of old"),
        pytest.param(units.number, "1_000", "without _", id="an underscore"),
        pytest.param(units.number, "0x1F", "decimals", id="hexadecimal"),
        pytest.param(units.number, "0o17", "decimals", id="octal"),
        pytest.param(units.number, ".5", "0.5", id="no digit before the point"),
        pytest.param(units.number, "5.", "0.5 or 5", id="no digit after the point"),
        pytest.param(units.number, "+5", "0.5 or 5", id="a plus"),
        pytest.param(units.number, "nan", "not a number", id="not a number"),
        pytest.param(units.number, ".inf", "not a number", id="infinity"),
        pytest.param(units.number, "1e999", "too large", id="beyond the floats"),
        pytest.param(units.number, "", "not a number", id="nothing"),
        pytest.param(units.number, "٣", "not a number", id="digits of other scripts"),
        pytest.param(units.number, "1,5", "not a number", id="a decimal comma"),
    ],
)
def test_refuses(read: Callable[[str], float], text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read(text)


@given(st.floats(0, 1e9, allow_nan=False))
def test_what_is_spelled_can_be_read_again(seconds: float) -> None:
    assert isclose(units.duration(units.spell(seconds)), seconds, rel_tol=1e-5, abs_tol=1e-9)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (5, "5s"), (3661, "1h1m1s"), (86400, "1d"), (-90, "-1m30s"), (3600.5, "1h500ms")],
)
def test_spells_as_people_do(seconds: float, text: str) -> None:
    assert units.spell(seconds) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_reads_every_number_that_python_writes(value: float) -> None:
    assert units.number(repr(value)) == value
