"""Distributions: each draws the law that it says, a value is a function of its address alone."""

import copy
import gzip
import os
import pickle
from collections.abc import Callable
from math import exp, inf, log, sqrt
from pathlib import Path
from typing import Any, cast, get_args, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from simlab.core import (
    Constant,
    DistributionSettings,
    Empirical,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    Mixture,
    Normal,
    Pareto,
    Stream,
    Uniform,
    Weibull,
    root,
    uniform,
    uniforms,
)
from simlab.core.distributions import quantiles

KEY = root(12, 0, "laws")
COUNT = 6000
Z99 = 2.3263478740408408
MEASURED = tuple(float(n * n % 101) for n in range(1, 90))


def draws(law: DistributionSettings, count: int = COUNT, offset: int = 0) -> list[float]:
    stream, draw = Stream(KEY), law.sampler().draw
    return [draw(stream, n, offset) for n in range(count)]


def hyperexponential(mean: float, cv: float) -> Callable[[Any], Any]:
    """Return the distribution function, from the textbook's own formula."""
    p = 0.5 * (1 + sqrt((cv**2 - 1) / (cv**2 + 1)))
    return lambda x: (
        p * (1 - np.exp(-2 * p * x / mean)) + (1 - p) * (1 - np.exp(-2 * (1 - p) * x / mean))
    )


def gamma_law(shape: float, scale: float) -> Any:
    return stats.gamma(shape, scale=scale)


def cut_normal(mean: float, sd: float) -> Any:
    return stats.truncnorm(-mean / sd, inf, loc=mean, scale=sd)


def lognormal_law(mu: float, sigma: float) -> Any:
    return stats.lognorm(sigma, scale=exp(mu))


LAWS = [
    pytest.param(Uniform(low=2, high=5), stats.uniform(2, 3), id="uniform"),
    pytest.param(Uniform(low=0, high=0.5), stats.uniform(0, 0.5), id="uniform from 0"),
    pytest.param(
        Uniform(mean=3, cv=0.5), stats.uniform(3 - 1.5 * sqrt(3), 3 * sqrt(3)), id="uniform by cv"
    ),
    pytest.param(Exponential(mean=0.012), stats.expon(scale=0.012), id="exponential"),
    *[
        pytest.param(Gamma(shape=shape, scale=2.0), gamma_law(shape, 2.0), id=f"gamma {shape}")
        for shape in (0.05, 0.2, 0.7, 1.0, 3.5, 400.0)
    ],
    pytest.param(Gamma(mean=2, cv=0.5), gamma_law(4, 0.5), id="gamma by a small cv"),
    pytest.param(Gamma(mean=2, cv=1.5), gamma_law(1 / 2.25, 4.5), id="gamma by a large cv"),
    pytest.param(Lognormal(mu=-3, sigma=0.7), lognormal_law(-3, 0.7), id="lognormal"),
    pytest.param(
        Lognormal(mean=2, cv=1.2),
        lognormal_law(log(2) - log(2.44) / 2, sqrt(log(2.44))),
        id="lognormal by mean and cv",
    ),
    pytest.param(
        Lognormal(p50=0.02, p99=0.3), lognormal_law(log(0.02), log(15) / Z99), id="lognormal by p50"
    ),
    pytest.param(Weibull(shape=0.6, scale=3), stats.weibull_min(0.6, scale=3), id="weibull, long"),
    pytest.param(Weibull(shape=2.5, scale=3), stats.weibull_min(2.5, scale=3), id="weibull, short"),
    pytest.param(Weibull(mean=3, cv=1), stats.expon(scale=3), id="weibull of cv 1"),
    pytest.param(Pareto(minimum=2, alpha=0.8), stats.pareto(0.8, scale=2), id="pareto, no mean"),
    pytest.param(Pareto(mean=3, alpha=1.5), stats.pareto(1.5, scale=1), id="pareto by mean"),
    pytest.param(
        Pareto(mean=3, cv=0.5),
        stats.pareto(1 + sqrt(5), scale=3 * sqrt(5) / (1 + sqrt(5))),
        id="pareto by cv",
    ),
    pytest.param(Normal(mean=5, sd=1), cut_normal(5, 1), id="normal, far from 0"),
    pytest.param(Normal(mean=1, cv=1), cut_normal(1, 1), id="normal, cut"),
    pytest.param(Normal(mean=0, sd=2), stats.halfnorm(scale=2), id="normal, cut in half"),
]  # fmt: skip


