"""Names: what things may be called, and how selectors, operations and links are spelled."""

import re
from typing import Final

NAME: Final = r"[a-z]([a-z0-9-]*[a-z0-9])?"
RESERVED: Final = ("all", "none", "unlimited")

_NAME: Final = re.compile(NAME)
_OPERATION: Final = re.compile(rf"{NAME}\.{NAME}")
_LINK: Final = re.compile(rf"{NAME}->{NAME}")
_LOOP: Final = re.compile(rf"{NAME}(/{NAME})?")
_SELECTOR: Final = re.compile(rf"{NAME}(->{NAME}|(,{NAME})*)")  # a,b: a tag, written out.

_RULES: Final = {
    "name": (_NAME, "a name of small letters, digits and inner hyphens, a letter first"),
    "operation": (_OPERATION, "an operation, such as web.browse"),
    "link": (_LINK, "a link, such as web->cart or all->cart"),
    "loop": (_LOOP, "a loop's name, or loop/service"),
    "selector": (_SELECTOR, "a name, a link such as web->cart, a tag, or all"),
}

WORDS: Final = {kind: said for kind, (_, said) in _RULES.items()} | {
    "text": "a text",
    "tree": "any value",
    "file": "the path of a file",
    "path": "a path such as services.web.replicas",
    "setting": "a value as a file would write it there",
}


def fault_of(kind: str, text: str) -> str | None:
    """Return what is wrong with `text` as a word of `kind`, or None if nothing is."""
    if kind not in _RULES:
        return None if text.strip() else f"nothing came; allowed is {WORDS[kind]}"
    pattern, allowed = _RULES[kind]
    if not pattern.fullmatch(text) or len(text) > 200:
        return f"{text[:60]!r} came; allowed is {allowed}"
    return None
