"""Rows: what actions and decisions are in a journal: plain data, alike in both drivers."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from simlab.core import (
    Action,
    CleanUp,
    Custom,
    Decision,
    Expected,
    Restart,
    ScaleTo,
    SetQuota,
    SwitchTraffic,
    UpdateConfig,
)

KINDS: dict[type[Action], str] = {
    ScaleTo: "scale",
    Restart: "restart",
    UpdateConfig: "update_config",
    SwitchTraffic: "switch_traffic",
    CleanUp: "clean_up",
    SetQuota: "set_quota",
    Custom: "custom",
}
OMITTED = ("expected", "issuer")  # Where there is none.


def described(action: Action) -> dict[str, Any]:
    """Return an action as a row of plain data: its kind, then its fields."""
    row: dict[str, Any] = {"kind": KINDS[type(action)]}
    for field in fields(action):
        value = getattr(action, field.name)
        match value:
            case tuple():
                value = list(value)
            case Mapping():
                value = dict(value)
            case Expected():
                value = asdict(value)
        if value or field.name not in OMITTED:
            row[field.name] = value
    return row


def decided(decision: Decision) -> dict[str, Any]:
    """Return a decision as a row of plain data: why, and what is asked for."""
    return {
        "because": dict(decision.because),
        "actions": [described(action) for action in decision.actions],
    }
