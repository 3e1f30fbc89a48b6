"""Marks: what a walk returns where there is no value."""

from typing import Final


class Mark:
    """A value that is none."""


BAD: Final = Mark()
"""Something is wrong, and a problem says what."""

ABSENT: Final = Mark()
"""Nothing stands there, or `none` removes it."""
