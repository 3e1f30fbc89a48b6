"""The journal of a run: what happened, row by row, and what loops have not yet been told of it.

Logs and spans are handed to every loop once. Rows are events of the record; they grow with what
the control side does, never with the number of requests.
"""

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any, Final, TypeAlias

from simlab.core import ActionOutcome, Finding, LogLine, LoopSpan, Seconds, Span
from simlab.telemetry import Event

Value: TypeAlias = float | str | None
NOTHING: Final[Mapping[str, Value]] = {}


class Inbox:
    """What one loop is to be told at its next step."""

    def __init__(self, lag: Seconds) -> None:
        self.lag = lag
        self.logs: list[LogLine] = []
        self.spans: list[tuple[Seconds, Span]] = []
        self.outcomes: list[ActionOutcome] = []

    def take_logs(self) -> tuple[LogLine, ...]:
        """Return the logs that are new."""
        logs, self.logs = tuple(self.logs), []
        return logs

    def take_spans(self, now: Seconds) -> tuple[Span, ...]:
        """Return the spans that were scraped by now - lag and are new."""
        seen = tuple(span for at, span in self.spans if at <= now - self.lag)
        self.spans = self.spans[len(seen) :]
        return seen

    def take_outcomes(self) -> tuple[ActionOutcome, ...]:
        """Return what has become of the loop's actions since its last step."""
        outcomes, self.outcomes = tuple(self.outcomes), []
        return outcomes


class Journal:
    """Rows and inboxes."""

    def __init__(self, *, keep_spans: bool) -> None:
        self.events: list[Event] = []
        self.kept: list[Span] | None = [] if keep_spans else None
        self.inboxes: dict[str, Inbox] = {}
        self.cycles: list[tuple[str, LoopSpan]] = []
        self.noticed: Callable[[Finding], None] = _nobody

    def row(self, at: Seconds, kind: str, who: str, data: dict[str, Any]) -> None:
        """Keep a row."""
        self.events.append(Event(at=at, kind=kind, who=who, data=data))

    def log(
        self,
        at: Seconds,
        kind: str,
        who: str,
        replica: int = -1,
        *,
        room: str = "services",
        detail: str = "",
        told: Mapping[str, float | str | None] = NOTHING,
    ) -> None:
        """Log something of `who`, a service unless `room` says otherwise; have every loop told.

        `told` is the line's data.
        """
        data: dict[str, Any] = {"kind": kind, "replica": replica}
        if detail:
            data["detail"] = detail
        data |= {name: _plain(value) for name, value in told.items()}
        self.row(at, "log", who, data)
        target = f"{room}.{who}" + (f"/{replica}" if replica >= 0 else "")
        line = LogLine(at=at, kind=kind, target=target, detail=detail, data=told)
        for inbox in self.inboxes.values():
            inbox.logs.append(line)

    def config(self, at: Seconds, path: str, before: Value, after: Value) -> None:
        """Log that `path` has the value `after` instead of `before`."""
        room, who, *_ = path.split(".")
        told = {"path": path, "before": before, "after": after}
        self.log(at, "config", who, room=room, detail=f"{path} = {after}", told=told)

    def finding(self, loop: str, finding: Finding) -> None:
        """Keep what `loop` noticed."""
        data = {"target": finding.target, "name": finding.name, **finding.data}
        self.row(finding.at, finding.kind, loop, data)
        self.noticed(finding)

    def loop_spans(self, loop: str, spans: Sequence[LoopSpan]) -> None:
        """Keep the cycles that a step of `loop` went through."""
        self.cycles.extend((loop, span) for span in spans)

    def outcome(self, issuer: str, outcome: ActionOutcome, action: dict[str, Any]) -> None:
        """Keep what became of an action, and have its issuer told."""
        data = {"action": action, "status": outcome.status, "reason": outcome.reason}
        self.row(outcome.at, "action", issuer, data)
        if issuer in self.inboxes:
            self.inboxes[issuer].outcomes.append(outcome)

    def spans(self, at: Seconds, spans: list[Span]) -> None:
        """Hand spans that were scraped at `at` to every loop."""
        for inbox in self.inboxes.values():
            inbox.spans.extend((at, span) for span in spans)
        if self.kept is not None:
            self.kept.extend(spans)


def _plain(value: Value) -> Value:
    """Return `value` as a row of plain data has it: JSON knows no infinity."""
    return "unlimited" if value == inf else value


def _nobody(finding: Finding) -> None:
    """Listen to findings where there is nobody to tell."""
