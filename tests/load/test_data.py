"""The recorded load that ships: it is what its page says, and the same bytes for everyone."""

import gzip
from pathlib import Path

import pytest

from simlab.load import RateTrace, read_trace

ROOT = Path(__file__).parents[2]
FILE = ROOT / "scenarios" / "data" / "nasa-1995-07-13.csv.gz"
SOURCE = ROOT.parent / "shared" / "data" / "traces" / "nasa_jul-aug95_60s.csv.gz"


def test_it_is_one_day_by_the_minute() -> None:
    trace = read_trace(str(FILE))
    assert isinstance(trace, RateTrace)
    assert (trace.step, trace.length) == (60.0, 86400.0)
    assert sum(trace.rates) * 60 == pytest.approx(134_204, rel=0.001)
    hour = trace.rates[9 * 60 : 10 * 60]
    assert (sum(hour) / 60, max(hour)) == pytest.approx((4.145, 6.81667), abs=0.001)


def test_it_has_no_time_stamp() -> None:
    raw = FILE.read_bytes()
    assert raw[3:8] == b"\0\0\0\0\0"  # Neither a name nor a time.
    assert gzip.decompress(raw).startswith(b"t_seconds,requests_per_second\n0,0.75\n")


@pytest.mark.skipif(not SOURCE.exists(), reason="the whole two months are not here")
def test_it_is_day_thirteen_of_its_source() -> None:
    whole = read_trace(str(SOURCE))
    day = read_trace(str(FILE))
    assert isinstance(whole, RateTrace)
    assert isinstance(day, RateTrace)
    assert whole.rates[12 * 1440 : 13 * 1440] == day.rates
