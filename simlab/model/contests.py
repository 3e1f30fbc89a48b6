"""Contests: loops that move one lever with nobody between them. The last one wins.

In reality nothing stops two loops from moving one lever in turn: so it is here. It is kept with the
run when a loop moves what another one moved within the last minute, which is about as long as the
effect of an action takes to show. An adaptive system counts as one loop: within it its arbiter
decides. Nothing that is simulated depends on what stands here.
"""

from collections.abc import Mapping
from typing import Final

from simlab.controllers.adaptive import Contest, levers_of, said
from simlab.core import Action, Seconds
from simlab.model.journal import Journal

MEMORY: Final[Seconds] = 60.0
REASON: Final = "no arbiter: the last one wins"

Move = tuple[str, Seconds, Action]  # Who moved a lever, when, by what.


class Contests:
    """Who moved which lever last."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._last: dict[str, Move] = {}
        self._begun: tuple[Action, tuple[str, ...]] | None = None  # What is being performed.

    def begin(self, action: Action, wanted: Mapping[str, int]) -> None:
        """Note what `action` will move if it is accepted: it is about to be performed."""
        self._begun = action, levers_of(action, wanted)

    def told(self, now: Seconds, loop: str, action: Action, status: str) -> None:
        """Note what has become of `action`; what is told of it later on does not count."""
        if self._begun is None or self._begun[0] is not action:
            return
        levers, self._begun = self._begun[1], None
        if status == "refused":
            return
        met: dict[str, tuple[str, Move]] = {}
        for lever in levers:
            last = self._last.get(lever)
            if last is not None and last[0] != loop and now - last[1] <= MEMORY:
                met.setdefault(last[0], (lever, last))
            self._last[lever] = (loop, now, action)
        for lever, last in met.values():
            self._journal.finding(loop, _contest(lever, loop, action, last).finding(now))


def _contest(lever: str, loop: str, action: Action, last: Move) -> Contest:
    return Contest(
        lever=lever,
        winner=loop,
        loser=last[0],
        reason=REASON,
        winner_action=said(action),
        loser_action=said(last[2]),
    )