@pytest.mark.parametrize(("law", "expected"), LAWS)
def test_draws_the_law(law: DistributionSettings, expected: Any) -> None:
    values = draws(law)
    assert stats.kstest(values, expected.cdf).pvalue > 0.005
    assert law.expectation() == pytest.approx(expected.mean(), rel=1e-9)
    assert law.infimum() == pytest.approx(expected.support()[0], rel=1e-9)
    assert min(values) >= law.infimum()


@pytest.mark.parametrize(("mean", "cv"), [(1.0, 1.0), (0.3, 1.3), (4.0, 3.0)])
def test_draws_the_hyperexponential_law(mean: float, cv: float) -> None:
    law = Hyperexponential(mean=mean, cv=cv)
    assert stats.kstest(draws(law), hyperexponential(mean, cv)).pvalue > 0.005
    assert (law.expectation(), law.infimum()) == (mean, 0.0)


@pytest.mark.parametrize("cv", [1.0, 1.5, 4.0, 1000.0])
def test_the_parts_of_a_hyperexponential_law_have_balanced_means(cv: float) -> None:
    law = Hyperexponential(mean=0.5, cv=cv)
    q = law.rarer()
    short, long = (part._mean for part in law.sampler()._parts)  # type: ignore[attr-defined]
    assert (1 - q) * short == pytest.approx(0.25, rel=1e-12)
    assert q * long == pytest.approx(0.25, rel=1e-12)
    second_moment = 2 * (1 - q) * short**2 + 2 * q * long**2
    assert sqrt(second_moment / 0.25 - 1) == pytest.approx(cv, rel=1e-9)


@pytest.mark.parametrize(
    ("law", "cv"),
    [
        pytest.param(Uniform(mean=0.5, cv=0.5), 0.5, id="uniform"),
        pytest.param(Uniform(low=0, high=1), 1 / sqrt(3), id="uniform from 0"),
        pytest.param(Exponential(mean=0.5), 1, id="exponential"),
        pytest.param(Gamma(mean=0.5, cv=0.3), 0.3, id="gamma, regular"),
        pytest.param(Gamma(mean=0.5, cv=1.7), 1.7, id="gamma, bursty"),
        pytest.param(Lognormal(mean=0.5, cv=0.9), 0.9, id="lognormal"),
        pytest.param(Weibull(mean=0.5, cv=0.4), 0.4, id="weibull, regular"),
        pytest.param(Weibull(mean=0.5, cv=1.6), 1.6, id="weibull, bursty"),
        pytest.param(Pareto(mean=0.5, cv=0.3), 0.3, id="pareto"),
        pytest.param(Normal(mean=0.5, cv=0.1), 0.1, id="normal"),
        pytest.param(Hyperexponential(mean=0.5, cv=2), 2, id="hyperexponential"),
    ],
)
def test_mean_and_cv_are_those_asked_for(law: DistributionSettings, cv: float) -> None:
    values = np.array(draws(law, 20000))
    assert law.expectation() == pytest.approx(0.5)
    assert values.mean() == pytest.approx(0.5, rel=4 * cv / sqrt(len(values)))
    assert values.std() / values.mean() == pytest.approx(cv, rel=0.05)


@pytest.mark.parametrize("cv", [2e-4, 0.01, 0.1, 0.5, 1.0, 2.0, 20.0, 400.0])
def test_a_weibull_law_is_found_by_its_cv(cv: float) -> None:
    shape, scale = Weibull(mean=3, cv=cv).parameters()
    first, second = special.gamma(1 + 1 / shape), special.gamma(1 + 2 / shape)
    assert scale * first == pytest.approx(3, rel=1e-9)
    assert sqrt(second / first**2 - 1) == pytest.approx(cv, rel=1e-6)


