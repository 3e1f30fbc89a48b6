"""Differences as sentences."""

from typing import Any

import pytest

from simlab.study.judging import Difference
from simlab.study.statistics import NOTHING, Estimate
from simlab.study.words import sentence


def difference(verdict: str, **words: Any) -> Difference:
    plain: dict[str, Any] = {
        "measure": "cost",
        "a": "hpa",
        "b": "pid",
        "estimate": Estimate(-1.2, -1.5, -0.9),
        "relative": Estimate(-0.12, -0.15, -0.09),
        "p": 0.0002,
        "p_adjusted": 0.0013,
        "verdict": verdict,
    }
    return Difference(**(plain | words))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        pytest.param(
            difference("better"),
            "hpa beats pid on cost by 12 ± 3 % (95 % interval 9 to 15 %, p = 0.0013)",
            id="a share of what the other has",
        ),
        pytest.param(
            difference(
                "worse", estimate=Estimate(1.2, 0.9, 1.5), relative=Estimate(0.12, 0.09, 0.15)
            ),
            "hpa loses to pid on cost by 12 ± 3 % (95 % interval 9 to 15 %, p = 0.0013)",
            id="the other way round",
        ),
        pytest.param(
            difference("better", measure="latency_p99", relative=NOTHING, p_adjusted=0.0001),
            "hpa beats pid on latency_p99 by 1.2 ± 0.3 s (95 % interval 0.9 to 1.5 s, p < 0.001)",
            id="the difference itself, where there is no share",
        ),
        pytest.param(
            difference("better", relative=Estimate(-0.12, -0.4, 0.16)),
            "hpa beats pid on cost by 1.2 ± 0.3 (95 % interval 0.9 to 1.5, p = 0.0013)",
            id="or where the share is less sure than the test",
        ),
        pytest.param(
            difference("better", relative=Estimate(-0.12, -0.12 - 1e-17, -0.12 + 2e-17)),
            "hpa beats pid on cost by 12 % (95 % interval 12 to 12 %, p = 0.0013)",
            id="what rounding leaves is no width",
        ),
        pytest.param(
            difference("better", relative=Estimate(0.12, 0.09, 0.15)),
            "hpa beats pid on cost by 1.2 ± 0.3 (95 % interval 0.9 to 1.5, p = 0.0013)",
            id="or of another sign (a measure that is negative)",
        ),
        pytest.param(
            difference(
                "better", estimate=Estimate(-2.0, -2.0, -2.0), relative=NOTHING, p_adjusted=0.0
            ),
            "hpa beats pid on cost by 2 (95 % interval 2 to 2, p < 0.001)",
            id="without spread",
        ),
        pytest.param(
            difference("lower", measure="requests"),
            "requests is lower with hpa than with pid by 12 ± 3 % (95 % interval 9 to 15 %,"
            " p = 0.0013)",
            id="lower, where neither is better",
        ),
        pytest.param(
            difference(
                "higher",
                measure="services.web.core_utilization",
                estimate=Estimate(0.1, 0.05, 0.15),
                relative=Estimate(0.2, 0.1, 0.3),
            ),
            "services.web.core_utilization is higher with hpa than with pid by 20 ± 10 %"
            " (95 % interval 10 to 30 %, p = 0.0013)",
            id="higher",
        ),
        pytest.param(
            difference("not distinguishable", estimate=Estimate(0.1, -0.2, 0.4), p_adjusted=0.42),
            "hpa and pid are not distinguishable on cost: they differ by 0.1 ± 0.3"
            " (95 % interval -0.2 to 0.4, p = 0.42)",
            id="not distinguishable",
        ),
        pytest.param(
            difference("equivalent", measure="latency_mean", estimate=Estimate(0.1, -0.2, 0.4)),
            "hpa and pid are equivalent on latency_mean: they differ by 0.1 ± 0.3 s"
            " (95 % interval -0.2 to 0.4 s, p = 0.0013)",
            id="equivalent",
        ),
        pytest.param(
            difference("identical", estimate=Estimate(0.0, 0.0, 0.0)),
            "hpa and pid are identical on cost, in every replication",
            id="identical",
        ),
        pytest.param(
            difference("not available", estimate=NOTHING),
            "hpa and pid cannot be compared on cost: a replication has no such measure",
            id="no such measure",
        ),
        pytest.param(
            difference("not available", estimate=Estimate(-1.0)),
            "hpa and pid cannot be compared on cost: a single replication has no spread",
            id="one replication",
        ),
        pytest.param(
            difference("tail too thin", measure="latency_p999"),
            "hpa and pid cannot be compared on latency_p999: tail too thin",
            id="a thin tail",
        ),
    ],
)
def test_says(found: Difference, words: str) -> None:
    assert sentence(found) == words
