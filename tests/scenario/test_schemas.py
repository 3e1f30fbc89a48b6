"""The JSON Schema: it is current, it takes what files may say, it refuses what they may not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from simlab.core import FileError, UserError
from simlab.scenario import parse, schema
from simlab.scenario.kinds import PARSERS
from simlab.scenario.kinds import parse as parse_word
from simlab.scenario.names import fault_of
from simlab.scenario.patterns import PATTERNS, WHOLE, scalar
from simlab.scenario.units import is_number

ROOT = Path(__file__).parents[2]
SHOP = Path(__file__).with_name("shop.yaml").read_text(encoding="utf-8")
SCENARIO = Draft202012Validator(schema("scenario"))


def plain(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize("kind", ["scenario", "strategy", "experiment"])
def test_it_is_a_schema_and_the_one_in_the_docs_is_current(kind: str) -> None:
    made = schema(kind)
    Draft202012Validator.check_schema(made)
    path = ROOT / "docs" / "schemas" / f"{kind}-v1.json"
    command = f"python -m simlab.scenario.schemas {kind} > docs/schemas/{kind}-v1.json"
    assert json.loads(path.read_text(encoding="utf-8")) == made, f"to renew it: {command}"


def test_other_kinds_of_file_have_none() -> None:
    with pytest.raises(
        UserError, match=r"there is no kind of file 'scenrio'.*did you mean 'scenario'"
    ):
        schema("scenrio")


def test_every_field_that_says_what_it_is_says_it_in_the_schema() -> None:
    properties = schema("scenario")["properties"]
    assert properties["duration"]["description"] == "Arrivals stop here; the run then drains."
    service = schema("scenario")["$defs"]["ServiceSettings-part"]["properties"]
    assert service["slots"]["description"] == "Requests that a replica works on at once."


FILES = sorted((ROOT / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scenario_of_ours_fits(path: Path) -> None:
    SCENARIO.validate(plain(path.read_text(encoding="utf-8")))


CHANGES = [
    ("  static: {}", "  static: {extends: hpa, loops: {web: {kind: hpa, minReplicas: 2}}}"),
    ("duration: 10m", "duration: 600"),
    ("duration: 10m", "duration: 1h30m"),
    ("name: shop", "warmup: auto\nanalysis: steady_state"),
    ("name: shop", "x-own: {anything: [1, 2]}"),
    ("name: shop", "about: none"),
    ("{slots: 64, line: 128}", "{slots: unlimited, line: none}"),
    ("{slots: 64, line: 128}", "{boot: {dist: lognormal, mean: 20s, cv: 0.3}, memory: {base: 1Mi}}"),
    ("errors: 0.05%", "errors: {share: 1%, after: 1ms}"),
    ("times: lines", "times: 3"),
    ("replicas: 1, at: 5m", "replicas: 50%, every: 5m"),
    ("replicas: 1, at: 5m", "replicas: all, random: {mean: 5m}"),
    ("{list: 4ms}", "{list: {dist: mixture, of: [[90%, 5ms], [10%, {dist: exponential, mean: 1s}]]}}"),
    ("{list: 4ms}", "{list: {base: 4ms, per: {lines: 1ms}}}"),
    ("{list: 4ms}", "{list: [{parallel: [{cpu: 1ms}, [{wait: 1ms, chance: 50%, else: [{wait: 2}]}]]}]}"),
    ("{kind: constant, rate: 10/s}", "[{kind: steps, points: [[0s, 10/s], [5m, 40/s]]}]"),
    ("{kind: constant, rate: 10/s}", "{kind: users, count: 5, think: 1s}"),
    ("{kind: constant, rate: 10/s}}", "{kind: constant, rate: 10/s}, arrivals: even, scale: 2}"),
    ("{kind: constant, rate: 10/s}}", "{kind: constant, rate: 10/s}, arrivals: {cv: 3}, carries: {lines: 5}}"),
    ("{timeout: 300ms,", "{timeout: none, cancel: all, operations: {get: {retry: none}},"),
    ("{kind: backoff, attempts: 3}", "{kind: backoff, attempts: unlimited, jitter: 10%}"),
    ("{kind: backoff, attempts: 3}", "{kind: backoff, budget: {kind: token_bucket, per_call: 20%}}"),
    ("  static: {}", "  static: {extends: hpa, loops: {web: {maxReplicas: 9}}, links: {all->all: {balancer: none}}}"),
    ("  static: {}", "  static: {extends: hpa, loops: {web: none}}"),
    ("{kind: hpa, target: web, maxReplicas: 8}", "{kind: pid, target: web, maxReplicas: 8, maxStep: 2}"),
    ("{kind: hpa, target: web, maxReplicas: 8}", "{kind: script, steps: [{at: 1m, scale: {web: 4}}]}"),
    ("carries: {lines: 3}", "carries: {lines: {dist: exponential, mean: 3}}"),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change[1])
def test_what_may_be_said_fits(change: tuple[str, str]) -> None:
    text = SHOP.replace(*change)
    assert text != SHOP
    parse(text)
    SCENARIO.validate(plain(text))


@pytest.mark.parametrize(
    "change",
    [
        ("duration: 10m\n", ""),
        ("schema: simlab/scenario/v1\n", ""),
        ("simlab/scenario/v1", "simlab/scenario/v2"),
        ("duration: 10m", "duration: 2Gi"),
        ("name: shop", "name: The Shop"),
        ("name: shop", "nam: shop"),
        ("replicas: 3", "replica: 3"),
        ("replicas: 3", "replicas: -3"),
        ("mean: 20ms", "meen: 20ms"),
        ("dist: gamma", "dist: gama"),
        ("errors: 0.05%", "errors: often"),
        ("kind: least_request", "kind: least"),
        ("kind: hpa, target", "kind: hpaa, target"),
        ("{call: cart.get}", "{call: cart}"),
        ("{call: cart.get}", "{chance: 5%}"),
        ("web->cart:", "web:"),
        ("rate: 10/s", "rate: 10 s"),
        ("{lines: 3}", "{lines: 3ms}"),
        ("  static: {}", "  static: {load: {}}"),
        ("at: 5m", "at: [5m]"),
        ("optional: true", "optional: yes"),
    ],
    ids=lambda change: change[1] or f"without {change[0]}",
)
def test_what_may_not_be_said_does_not_fit(change: tuple[str, str]) -> None:
    text = SHOP.replace(*change)
    assert text != SHOP
    with pytest.raises(FileError):
        parse(text)
    assert not SCENARIO.is_valid(plain(text))


WORDS = st.sampled_from(
    ["5", "0.5", "-3", "1e3", "5%", "5 %", "250ms", "2s", "5m", "1h30m", "30d", "5min", "1us", "3ns", "1.5h",
     "120/s", "30/min", "5 /h", "1/m", "2/d", "512Mi", "2Gi", "500MB", "1kB", "7B", "5M", "2Mi/s", "1GB/min",
     "500m", "2m", "unlimited", "inf", "nan", "010", "0x1F", "1_000", "", "all", "none", "web", "web.get",
     "web->cart", "a/b", "A", "a-", "a--b", ".5", "5.", "+5", "1e", "m", "s", "/s", "%"]
)  # fmt: skip
TEXT = WORDS | st.from_regex(
    r"[0-9]{1,3}(\.[0-9])?(e[0-9])? ?(m?s|u|min|[dhmsk%]|[KMGT]i?B?)?(/s)?", fullmatch=True
)


def is_read(kind: str, text: str) -> bool:
    try:
        fault = parse_word(kind, text) if kind in PARSERS else fault_of(kind, text)
    except ValueError:
        return False
    return kind in PARSERS or fault is None


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(sorted(PATTERNS)), TEXT)
def test_what_is_read_fits_its_pattern(kind: str, text: str) -> None:
    if is_read(kind, text):
        assert Draft202012Validator(scalar(kind)).is_valid(text)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(sorted(set(PATTERNS) - {"duration", "whole_seconds"})), TEXT)
def test_what_is_not_read_does_not_fit_its_pattern(kind: str, text: str) -> None:
    left_to_the_reader = kind in WHOLE and is_number(text)
    if not is_read(kind, text) and not left_to_the_reader:
        assert not Draft202012Validator(scalar(kind)).is_valid(text)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, SHOP.count("\n") - 1), st.integers(0, 60), st.sampled_from("x ,{}[]:%5-"))
def test_what_can_be_read_fits(line: int, column: int, letter: str) -> None:
    lines = SHOP.splitlines()
    lines[line] = lines[line][:column] + letter + lines[line][column:]
    text = "\n".join(lines)
    try:
        parse(text)
        document = plain(text)
    except (FileError, YAMLError):
        return
    SCENARIO.validate(document)


def test_commands_print_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: Callable[..., None]
) -> None:
    from simlab.scenario.schemas import main

    main(["strategy"])
    assert json.loads(capsys.readouterr().out) == schema("strategy")