@pytest.mark.parametrize(("mean", "p99"), [(0.008, 0.06), (0.06, 0.4), (1.0, 14.9), (1.0, 1.001)])
def test_a_lognormal_law_is_found_by_mean_and_p99(mean: float, p99: float) -> None:
    mu, sigma = Lognormal(mean=mean, p99=p99).parameters()
    assert exp(mu + Z99 * sigma) == pytest.approx(p99)
    assert exp(mu + sigma * sigma / 2) == pytest.approx(mean)
    assert sigma <= Z99  # The smaller of the two that fit: they lie on both sides of z.


def test_the_mean_of_a_normal_law_is_that_of_the_cut_one() -> None:
    law = Normal(mean=0.3, cv=1.5)
    assert law.expectation() > 0.4
    assert np.mean(draws(law, 20000)) == pytest.approx(law.expectation(), rel=0.02)


def test_a_constant_is_constant() -> None:
    law = Constant(value=3)
    assert {*draws(law, 5)} == {3.0}
    assert (law.expectation(), law.infimum()) == (3.0, 3.0)
    assert isinstance(law.sampler().draw(Stream(KEY), 0), float)


# Mixtures


def test_a_mixture_draws_each_part_by_its_weight() -> None:
    law = Mixture(
        of=((0.2, Constant(value=1)), (0.5, Constant(value=2)), (0.3, Uniform(low=3, high=5)))
    )
    values = draws(law)
    counts = [values.count(1.0), values.count(2.0), sum(value >= 3 for value in values)]
    assert stats.chisquare(counts, [0.2 * COUNT, 0.5 * COUNT, 0.3 * COUNT]).pvalue > 0.01
    long = [value for value in values if value >= 3]
    assert stats.kstest(long, stats.uniform(3, 2).cdf).pvalue > 0.01
    assert law.expectation() == pytest.approx(0.2 + 1.0 + 1.2)
    assert law.infimum() == 1.0


def test_a_mixture_selects_in_the_order_written() -> None:
    law = Mixture(of=((0.5, Constant(value=1)), (0.5, Constant(value=2))))
    assert draws(law, 50) == [1.0 if uniform(KEY, n, 0) < 0.5 else 2.0 for n in range(50)]


def test_mixtures_nest_and_their_parts_draw_on() -> None:
    inner = Mixture(of=((0.25, Exponential(mean=2)), (0.75, Exponential(mean=7))))
    law = Mixture(of=((0.5, inner), (0.5, Exponential(mean=9))))
    expected = []
    for n in range(50):
        first, second, third = (uniform(KEY, n, 4 + draw) for draw in range(3))
        if first >= 0.5:
            expected.append(-9 * log(second))
        else:
            expected.append(-(2 if second < 0.25 else 7) * log(third))
    assert draws(law, 50, offset=4) == expected
    assert law.expectation() == pytest.approx(0.5 * (0.25 * 2 + 0.75 * 7) + 0.5 * 9)


def test_a_part_of_weight_0_says_nothing() -> None:
    never = Pareto(minimum=0.1, alpha=0.5)
    law = Mixture(of=((0.0, never), (1.0, Constant(value=2)), (0.0, never)))
    assert (law.expectation(), law.infimum()) == (2.0, 2.0)
    assert {*draws(law, 50)} == {2.0}


def test_weights_may_sum_to_1_but_for_rounding() -> None:
    law = Mixture(of=tuple((0.1, Constant(value=n)) for n in range(10)))
    assert law.sampler()._edges[-1] == 1.0  # type: ignore[attr-defined]
    never = Mixture(of=(*law.of, (0.0, Constant(value=99))))
    assert never.sampler()._edges == law.sampler()._edges  # type: ignore[attr-defined]


# Empirical


def test_an_empirical_law_draws_by_rank() -> None:
    law = Empirical(values=(5, 1, 3, 2))
    ranks = [int(uniform(KEY, n, 0) * 4) for n in range(200)]
    assert draws(law, 200) == [[1.0, 2.0, 3.0, 5.0][rank] for rank in ranks]
    assert {*ranks} == {0, 1, 2, 3}
    assert (law.expectation(), law.infimum()) == (2.75, 1.0)


