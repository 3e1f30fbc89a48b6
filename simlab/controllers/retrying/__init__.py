"""Retries: whether and when a failed call is tried again, and what may be spent on it."""

from simlab.controllers.retrying.backoff import Backoff, BackoffSettings
from simlab.controllers.retrying.budget import TokenBucketRow, TokenBucketSettings
from simlab.controllers.retrying.waits import BackoffRow

__all__ = [
    "Backoff",
    "BackoffRow",
    "BackoffSettings",
    "TokenBucketRow",
    "TokenBucketSettings",
]
