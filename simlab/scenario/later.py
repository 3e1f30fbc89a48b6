"""Not yet: words of the language that this version does not speak. They are refused by name.

Rule 1: what will have a meaning is never ignored, and never taken for a slip of the pen.
Rule 2: what the settings know by now is no longer listed here (a test compares).
"""

from collections.abc import Mapping
from typing import Final

from simlab.controllers import BalancerSettings, LoopSettings, ScriptStep
from simlab.core import Settings
from simlab.faults import AnyFault
from simlab.load import Slo, SourceSettings
from simlab.model.settings.link import LinkSettings
from simlab.model.settings.service import ServiceSettings
from simlab.model.settings.steps import OperationSettings, ParallelStep
from simlab.model.settings.world import Platform
from simlab.scenario.asking import ExperimentFile
from simlab.scenario.documents import Defaults, ScenarioDocument, StrategyDocument
from simlab.scenario.hints import OneOf, hint_of, settings_in
from simlab.scenario.nodes import Listing, Node, Scalar, Table

_QUEUES: Final = "queues, with workers of a consuming service"
_CACHES: Final = "caches, whose hits go on without a call"
_POOLS: Final = "pools of units to hold while doing something"
_VERSIONS: Final = "versions of a service, and the traffic between them"
_ZONES: Final = "zones, and what it costs to cross them"
_ADMISSION: Final = "admission at a service's door: token bucket, CoDel, adaptive concurrency"

KEYS: Final[Mapping[type[Settings], Mapping[str, str]]] = {
    ScenarioDocument: {"queues": _QUEUES, "caches": _CACHES},
    StrategyDocument: {"queues": _QUEUES, "caches": _CACHES},
    Defaults: {"queue": _QUEUES, "cache": _CACHES},
    ServiceSettings: {
        "contention": "cores that slow each other down",
        "admission": _ADMISSION,
        "chores": "steps that each replica runs on a period",
        "pools": _POOLS,
        "versions": _VERSIONS,
        "traffic": _VERSIONS,
        "zones": _ZONES,
    },
    OperationSettings: {"invalid": "requests that are the client's fault"},
    ParallelStep: {"need": "a parallel step that is done when so many of its branches are"},
    LinkSettings: {
        "hedge": "hedged attempts",
        "outlier": "ejection of outliers",
    },
    SourceSettings: {"zone": _ZONES},
    Slo: {"of": "goals for what queues deliver"},
    Platform: {
        "zones": _ZONES,
        "cross_zone": _ZONES,
    },
    ScriptStep: {"deploy": _VERSIONS},
    AnyFault: {
        "when": "faults that wait for a condition",
        "zone": _ZONES,
        "version": _VERSIONS,
    },
    **{cls: {"zone_aware": _ZONES} for cls in settings_in(hint_of(BalancerSettings))},
    **{
        cls: {"file": "loops read from the files that people have, such as an HPA's manifest"}
        for cls in settings_in(hint_of(LoopSettings))
        if "file" not in cls.__dataclass_fields__
    },
}

VERBS: Final[Mapping[str, str]] = {
    "enqueue": _QUEUES,
    "lookup": _CACHES,
    "hold": _POOLS,
}

# By a word that the family has: what else it will have.
KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "crash": {
        "flush": "caches that lose what they hold",
        "queue_loss": "queues that lose what they hold",
        "bad_version": "a version with a defect",
    },
    "hpa": {
        "kpa": "Knative's autoscaler",
        "keda": "KEDA's scaler on events",
    },
    "constant": {"zipf": "keys by Zipf's law, for caches"},
}

WORDS: Final[Mapping[tuple[type[Settings], str], Mapping[str, str]]] = {
    (ExperimentFile, "kind"): {
        "tune": "tuning",
        "campaign": "chaos campaigns",
    },
    (ExperimentFile, "replicate"): {
        "days": "replications over days of a trace",
        "both": "replications over days of a trace",
    },
}

TABLES: Final[Mapping[tuple[type[Settings], str], str]] = {
    (ServiceSettings, "line"): "a line with an order of its own ({room, order})",
    (ExperimentFile, "replications"): "as many replications as a precision needs (until)",
}

LISTS: Final[Mapping[tuple[type[Settings], str], str]] = {
    (ServiceSettings, "boot"): "a boot made of steps",
}


def key(cls: type[Settings], word: str) -> str | None:
    """Return what to say of `word` as a key of `cls`, if it is to come."""
    for base, words in KEYS.items():
        if issubclass(cls, base) and word in words:
            return _not_yet(words[word])
    return None


def kind(hint: OneOf, word: str) -> str | None:
    """Return what to say of `word` where it would choose one of `hint`, if it is to come."""
    for anchor, words in KINDS.items():
        if anchor in hint.words and word in words:
            return _not_yet(words[word])
    return None


def verb(word: str) -> str | None:
    """Return what to say of `word` as the verb of a step, if it is to come."""
    return _not_yet(VERBS[word]) if word in VERBS else None


def form(cls: type[Settings], word: str, node: Node) -> str | None:
    """Return what to say of `node` as the field `word` of `cls`, if its form is to come."""
    match node:
        case Scalar(text=text):
            sentence = WORDS.get((cls, word), {}).get(text)
        case Table():
            sentence = TABLES.get((cls, word))
        case Listing():
            sentence = LISTS.get((cls, word))
    return _not_yet(sentence) if sentence else None


def _not_yet(sentence: str) -> str:
    return f"not yet: {sentence}"