def test_an_empirical_law_draws_all_alike() -> None:
    values = draws(Empirical(values=MEASURED))
    assert stats.ks_2samp(values, MEASURED).pvalue > 0.05


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("3\n1\n2\n", id="one a line"),
        pytest.param("3\r\n1\r\n2", id="as Windows writes it"),
        pytest.param("latency\n3\n1\n2\n", id="with a header"),
        pytest.param('"latency, s",host\n3,a\n1e0,b\n 2.0 ,c\n', id="further columns"),
        pytest.param("\ufeff3\n1\n2\n", id="with a byte order mark"),
        pytest.param("3\n\n1\n  \n2\n\n", id="empty lines"),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_a_file_of_values_is_read(tmp_path: Path, text: str, suffix: str) -> None:
    path = tmp_path / f"measured{suffix}"
    data = text.encode()
    path.write_bytes(gzip.compress(data) if suffix == ".csv.gz" else data)
    law = Empirical(file=str(path))
    assert law.ascending() == (1.0, 2.0, 3.0)
    assert (law.expectation(), law.infimum()) == (2.0, 1.0)
    assert draws(law, 20) == draws(Empirical(values=(1, 2, 3)), 20)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"1\n2\n12ms\n", "line 3: '12ms' is not a number", id="not a number"),
        pytest.param(b"ms\nms\n1\n", "line 2: 'ms' is not a number", id="two headers"),
        pytest.param(b"1\n\n,5\n", "line 3: '' is not a number", id="an empty cell"),
        pytest.param(b"1_000\n1_000\n", "line 2: '1_000' is not a number", id="an underscore"),
        pytest.param(b"1\n-2\n", "line 2: a value must be finite and.*got -2", id="negative"),
        pytest.param(b"nan\n", "line 1: a value must be finite and.*got nan", id="nan"),
        pytest.param(b"1\ninf\n", "line 2: a value must be finite and.*got inf", id="inf"),
        pytest.param(b"", "holds no value", id="empty"),
        pytest.param(b"latency\n", "holds no value", id="only a header"),
        pytest.param(b"1\n\xff\xfe\n", "cannot be read", id="not text"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "measured.csv"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=message) as caught:
        Empirical(file=str(path))
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        Empirical(file=str(tmp_path / "none.csv"))
    fake = tmp_path / "fake.csv.gz"
    fake.write_text("1\n2\n")
    with pytest.raises(ValueError, match="cannot be read: Not a gzipped file"):
        Empirical(file=str(fake))
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress(b"1\n2\n")[:-6])
    with pytest.raises(ValueError, match="cannot be read: Compressed file ended"):
        Empirical(file=str(cut))


def test_a_file_is_read_again_only_if_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "measured.csv"
    path.write_text("1\n2\n")
    law = Empirical(file=str(path))
    assert law.ascending() is Empirical(file=str(path)).ascending()
    before = path.stat()
    path.write_text("1\n2\n3\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert law.ascending() == (1.0, 2.0, 3.0)  # Another size.
    path.write_text("4\n5\n6\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000))
    assert law.ascending() == (4.0, 5.0, 6.0)  # Another time.


# Addresses

EVERY: list[DistributionSettings] = [
    Constant(value=1),
    *[cast("DistributionSettings", param.values[0]) for param in LAWS],
    Hyperexponential(mean=1, cv=2),
    Mixture(of=((0.5, Gamma(mean=1, cv=2)), (0.5, Exponential(mean=2)))),
    Empirical(values=MEASURED),
]


@settings(max_examples=10)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from([0, 1, 1 << 20])), min_size=40, max_size=60
    )
)
def test_a_value_depends_on_its_address_alone(addresses: list[tuple[int, int]]) -> None:
    for law in EVERY:
        sampler, used = law.sampler(), Stream(KEY)
        for request, offset in addresses:
            fresh = law.sampler().draw(Stream(KEY), request, offset)
            assert sampler.draw(used, request, offset) == fresh


