"""Laws as functions of a uniform number in (0, 1): inversion, but for gamma (see `gamma_trial`).

    exponential   -mean log u                    weibull   scale (-log u)^(1/shape)
    pareto        minimum u^(-1/alpha)           uniform   low + (high - low) u
    lognormal     exp(mu + sigma Phi^-1(u))      normal    mean + sd Phi^-1(F(0) + u (1 - F(0)))

Powers are exp(log(x) y), so that compiled code gives the same bits. Where a law falls in u, it is
its upper tail that is inverted: u is finest near 0, and so is the tail.
`normal_quantile` is longer than a function should be: it is one published table of coefficients.

References: L. Devroye, *Non-Uniform Random Variate Generation*, Springer 1986, section II.2;
M. Wichura, *Appl. Statist.* 37(3), 1988, AS 241; G. Marsaglia and W. Tsang, *ACM Trans. Math.
Softw.* 26(3), 2000; the cut of the normal law is that of simlab's model.

Longer than most: `normal_quantile` is a table of published coefficients.
"""

from math import exp, log, sqrt

from simlab.core.compilable import compilable
from simlab.core.units import Quantity, Ratio


@compilable
def uniform_quantile(low: Quantity, high: Quantity, u: Ratio) -> Quantity:
    """Return the value of rank `u` of the uniform law from `low` to `high`."""
    return low + (high - low) * u


@compilable
def exponential_quantile(mean: Quantity, u: Ratio) -> Quantity:
    """Return the value that a share `u` of the exponential law exceeds."""
    return -mean * log(u)


@compilable
def weibull_quantile(scale: Quantity, shape: float, u: Ratio) -> Quantity:
    """Return the value that a share `u` of the Weibull law exceeds."""
    return scale * exp(log(-log(u)) / shape)


@compilable
def pareto_quantile(minimum: Quantity, alpha: float, u: Ratio) -> Quantity:
    """Return the value that a share `u` of the Pareto law exceeds."""
    return minimum * exp(-log(u) / alpha)


@compilable
def lognormal_quantile(mu: float, sigma: float, u: Ratio) -> Quantity:
    """Return the value of rank `u` of the lognormal law whose log has mean `mu` and sd `sigma`."""
    return exp(mu + sigma * normal_quantile(u))


@compilable
def cut_normal_quantile(mean: Quantity, sd: Quantity, below: Ratio, u: Ratio) -> Quantity:
    """Return the value of rank `u` of the normal law cut at 0; `below` is its share below 0."""
    p = below + u * (1.0 - below)
    p = min(p, 0.9999999999999999)  # Rounded up to 1, the quantile would be infinite.
    return max(0.0, mean + sd * normal_quantile(p))


@compilable
def gamma_trial(d: float, c: float, u: Ratio, w: Ratio) -> float:
    """Return a value of the gamma law of shape d + 1/3 and scale 1, or -1 where the trial fails.

    Args:
        d: The shape (at least 1) minus 1/3.
        c: 1 / sqrt(9 d).
        u: Gives the normal value that is proposed.
        w: Says whether it is taken: 95 % or more are.
    """
    z = normal_quantile(u)
    v = 1.0 + c * z
    if v <= 0.0:
        return -1.0
    v = v * v * v
    square = z * z
    # The squeeze: a share of those taken, found without logarithms.
    if w < 1.0 - 0.0331 * square * square or log(w) < 0.5 * square + d - d * v + d * log(v):
        return d * v
    return -1.0


@compilable
def gamma_boost(shape: float, u: Ratio) -> Ratio:
    """Return what turns a gamma value of `shape` + 1 into one of `shape`, for shapes below 1."""
    return exp(log(u) / shape)


@compilable
def normal_quantile(p: Ratio) -> float:
    """Return the standard normal quantile of `p` in (0, 1): PPND16, about 1 part in 10**16.

    >>> normal_quantile(0.5), round(normal_quantile(0.975), 9)
    (0.0, 1.959963985)
    """
    q = p - 0.5
    if -0.425 <= q <= 0.425:
        r = 0.180625 - q * q
        return (
            q
            * (((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r
            + 6.7265770927008700853e4) * r + 4.5921953931549871457e4) * r
            + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
            + 1.3314166789178437745e2) * r + 3.3871328727963666080e0)
            / (((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r
            + 3.9307895800092710610e4) * r + 2.1213794301586595867e4) * r
            + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
            + 4.2313330701600911252e1) * r + 1.0)
        )  # fmt: skip
    r = sqrt(-log(p if q < 0.0 else 1.0 - p))
    if r <= 5.0:
        r = r - 1.6
        x = (
            (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r
            + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0) * r
            + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
            + 4.63033784615654529590e0) * r + 1.42343711074968357734e0)
            / (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r
            + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1) * r
            + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
            + 2.05319162663775882187e0) * r + 1.0)
        )  # fmt: skip
    else:
        r = r - 5.0
        x = (
            (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
            + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2) * r
            + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
            + 5.46378491116411436990e0) * r + 6.65790464350110377720e0)
            / (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r
            + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4) * r
            + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
            + 5.99832206555887937690e-1) * r + 1.0)
        )  # fmt: skip
    return -x if q < 0.0 else x
