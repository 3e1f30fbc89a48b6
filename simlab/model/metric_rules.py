"""The rules of metric faults, as telemetry takes them."""

from simlab.faults import Biased, Late, MetricsRule, Missing, Noisy, ScrapeFails, Stale
from simlab.telemetry import (
    BiasedRule,
    FailingRule,
    LateRule,
    MetricRule,
    MissingRule,
    NoisyRule,
    StaleRule,
)


def metric_rule(target: str, rule: MetricsRule, place: int) -> MetricRule:
    """Return a fault's rule upon `target`; `place` is where its chance starts from."""
    fault, occurrence = rule.key
    name = f"{fault}/{occurrence}"
    match rule:
        case Stale():
            return StaleRule(id=name, target=target)
        case Missing():
            return MissingRule(id=name, target=target)
        case Noisy():
            return NoisyRule(id=name, target=target, cv=rule.cv, place=place)
        case Biased():
            return BiasedRule(id=name, target=target, factor=rule.factor)
        case Late():
            return LateRule(id=name, target=target, by=rule.by)
        case ScrapeFails():
            return FailingRule(id=name, target=target, share=rule.share, place=place)
