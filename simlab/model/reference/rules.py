"""What holds for calls of one operation over a link, while the system runs."""

from math import inf

from simlab.core import Seconds
from simlab.model.settings.link import CallSettings

NONE, QUEUED, ALL = range(3)
CANCEL = {"none": NONE, "queued": QUEUED, "all": ALL}


class CallRules:
    """The live values of `CallSettings`; inf stands for none."""

    __slots__ = ("cancel", "deadline", "retries", "timed", "timeout", "within")

    def __init__(self, settings: CallSettings) -> None:
        self.timeout: Seconds = inf if settings.timeout is None else settings.timeout
        self.deadline: Seconds = inf if settings.deadline is None else settings.deadline
        self.timed = min(self.timeout, self.deadline) < inf
        self.cancel = CANCEL[settings.cancel]
        self.retries = settings.retry is not None
        within = settings.retry.within if settings.retry is not None else None
        self.within: Seconds = inf if within is None else within
