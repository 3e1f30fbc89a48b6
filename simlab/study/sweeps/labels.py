"""Labels: short names of paths, for tables and figures."""

from collections.abc import Sequence

from simlab.scenario.paths import steps_of

LEAST = 2  # Steps of a path that say what it is.


def short_names(paths: Sequence[str]) -> dict[str, str]:
    """Return, by path, its last steps: two at least, and enough to tell it from the others.

    >>> short_names(["services.web.boot.mean", "services.web.replicas", "services.db.replicas"])
    {'services.web.boot.mean': 'boot.mean', 'services.web.replicas': 'web.replicas', \
'services.db.replicas': 'db.replicas'}
    """
    names: dict[str, str] = {}
    for path in paths:
        steps = _words(path)
        others = [_words(other) for other in paths if other != path]
        count = min(LEAST, len(steps))
        while count < len(steps) and any(other[-count:] == steps[-count:] for other in others):
            count += 1
        names[path] = _joined(steps[-count:])
    return names


def _words(path: str) -> list[str]:
    """Return the steps of `path`; a place in a list belongs to the step before it."""
    words: list[str] = []
    for step in steps_of(path):
        if step.isdigit() and words:
            words[-1] += f"[{step}]"
        else:
            words.append(step)
    return words


def _joined(words: Sequence[str]) -> str:
    first, *rest = words
    return "".join([first, *map(_after, rest)])


def _after(word: str) -> str:
    return f"[{word}]" if "." in word else f".{word}"
