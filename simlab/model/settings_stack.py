"""Values of settings as they change: a base, and overrides that faults push and pop.

The last override pushed holds; when it is popped, the one below it, else the base. An action
changes the base. (`services.X.replicas` has an owner of its own, the platform: see `Changes`.)
"""

from simlab.faults import Override

Value = float | str | None


class SettingStack:
    """The values of all paths that have changed so far."""

    def __init__(self) -> None:
        self._base: dict[str, Value] = {}
        self._over: list[Override] = []

    def rebase(self, path: str, value: Value) -> None:
        """Have another base at `path`."""
        self._base[path] = value

    def push(self, rule: Override, base: Value) -> None:
        """Put `rule` on; `base` is the value that its path has if it never changed before."""
        self._base.setdefault(rule.path, base)
        self._over.append(rule)

    def pop(self, rule: Override) -> None:
        """Take `rule` off, and no other."""
        self._over.remove(rule)

    def value(self, path: str) -> Value:
        """Return what holds at `path`."""
        for rule in reversed(self._over):
            if rule.path == path:
                return rule.to
        return self._base[path]

    def on(self, path: str) -> bool:
        """Return whether an override of `path` is on."""
        return any(rule.path == path for rule in self._over)

    def knows(self, path: str) -> bool:
        """Return whether `path` was ever set or overridden."""
        return path in self._base
