"""Distributions: how long, how much. Settings say the law; samplers draw from it at an address.

Rule 1: a value is a pure function of its address, whatever was drawn before.
Rule 2: values are never negative and never infinite: they are times, sizes and counts.
Rule 3: the arithmetic is `compilable`: every engine gives the same bits.
"""

from simlab.core.distributions.empirical import Empirical
from simlab.core.distributions.gammas import Gamma
from simlab.core.distributions.law import Sampler
from simlab.core.distributions.lognormal import Lognormal
from simlab.core.distributions.mixtures import DistributionSettings, Hyperexponential, Mixture
from simlab.core.distributions.normal import Normal
from simlab.core.distributions.pareto import Pareto
from simlab.core.distributions.plain import Constant, Exponential, Uniform
from simlab.core.distributions.weibull import Weibull

__all__ = [
    "Constant",
    "DistributionSettings",
    "Empirical",
    "Exponential",
    "Gamma",
    "Hyperexponential",
    "Lognormal",
    "Mixture",
    "Normal",
    "Pareto",
    "Sampler",
    "Uniform",
    "Weibull",
]