@pytest.mark.parametrize("law", EVERY[1:], ids=lambda law: law.dist)
def test_a_value_depends_on_every_part_of_its_address(law: DistributionSettings) -> None:
    draw = law.sampler().draw
    here, other = Stream(KEY), Stream(KEY + 1)
    values = np.array(
        [
            (draw(here, n), draw(other, n), draw(here, n + 1000), draw(here, n, 1 << 20))
            for n in range(200)
        ]
    )
    for column in range(1, 4):
        assert abs(np.corrcoef(values[:, 0], values[:, column])[0, 1]) < 0.3 or law.dist == "pareto"
        assert (values[:, 0] != values[:, column]).mean() > 0.9


class Recording(Stream):
    """A stream that notes the draw numbers it is asked for."""

    def __init__(self, key: int) -> None:
        super().__init__(key)
        self.asked: set[int] = set()

    def uniform(self, request: int, draw: int = 0) -> float:
        self.asked.add(draw)
        return super().uniform(request, draw)

    def uniforms(self, request: int, draw: int = 0) -> tuple[float, float]:
        self.asked.add(draw)
        return super().uniforms(request, draw)


def test_a_gamma_value_uses_the_draws_it_says() -> None:
    stream = Recording(KEY)
    sampler = Gamma(shape=0.7, scale=1).sampler()
    for n in range(300):
        sampler.draw(stream, n, 10)
    boost = 10 + (1 << 18)
    assert {10, 11, boost} <= stream.asked
    assert stream.asked - {boost} == set(range(10, 10 + len(stream.asked) - 1))


def test_a_gamma_value_is_that_of_the_paper() -> None:
    """Marsaglia and Tsang's figure, written out: a trial for each draw number."""
    shape = 0.7
    d = shape + 1 - 1 / 3
    c = 1 / sqrt(9 * d)
    sampler, stream = Gamma(shape=shape, scale=3).sampler(), Stream(KEY)
    for n in range(300):
        trial = 0
        while True:
            u, w = uniforms(KEY, n, trial)
            x = special.ndtri(u)
            v = (1 + c * x) ** 3
            if v > 0 and log(w) < x * x / 2 + d - d * v + d * log(v):
                break
            trial += 1
        expected = 3 * d * v * uniform(KEY, n, 1 << 18) ** (1 / shape)
        assert sampler.draw(stream, n) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("law", EVERY, ids=lambda law: law.dist)
def test_samplers_are_shared_by_forks_and_can_be_sent(law: DistributionSettings) -> None:
    sampler = law.sampler()
    assert copy.deepcopy(sampler) is sampler
    assert pickle.loads(pickle.dumps(law)) == law
    again = pickle.loads(pickle.dumps(sampler))
    assert [again.draw(Stream(KEY), n) for n in range(3)] == draws(law, 3)


def test_the_union_names_all_laws() -> None:
    """The file language, its schema and the reference are made from it."""
    laws = get_args(DistributionSettings)
    assert {type(law) for law in EVERY} == set(laws)
    assert [law.__name__.lower() for law in laws] == [
        get_args(get_type_hints(law)["dist"])[0] for law in laws
    ]
    assert get_type_hints(Mixture)["of"] == tuple[tuple[float, DistributionSettings], ...]


# Quantiles


SMALL = [2.0 ** -(step / 16) for step in range(16, 53 * 16 + 1)]
EVEN = [step / 5000 for step in range(1, 5000)]


def test_the_normal_quantile_is_right() -> None:
    """On both sides of 1/2, evenly and out to the ends of what is drawn."""
    ranks = [*EVEN, *SMALL, *(1 - p for p in SMALL)]
    found = [quantiles.normal_quantile(p) for p in ranks]
    assert found == pytest.approx(list(special.ndtri(ranks)), rel=3e-15, abs=1e-15)


@pytest.mark.parametrize("p", [0.075, 0.925, 1.3887943864964021e-11, 1 - 1.3887943864964021e-11])
def test_the_normal_quantile_is_whole_where_its_pieces_meet(p: float) -> None:
    near = [p * (1 + step * 1e-15) for step in range(-4, 5)]
    found = [quantiles.normal_quantile(one) for one in near]
    assert found == pytest.approx([special.ndtri(one) for one in near], rel=2e-15)


