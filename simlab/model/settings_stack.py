"""Values of settings as they change: a base, and what faults push on it and pop again.

    overrides (`set`)             the last one pushed holds; when it is popped, the one below it
    wrong values (`bad_config`)   below all overrides: what the last one pushed says is what is
                                  configured, until somebody configures it again
    the base                      what else is configured

An action or a person changes the base, and so takes all wrong values away.
(`services.X.replicas` has an owner of its own, the platform: see `Changes`.)
"""

from simlab.faults import Misset, Override

Value = float | str | None


class SettingStack:
    """The values of all paths that have changed so far."""

    def __init__(self) -> None:
        self._base: dict[str, Value] = {}
        self._over: list[Override] = []
        self._wrong: list[Misset] = []

    def rebase(self, path: str, value: Value) -> None:
        """Have another base at `path`: no wrong value is there any more."""
        self._base[path] = value
        self.heal(path)

    def heal(self, path: str) -> None:
        """Forget the wrong values at `path`."""
        self._wrong = [rule for rule in self._wrong if rule.path != path]

    def push(self, rule: Override | Misset, base: Value) -> None:
        """Put `rule` on; `base` is the value that its path has if it never changed before."""
        self._base.setdefault(rule.path, base)
        if isinstance(rule, Override):
            self._over.append(rule)
        else:
            self._wrong.append(rule)

    def pop(self, rule: Override | Misset) -> bool:
        """Take `rule` off, and no other; return whether it was still on."""
        if isinstance(rule, Override):
            self._over.remove(rule)
        elif rule in self._wrong:
            self._wrong.remove(rule)
        else:
            return False
        return True

    def _all(self) -> tuple[Override | Misset, ...]:
        """Return all rules, the one that holds first."""
        return (*reversed(self._over), *reversed(self._wrong))

    def value(self, path: str) -> Value:
        """Return what holds at `path`."""
        for rule in self._all():
            if rule.path == path:
                return rule.to
        return self._base[path]

    def on(self, path: str) -> bool:
        """Return whether anything but the base is at `path`."""
        return any(rule.path == path for rule in self._all())

    def overridden(self, path: str) -> bool:
        """Return whether an override of `path` is on."""
        return any(rule.path == path for rule in self._over)

    def knows(self, path: str) -> bool:
        """Return whether `path` was ever set or overridden."""
        return path in self._base

    def paths(self, start: str) -> tuple[str, ...]:
        """Return the paths that begin with `start` and were ever set or overridden."""
        return tuple(path for path in self._base if path.startswith(start))
