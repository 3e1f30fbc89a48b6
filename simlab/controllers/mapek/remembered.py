"""What a knowledge base keeps from one run to the next, as a JSON document.

    {"schema": "simlab/knowledge/v1", "history": [...], "topology": {"web": ["cart"]},
     "rules": [...]}

It is read with `json` and checked field by field; nothing in it is ever run. What a loop did
lately (cool-downs, what is to be given back) belongs to the run that it was in, and is not kept.
Longer than most: `_rule` checks every field.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any, Final, get_args

from simlab.controllers.mapek.knowledge import RESULTS, Episode, KnowledgeBase
from simlab.controllers.mapek.rules import IssueType, Rule, Strategy
from simlab.core import RESOURCES, File, require

SCHEMA: Final = "simlab/knowledge/v1"
MEGABYTES: Final = 64  # A larger file is not read.
WORDS: Final = ("issue", "service", "strategy", "result")
TIMES: Final = ("at", "took")
RULE_FIELDS: Final = {one.name: one for one in fields(Rule)}


def to_json(known: KnowledgeBase) -> dict[str, Any]:
    """Return what is kept of `known`."""
    topology: dict[str, list[str]] = {}
    for link in known.links:
        caller, _, callee = link.partition("->")
        topology.setdefault(caller, []).append(callee)
    return {
        "schema": SCHEMA,
        "history": [
            {name: getattr(one, name) for name in (*WORDS, *TIMES)} for one in known.history
        ],
        "topology": topology,
        "rules": [_rule_to_json(one) for one in known.rules],
    }


def from_json(document: Any) -> KnowledgeBase:
    """Return the knowledge base that `document`, which may be anybody's, describes.

    Raises:
        ValueError: It is none; the message says where, what came and what is allowed.
    """
    _require_keys(document, "the document", ("schema",), ("history", "topology", "rules"))
    require(document["schema"] == SCHEMA, f"schema must be {SCHEMA!r}, got {document['schema']!r}")
    history, rules = document.get("history", []), document.get("rules", [])
    topology = document.get("topology", {})
    require(isinstance(history, list), "history must be a list")
    require(isinstance(rules, list), "rules must be a list")
    require(isinstance(topology, dict), "topology must be a mapping")
    links = []
    for caller, callees in topology.items():
        require(
            isinstance(callees, list) and all(isinstance(one, str) for one in callees),
            f"topology.{caller} must be a list of names",
        )
        links += [f"{caller}->{one}" for one in callees]
    return KnowledgeBase(
        rules=tuple(_rule(one, f"rules[{place}]") for place, one in enumerate(rules)),
        history=[_episode(one, f"history[{place}]") for place, one in enumerate(history)],
        links=links,
    )


def read_knowledge(file: File) -> KnowledgeBase:
    """Return what is kept in `file`.

    Raises:
        ValueError: It cannot be read, or is none; the message begins with the file's name.
    """
    try:
        found = Path(file).stat()
        require(found.st_size <= MEGABYTES * 2**20, f"it has more than {MEGABYTES} MiB")
        text = _text(file, found.st_mtime_ns, found.st_size)
        return from_json(json.loads(text, parse_constant=_refused))
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise ValueError(f"{file} cannot be read: {reason}") from None
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from None


@lru_cache(maxsize=16)
def _text(file: File, _modified: int, _size: int) -> str:
    return Path(file).read_text(encoding="utf-8")


def _refused(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _require_keys(
    value: Any, where: str, needed: Sequence[str], others: Sequence[str] = ()
) -> None:
    require(isinstance(value, dict), f"{where} must be a mapping, got {type(value).__name__}")
    for name in needed:
        require(name in value, f"{where} has no {name}")
    for name in value:
        allowed = ", ".join((*needed, *others))
        require(name in (*needed, *others), f"{where}: {name} is unknown; allowed is {allowed}")


def _episode(value: Any, where: str) -> Episode:
    _require_keys(value, where, (*WORDS, *TIMES))
    for name in WORDS:
        require(isinstance(value[name], str), f"{where}.{name} must be text")
    require(
        value["result"] in RESULTS,
        f"{where}.result must be one of {', '.join(RESULTS)}, got {value['result']!r}",
    )
    for name in TIMES:
        require(_is_number(value[name]), f"{where}.{name} must be a finite number")
    return Episode(**value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _rule_to_json(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in RULE_FIELDS:
        value = getattr(rule, name)
        value = dict(value) if isinstance(value, Mapping) else value
        found[name] = list(value) if isinstance(value, tuple) else value
    return found


def _rule(value: Any, where: str) -> Rule:
    _require_keys(value, where, ("do",), [name for name in RULE_FIELDS if name != "do"])
    do = value["do"]
    strategies = get_args(Strategy)
    require(
        isinstance(do, list) and all(one in strategies for one in do),
        f"{where}.do must be a list of {', '.join(strategies)}",
    )
    words = {
        "issue": get_args(IssueType),
        "least": ("Low", "Medium", "High", "Critical"),
        "resource": (*RESOURCES, None),
    }
    for name, allowed in words.items():
        got = value.get(name, allowed[0])
        require(
            got in allowed, f"{where}.{name} is {got!r}; allowed is {', '.join(map(str, allowed))}"
        )
    for name in ("symptom", "to", "name"):
        got = value.get(name)
        require(got is None or isinstance(got, str), f"{where}.{name} must be text")
    for name in ("replicas", "share", "settle", "deadline"):
        require(_is_number(value.get(name, 1)), f"{where}.{name} must be a finite number")
    params = value.get("params", {})
    require(
        isinstance(params, dict) and all(_is_number(one) for one in params.values()),
        f"{where}.params must be a mapping from names to numbers",
    )
    try:
        return Rule(**{**value, "do": tuple(do)})
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
