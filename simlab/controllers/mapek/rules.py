"""Rules: which strategies there are against which issue, in the order in which they are trusted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from simlab.controllers.checks import require_counts
from simlab.controllers.mapek.symptoms import SYMPTOMS
from simlab.core import (
    Count,
    Name,
    Number,
    Ratio,
    Resource,
    Seconds,
    Settings,
    Text,
    require,
    require_not_negative,
    require_positive,
    require_share,
)

Strategy: TypeAlias = Literal[
    "Restart",
    "ScaleUp",
    "ScaleDown",
    "UpdateConfig",
    "SwitchTraffic",
    "CleanupResources",
    "Custom",
]
IssueType: TypeAlias = Literal[
    "any", "PerformanceDegradation", "ServiceFailure", "ResourceExhaustion", "ConfigurationError"
]
ON_LINKS: Final = ("UpdateConfig", "SwitchTraffic", "Custom")  # What a link's trouble may need.


@dataclass(frozen=True, kw_only=True)
class Rule(Settings):
    """What may be done about an issue.

    Args:
        issue: Of which type.
        symptom: Only where the root shows this symptom, such as ``HighErrorRate`` or
            ``Custom(backlog)``.
        resource: Only where this is what is used up.
        least: From which severity on.
        do: The strategies, in the order in which they are carried out.
        replicas: How many ScaleUp adds, and ScaleDown takes away.
        to: The service that SwitchTraffic sends calls to.
        share: The share of calls that it sends there.
        name: Of a Custom action.
        params: Of a Custom action.
        settle: After the last action, before its effect is judged.
        deadline: From the plan's start until it has failed.
    """

    issue: IssueType = "any"
    symptom: Text | None = None
    resource: Resource | None = None
    least: Literal["Low", "Medium", "High", "Critical"] = "Low"
    do: tuple[Strategy, ...]
    replicas: Count = 2
    to: Name | None = None
    share: Ratio = 1.0
    name: Name | None = None
    params: Mapping[Name, Number] = field(default_factory=dict)
    settle: Seconds = 60.0
    deadline: Seconds = 300.0

    def __post_init__(self) -> None:
        require(bool(self.do), "do must name at least one strategy")
        kind = self.symptom
        require(
            kind is None or kind in SYMPTOMS or (kind.startswith("Custom(") and kind[-1] == ")"),
            f"symptom must be {', '.join(SYMPTOMS)} or Custom(NAME), got {kind}",
        )
        require_counts(1, replicas=self.replicas)
        require_share(share=self.share)
        require_not_negative(settle=self.settle)
        require_positive(deadline=self.deadline)
        require(
            self.settle < self.deadline,
            f"settle must be shorter than the deadline, got {self.settle:g} s",
        )
        require(
            "SwitchTraffic" not in self.do or self.to is not None,
            "to must name the service that SwitchTraffic sends calls to",
        )
        require(
            "Custom" not in self.do or self.name is not None,
            "name must say which Custom action",
        )

    def __hash__(self) -> int:
        return hash((self.issue, self.symptom, self.resource, self.least, self.do, self.name))

    @property
    def strategy(self) -> str:
        """Return what it is called: its strategies, joined."""
        return "+".join(self.do)


DEFAULT_RULES: Final = (
    Rule(issue="ConfigurationError", do=("UpdateConfig",)),
    Rule(issue="ServiceFailure", do=("Restart",)),
    Rule(issue="ServiceFailure", do=("ScaleUp",)),
    Rule(issue="ResourceExhaustion", symptom="MemoryLeak", do=("Restart",)),
    Rule(issue="ResourceExhaustion", resource="storage", do=("CleanupResources",)),
    Rule(issue="ResourceExhaustion", resource="cores", do=("ScaleUp",)),
    Rule(issue="ResourceExhaustion", resource="memory", do=("ScaleUp",)),
    Rule(issue="ResourceExhaustion", resource="memory", least="High", do=("Restart",)),
    Rule(issue="PerformanceDegradation", symptom="HighLatency", do=("ScaleUp",)),
    Rule(issue="PerformanceDegradation", symptom="HighErrorRate", least="Medium", do=("Restart",)),
    Rule(issue="PerformanceDegradation", symptom="HighLatency", least="High", do=("Restart",)),
)
