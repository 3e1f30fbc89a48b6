"""Units: everything inside is SI; conversion happens at the edge, which reads these marks."""

from dataclasses import dataclass
from typing import Annotated, TypeAlias


@dataclass(frozen=True)
class Unit:
    """What kind of quantity a field holds; `simlab.scenario` parses its text by it."""

    kind: str


Seconds: TypeAlias = Annotated[float, Unit("duration")]
PerSecond: TypeAlias = Annotated[float, Unit("rate")]
Ratio: TypeAlias = Annotated[float, Unit("share")]
Bytes: TypeAlias = Annotated[float, Unit("size")]
BytesPerSecond: TypeAlias = Annotated[float, Unit("size_rate")]
Cores: TypeAlias = Annotated[float, Unit("cores")]
Quantity: TypeAlias = Annotated[float, Unit("quantity")]  # A duration, size or number, by context.
Count: TypeAlias = Annotated[int, Unit("count")]  # A whole number from 0 on.
Limit: TypeAlias = Annotated[float, Unit("limit")]  # A whole number, or math.inf ("unlimited").
Number: TypeAlias = Annotated[float, Unit("number")]  # A finite number without a unit.
Percent: TypeAlias = Annotated[float, Unit("percent")]  # 0 to 100, as products write it.
WholeSeconds: TypeAlias = Annotated[int, Unit("whole_seconds")]  # Kubernetes' ...Seconds fields.
Name: TypeAlias = Annotated[str, Unit("name")]
Selector: TypeAlias = Annotated[str, Unit("selector")]  # A name, `a->b`, a tag, `all`.
OperationPath: TypeAlias = Annotated[str, Unit("operation")]  # `service.operation`
ConfigPath: TypeAlias = Annotated[str, Unit("path")]  # `links.web->cart.timeout`
File: TypeAlias = Annotated[str, Unit("file")]  # Absolute once it has passed the edge.
Text: TypeAlias = Annotated[str, Unit("text")]
Setting: TypeAlias = Annotated[
    float | str | None, Unit("setting")
]  # Of the kind that its path has.
