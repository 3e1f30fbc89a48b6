"""Targets of loops that are one for several services: `all`, a service, or several by comma.

The edge writes a tag out as the services that have it; so a loop needs to know no tags.
"""

from collections.abc import Iterable
from typing import Any


def targeted(target: str, services: Iterable[str]) -> tuple[str, ...]:
    """Return those of `services` that `target` means, in their order.

    >>> targeted("all", ["web", "cart"]), targeted("cart,web", ["web", "cart", "stock"])
    (('web', 'cart'), ('web', 'cart'))
    """
    if target == "all":
        return tuple(services)
    meant = target.split(",")
    return tuple(name for name in services if name in meant)


def scaled(loop: Any, services: Iterable[str]) -> tuple[str, ...]:
    """Return those of `services` that `loop`, or who has its settings, may scale by its target.

    A loop for several says by `scales` whether it does.
    """
    target = getattr(loop, "target", None)
    if getattr(loop, "scales", False):
        return targeted(str(target), services)
    return () if hasattr(loop, "scales") else tuple(name for name in services if name == target)
