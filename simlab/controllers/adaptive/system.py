"""The adaptive system: a loop of loops, with an arbiter between them and the levers.

Its period is the greatest of which those of its loops are multiples. At each step the loops that
are due are stepped, in a fixed order, on one observation; then their actions are offered to the
arbiter, those of a higher priority first. What it grants goes out, numbered anew, with the inner
loop as issuer; what it denies, the loop is told as refused, at its next step. What has become of
what went out comes back to its loop under the id that it knows.

A loop that raises asks for nothing at that step; the others go on. That is kept with the run, as a
finding `failed` and in what the decision was made of.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from simlab.controllers.adaptive.arbiter import Arbiter
from simlab.controllers.adaptive.inner import Inner
from simlab.controllers.adaptive.parts import parts_of
from simlab.controllers.adaptive.rhythm import common_period
from simlab.core import (
    Action,
    Decision,
    Finding,
    LoopSpan,
    Observation,
    ProbeWish,
    Seconds,
)

if TYPE_CHECKING:
    from simlab.controllers.adaptive.settings import AdaptiveSystemSettings

Offer = tuple[Inner, Action]
ENDED = ("refused", "failed")


@dataclass(slots=True)
class Step:
    """What a step of the system gathers from its loops."""

    now: Seconds
    offers: list[Offer] = field(default_factory=list)
    because: dict[str, float | str | None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    spans: list[LoopSpan] = field(default_factory=list)


class AdaptiveSystem:
    """A `Loop` of loops."""

    def __init__(self, settings: "AdaptiveSystemSettings") -> None:
        self.settings = settings
        self.arbiter = Arbiter(settings.arbiter)
        self.parts = parts_of(settings)
        self.steps = 0
        self.ids = 0
        self.inners: list[Inner] = []
        self._period, self._every = common_period([part.period for part in self.parts])
        self._out: dict[int, Offer] = {}  # What went out, by the number that it went out with.

    @property
    def period(self) -> Seconds:
        return self._period

    @property
    def probes(self) -> Mapping[str, ProbeWish]:
        """Return which probes are to be answered before the next step: by service."""
        step = self.steps + 1
        pairs = zip(self.parts, self._every, strict=True)
        due = [part.probes for part, every in pairs if step % every == 0]
        return {service: wish for wishes in due for service, wish in wishes.items()}

    @property
    def knowledge(self) -> dict[str, Any] | None:
        """Return what its MAPE-K loop knows, as that loop tells it; None without one."""
        known = [inner.loop.knowledge for inner in self.inners if inner.part == "mape_k"]
        return known[0] if known else None

    def step(self, seen: Observation) -> Decision:
        self._people(seen)
        self.steps += 1
        for inner in self.inners:
            inner.hear(seen)
        self._tell(seen)
        step = Step(seen.now)
        for inner in self.inners:
            if inner.due(self.steps):
                _step(inner, seen, step)
        wanted = {name: service.wanted for name, service in seen.services.items()}
        actions = self._granted(step, wanted)
        return Decision(actions, step.because, step.findings, step.spans)

    def reconfigure(self, name: str, value: float) -> None:
        """Set one of the settings' `CHANGEABLE`, in all loops of the part that it names."""
        self.settings = self.settings.with_change(name, value)
        self.parts = parts_of(self.settings)
        part, _, rest = name.partition(".")
        for inner in self.inners:
            if inner.part == part:
                inner.loop.reconfigure(rest, value)

    def _people(self, seen: Observation) -> None:
        """Build the loops, once it is seen which services there are."""
        if not self.inners:
            for part, every in zip(self.parts, self._every, strict=True):
                self.inners += part.inners(seen.services, every)

    def _tell(self, seen: Observation) -> None:
        for outcome in seen.outcomes:
            if outcome.action.id not in self._out:
                continue
            inner, action = self._out[outcome.action.id]
            inner.told(action, outcome)
            if outcome.status in ENDED:
                self.arbiter.refused(inner.name, action)
            if outcome.status == "done":
                self.arbiter.done(outcome.at, inner.name, action)
            if outcome.status != "accepted":
                del self._out[outcome.action.id]

    def _granted(self, step: Step, wanted: Mapping[str, int]) -> list[Action]:
        """Return the actions that the arbiter grants; contests go to the step's findings."""
        granted: list[Action] = []
        settings = self.arbiter.settings
        offers = sorted(step.offers, key=lambda offer: -settings.claim(offer[0].name).priority)
        for inner, action in offers:
            verdict = self.arbiter.offer(step.now, inner.name, action, wanted)
            step.findings += [contest.finding(step.now) for contest in verdict.contests]
            if verdict.granted:
                granted.append(self._sent(inner, action))
            else:
                inner.denied(action, step.now, f"the arbiter: {verdict.reason}")
        return granted

    def _sent(self, inner: Inner, action: Action) -> Action:
        self.ids += 1
        self._out[self.ids] = (inner, action)
        return replace(action, id=self.ids, issuer=inner.name)


def _step(inner: Inner, seen: Observation, step: Step) -> None:
    """Step one loop, and gather what it says."""
    view = inner.view(seen)
    try:
        decision = inner.loop.step(view)
    except Exception as error:  # noqa: BLE001 (whatever it is, the other loops go on)
        _fail(inner, step, f"{type(error).__name__}: {error}")
        return
    step.offers += [(inner, action) for action in decision.actions]
    step.because |= {f"{inner.name}.{key}": value for key, value in decision.because.items()}
    step.findings += [_of(inner, finding) for finding in decision.findings]
    step.spans += decision.spans
    for span in decision.spans:
        if not span.ok:  # It has caught what it raised itself.
            _fail(inner, step, span.message)


def _fail(inner: Inner, step: Step, message: str) -> None:
    """Keep that a loop has failed."""
    step.because[f"{inner.name}.failed"] = message
    name, data = message.partition(":")[0], {"message": message}
    found = Finding(kind="failed", at=step.now, target=f"loops.{inner.name}", name=name, data=data)
    step.findings.append(_of(inner, found))


def _of(inner: Inner, finding: Finding) -> Finding:
    """Return `finding`, saying which loop it is of."""
    return replace(finding, data={**finding.data, "loop": inner.name})
