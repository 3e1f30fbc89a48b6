"""The arbiter: at any time a lever has at most one owner. Whoever moves it holds it for a while.

    nobody's, or its lease is over     granted
    the owner's own                    granted, and the lease begins anew
    of one with less priority          granted: the lease is taken over
    of one with as much, or more       denied until the lease is over
    a scale-down, where another one
    holds the service's capacity       denied, whatever the priorities

An action that moves several levers gets all of them, or none and is denied. What the platform
refused has moved nothing, and its leases end; when it is done, they begin anew, for only then does
its effect begin to show. Every meeting is a `Contest`, granted or denied.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simlab.controllers.adaptive.claims import ArbiterSettings
from simlab.controllers.adaptive.levers import levers_of, scales_down
from simlab.controllers.adaptive.words import said
from simlab.core import Action, Finding, Seconds


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a lever, and until when.

    Args:
        owner: The loop.
        since: When it was granted, in seconds.
        until: From when on it is free.
        action: For which.
    """

    owner: str
    since: Seconds
    until: Seconds
    action: Action

    def holds(self, now: Seconds) -> bool:
        """Return whether the lever is taken at `now`; in the step that took it, it always is."""
        return now < self.until or now == self.since


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Two loops that wanted one lever."""

    lever: str
    winner: str
    loser: str
    reason: str
    winner_action: str
    loser_action: str

    def finding(self, now: Seconds) -> Finding:
        """Return it as what is kept with the run."""
        return Finding(
            kind="contest",
            at=now,
            target=self.lever,
            name=f"{self.winner} over {self.loser}",
            data={
                "winner": self.winner,
                "loser": self.loser,
                "reason": self.reason,
                "winner_action": self.winner_action,
                "loser_action": self.loser_action,
            },
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an offer. `reason` is why it was denied; else empty."""

    granted: bool
    reason: str = ""
    contests: tuple[Contest, ...] = ()


class Arbiter:
    """Holds the leases of one system of loops.

    Args:
        settings: Priorities, and how long leases last.
    """

    def __init__(self, settings: ArbiterSettings) -> None:
        self.settings = settings
        self.leases: dict[str, Lease] = {}

    def owner(self, lever: str, now: Seconds) -> str | None:
        """Return who holds `lever` at `now`."""
        lease = self.leases.get(lever)
        return lease.owner if lease is not None and lease.holds(now) else None

    def offer(
        self, now: Seconds, issuer: str, action: Action, wanted: Mapping[str, int]
    ) -> Verdict:
        """Return whether `issuer` may have `action`; if so, the levers that it moves are its own.

        Args:
            now: In seconds; never less than before.
            issuer: The loop that asks.
            action: What it asks for.
            wanted: How many replicas each service is to have now.
        """
        levers = levers_of(action, wanted)
        down = scales_down(action, wanted)
        taken = []
        for lever in levers:
            lease = self.leases.get(lever)
            if lease is None or lease.owner == issuer or not lease.holds(now):
                continue
            reason = self._denial(now, issuer, lease, down=down and lever.endswith(".capacity"))
            if reason:
                return Verdict(False, reason, (_contest(lever, lease, issuer, action, reason),))
            taken.append(_takeover(lever, lease, issuer, action))
        until = now + self.settings.claim(issuer).lease
        for lever in levers:
            self.leases[lever] = Lease(issuer, now, until, action)
        return Verdict(True, "", tuple(taken))

    def refused(self, issuer: str, action: Action) -> None:
        """End the leases of an action that has come to nothing."""
        for lever in self._held_for(issuer, action):
            del self.leases[lever]

    def done(self, now: Seconds, issuer: str, action: Action) -> None:
        """Have the leases of an action that is done begin anew, where they still last."""
        until = now + self.settings.claim(issuer).lease
        for lever in self._held_for(issuer, action):
            if self.leases[lever].holds(now):
                self.leases[lever] = replace(self.leases[lever], until=until)

    def _held_for(self, issuer: str, action: Action) -> list[str]:
        return [
            lever
            for lever, lease in self.leases.items()
            if lease.owner == issuer and lease.action.id == action.id
        ]

    def _denial(self, now: Seconds, issuer: str, lease: Lease, *, down: bool) -> str:
        """Return why `issuer` may not take this lease over; empty if it may."""
        mine, theirs = (self.settings.claim(one).priority for one in (issuer, lease.owner))
        if down:
            return f"a scale-down waits for {lease.owner}, until {lease.until:g} s"
        if mine > theirs:
            return ""
        than = "less priority than" if mine < theirs else "after"
        if lease.since == now:
            return f"{than} {lease.owner} in the same step"
        return f"held by {lease.owner} until {lease.until:g} s, and {_standing(mine, theirs)}"


def _standing(mine: int, theirs: int) -> str:
    return "its priority is higher" if mine < theirs else "priorities are equal"


def _contest(lever: str, lease: Lease, issuer: str, action: Action, reason: str) -> Contest:
    return Contest(
        lever=lever,
        winner=lease.owner,
        loser=issuer,
        reason=reason,
        winner_action=said(lease.action),
        loser_action=said(action),
    )


def _takeover(lever: str, lease: Lease, issuer: str, action: Action) -> Contest:
    return Contest(
        lever=lever,
        winner=issuer,
        loser=lease.owner,
        reason=f"higher priority: a lease until {lease.until:g} s is taken over",
        winner_action=said(action),
        loser_action=said(lease.action),
    )