@pytest.mark.parametrize("shape", [1.0, 1.05, 1.7, 4.0, 50.0])
@pytest.mark.parametrize("u", [0.001, 0.01, 0.03, 0.2, 0.5, 0.9, 0.99, 0.999, 1 - 1e-6])
def test_a_gamma_trial_takes_what_the_density_says(shape: float, u: float) -> None:
    """The squeeze is short for the logarithms: it takes nothing that they would not."""
    d = shape - 1 / 3
    c = 1 / sqrt(9 * d)
    x = special.ndtri(u)
    if 1 + c * x <= 0:
        assert quantiles.gamma_trial(d, c, u, 1e-9) == -1
        return
    v = (1 + c * x) ** 3
    bound = exp(x * x / 2 + d - d * v + d * log(v))
    assert quantiles.gamma_trial(d, c, u, bound * (1 - 1e-9)) == pytest.approx(d * v, rel=1e-12)
    if bound < 1 - 1e-7:
        assert quantiles.gamma_trial(d, c, u, bound * (1 + 1e-9)) == -1


def test_a_normal_law_never_goes_below_the_cut() -> None:
    for step in range(1, 400):
        cv = step / 100
        below = 0.5 * special.erfc(1 / cv / sqrt(2))
        for u in (2.0**-53, 2.0**-50):
            assert quantiles.cut_normal_quantile(1.0, cv, below, u) >= 0


@pytest.mark.parametrize("u", [2.0**-53, 1 - 2.0**-53], ids=["least", "greatest"])
def test_the_ends_of_a_law_are_finite_and_not_negative(u: float) -> None:
    ends = [
        quantiles.exponential_quantile(1e100, u),
        quantiles.weibull_quantile(1e100, 0.1, u),
        quantiles.pareto_quantile(1e100, 0.1, u),
        quantiles.lognormal_quantile(0.0, 85.0, u),
        quantiles.cut_normal_quantile(1.0, 1.0, 0.15865525393145707, u),
        quantiles.cut_normal_quantile(0.0, 1e100, 0.5, u),
        quantiles.cut_normal_quantile(1e-6, 1.0, 0.4999996010577196, u),
        quantiles.gamma_boost(1e-6, u),
    ]
    assert all(0 <= value < inf for value in ends)


