"""Measures of links: of one, and of all in sum."""

from collections.abc import Iterable

from simlab.study.measures.requests import Values, error_rate, latencies, outcomes, ratio
from simlab.telemetry import LinkRecord


def of_link(seen: LinkRecord) -> Values:
    """Return every measure of one link; latencies are those of its attempts."""
    return {
        "calls": seen.calls,
        "attempts": seen.attempts,
        "attempts_per_call": ratio(seen.attempts, seen.calls),
        **outcomes(seen.outcomes),
        "error_rate": error_rate(seen.outcomes),
        **latencies(seen.histogram, seen.latency_sum, None),
    }


def of_links(records: Iterable[LinkRecord]) -> Values:
    """Return the measures of all links in sum."""
    each = list(records)
    attempts, calls = sum(one.attempts for one in each), sum(one.calls for one in each)
    return {"retry_amplification": ratio(attempts, calls)}
