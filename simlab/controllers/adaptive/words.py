"""Actions in words, for people who read what a loop was granted or denied."""

from typing import assert_never

from simlab.core import (
    Action,
    CleanUp,
    Custom,
    Restart,
    ScaleTo,
    SetQuota,
    SwitchTraffic,
    UpdateConfig,
)


def said(action: Action) -> str:
    """Return `action` in words.

    >>> said(ScaleTo("web", 3)), said(Restart("cart", (2,)))
    ('scale web to 3', 'restart cart/2')
    """
    match action:
        case ScaleTo(service=service, replicas=replicas):
            return f"scale {service} to {replicas}"
        case Restart(service=service, replicas=replicas):
            which = "".join(f"/{number}" for number in replicas)
            return f"restart {service}{which}"
        case UpdateConfig(values=values):
            return "set " + ", ".join(f"{path} to {_value(to)}" for path, to in values.items())
        case SwitchTraffic(away=away, to=to, share=share):
            return f"switch {share:.0%} of {away} to {to}"
        case CleanUp(service=service):
            return f"clean up {service}"
        case SetQuota(service=service, resource=resource, amount=amount):
            return f"give {service} {amount:g} of {resource}"
        case Custom(name=name):
            return f"do {name}"
        case _:
            assert_never(action)


def _value(value: float | str | None) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value or "none")