# Refusals


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Constant(value=-1), "value must not be negative, got -1"),
        (lambda: Constant(value=inf), "value must be a finite number, got inf"),
        (lambda: Exponential(mean=-1), "mean must be positive, got -1"),
        (lambda: Exponential(mean=0), "mean must be positive, got 0"),
        (lambda: Exponential(mean=float("nan")), "mean must be a finite number, got nan"),
        (lambda: Exponential(mean=1e101), r"mean must be at most 1e\+100, got 1e\+101"),
        (lambda: Uniform(low=1), "uniform takes low and high, or mean and cv; got low"),
        (lambda: Uniform(low=1, high=2, mean=1), "got low and high and mean"),
        (lambda: Uniform(low=-1, high=2), "low must not be negative, got -1"),
        (lambda: Uniform(low=2, high=2), r"high must be more than low \(2\), got 2"),
        (lambda: Uniform(mean=2, cv=0.58), "cv must be at most 0.577"),
        (lambda: Uniform(mean=-2, cv=0.5), "mean must be positive, got -2"),
        (Gamma, "gamma takes mean and cv, or shape and scale; got neither"),
        (lambda: Gamma(mean=1), "gamma takes mean and cv, or shape and scale; got mean"),
        (lambda: Gamma(mean=1, scale=1), "got mean and scale"),
        (lambda: Gamma(mean=1, cv=1, shape=1, scale=1), "got mean and cv and shape and scale"),
        (lambda: Gamma(mean=-1, cv=1), "mean must be positive, got -1"),
        (lambda: Gamma(mean=1, cv=0), "cv must be positive, got 0"),
        (lambda: Gamma(mean=1, cv=1e4), "cv must be from 1e-05 to 1000, got 10000"),
        (lambda: Gamma(shape=-1, scale=1), "shape must be positive, got -1"),
        (lambda: Gamma(shape=1e11, scale=1), r"shape must be from 1e-06 to 1e\+10, got 1e\+11"),
        (lambda: Gamma(shape=1, scale=inf), "scale must be a finite number, got inf"),
        (lambda: Lognormal(mean=1), "lognormal takes mean and cv, or mean and p99, or p50 and p99"),
        (lambda: Lognormal(mean=1, p99=15), "p99 must be at most 14.9 x mean"),
        (lambda: Lognormal(mean=1, p99=1), r"p99 must be more than mean \(1\), got 1"),
        (lambda: Lognormal(p50=1, p99=0.5), r"p99 must be more than p50 \(1\), got 0.5"),
        (lambda: Lognormal(p50=-1, p99=1), "p50 must be positive, got -1"),
        (lambda: Lognormal(mean=1, cv=2e6), r"cv must be from 1e-05 to 1e\+06, got 2e\+06"),
        (lambda: Lognormal(mu=0, sigma=0), "sigma must be positive, got 0"),
        (lambda: Lognormal(mu=0, sigma=86), "values beyond the largest number"),
        (lambda: Lognormal(mu=710, sigma=1), "values beyond the largest number"),
        (lambda: Weibull(mean=1), "weibull takes mean and cv, or shape and scale; got mean"),
        (lambda: Weibull(mean=-1, cv=1), "mean must be positive, got -1"),
        (lambda: Weibull(mean=1, cv=500), "cv must be from 0.0002 to 400, got 500"),
        (lambda: Weibull(shape=0.05, scale=1), "shape must be from 0.1 to 10000, got 0.05"),
        (lambda: Pareto(mean=1), "pareto takes mean and alpha, or minimum and alpha, or mean"),
        (lambda: Pareto(mean=1, alpha=1), "alpha must be above 1, or there is no mean, got 1"),
        (lambda: Pareto(minimum=1, alpha=0.05), "alpha must be from 0.1"),
        (lambda: Pareto(minimum=0, alpha=2), "minimum must be positive, got 0"),
        (lambda: Pareto(mean=1, cv=2e6), "cv must be from 1e-05"),
        (lambda: Normal(mean=1), "normal takes mean and cv, or mean and sd; got mean"),
        (lambda: Normal(mean=1, cv=1, sd=1), "got mean and cv and sd"),
        (lambda: Normal(mean=-1, sd=1), "mean must not be negative, got -1"),
        (lambda: Normal(mean=0, cv=1), "mean must be positive, got 0"),
        (lambda: Normal(mean=1, cv=2e6), "cv must be from 1e-05"),
        (lambda: Normal(mean=1, sd=0), "sd must be positive, got 0"),
        (lambda: Hyperexponential(mean=1, cv=0.9), r"cv must be from 1 to 1e\+06, got 0.9"),
        (lambda: Hyperexponential(mean=-1, cv=2), "mean must be positive, got -1"),
        (lambda: Hyperexponential(mean=1, cv=inf), "cv must be a finite number, got inf"),
        (lambda: Mixture(of=()), "of must have at least one pair"),
        (lambda: Mixture(of=((0.5, Constant(value=1)),)), "weights must sum to 1 .*, got 0.5"),
        (lambda: Mixture(of=((0.999, Constant(value=1)),)), "weights must sum to 1 .*, got 0.999"),
        (lambda: Mixture(of=((-0.5, Constant(value=1)),)), "weight must be a share from 0 to 1"),
        (Empirical, "empirical takes file, or values; got neither"),
        (lambda: Empirical(file="x", values=(1,)), "empirical takes file, or values; got both"),
        (lambda: Empirical(values=()), "values must hold at least one value"),
        (lambda: Empirical(values=(1, -1)), "values must not be negative, got -1"),
        (lambda: Empirical(values=(float("nan"),)), "values must be a finite number, got nan"),
    ],
)  # fmt: skip
def test_refuses(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
