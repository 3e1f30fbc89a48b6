"""Levers: what actions move, as paths. Two loops meet where their actions move one lever.

    services.X.replicas         how many there are (also as a setting, by path)
    services.X.restart          all of its replicas; services.X/3.restart one of them
    services.X.quota.cores      what each replica may use (also as a setting, by path)
    services.X.clean_up         what it has stored
    traffic.X->Y                where calls go; services.X.traffic.v1->v2 among its versions
    custom.NAME                 anything else
    services.X.capacity         what X can do just now

The last is moved beside another one by all that takes capacity for a while or bets on it: to scale
down, restart or resize X, and to switch traffic away from it or to it. So a scale-down and a
restart of one service meet, though each has a lever of its own. Any other setting's path is itself
a lever.
"""

from collections.abc import Iterator, Mapping
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


def levers_of(action: Action, wanted: Mapping[str, int]) -> tuple[str, ...]:
    """Return the levers that `action` moves, its own first.

    Args:
        action: What is asked for.
        wanted: How many replicas each service is to have before it.
    """
    return tuple(dict.fromkeys(_levers(action, wanted)))


def capacity(service: str) -> str:
    """Return the lever that all who take capacity from `service` move."""
    return f"services.{service}.capacity"


def scales_down(action: Action, wanted: Mapping[str, int]) -> bool:
    """Return whether `action` has a service run fewer replicas than it is to have now."""
    match action:
        case ScaleTo(service=service, replicas=replicas):
            return replicas < wanted.get(service, 0)
        case UpdateConfig(values=values):
            return any(_down(path, value, wanted) for path, value in values.items())
    return False


def _levers(action: Action, wanted: Mapping[str, int]) -> Iterator[str]:
    match action:
        case ScaleTo(service=service):
            yield f"services.{service}.replicas"
            if scales_down(action, wanted):
                yield capacity(service)
        case Restart(service=service, replicas=()):
            yield from (f"services.{service}.restart", capacity(service))
        case Restart(service=service, replicas=replicas):
            yield from (f"services.{service}/{number}.restart" for number in replicas)
            yield capacity(service)
        case UpdateConfig(values=values):
            for path, value in values.items():
                yield from _of_setting(path, value, wanted)
        case SwitchTraffic():
            yield from _of_traffic(action)
        case CleanUp(service=service):
            yield f"services.{service}.clean_up"
        case SetQuota(service=service, resource=resource):
            yield from (f"services.{service}.quota.{resource}", capacity(service))
        case Custom(name=name):
            yield f"custom.{name}"
        case _:
            assert_never(action)


def _of_traffic(action: SwitchTraffic) -> Iterator[str]:
    way = f"{action.away}->{action.to}"
    if action.service is not None:
        yield from (f"services.{action.service}.traffic.{way}", capacity(action.service))
        return
    yield from (f"traffic.{way}", capacity(action.away), capacity(action.to))


def _of_setting(path: str, value: object, wanted: Mapping[str, int]) -> Iterator[str]:
    match path.split("."):
        case ["services", service, "cores"]:
            yield from (f"services.{service}.quota.cores", capacity(service))
        case ["services", service, "replicas"] if _down(path, value, wanted):
            yield from (path, capacity(service))
        case _:
            yield path


def _down(path: str, value: object, wanted: Mapping[str, int]) -> bool:
    match path.split("."):
        case ["services", service, "replicas"]:
            return isinstance(value, int | float) and value < wanted.get(service, 0)
    return False
