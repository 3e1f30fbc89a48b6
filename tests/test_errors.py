"""What the user can mend is exit code 2 and one clear error that says where: nothing is written.

Whole files through the whole command line. What each room says of each word is tested with it.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

import pytest

import simlab
from simlab.cli import main
from simlab.controllers import LoopSettings
from simlab.faults import FaultSettings
from simlab.scenario import later

SHOP: Final = """\
schema: simlab/scenario/v1
name: shop
duration: 5s
slo: {within: 200ms}
services:
  web:
    replicas: 2
    operations:
      get: [{cpu: 5ms}, {call: db.read}]
  db: {operations: {read: 2ms}}
links:
  users->web: {timeout: 1s}
  web->db: {timeout: 500ms}
load:
  users: {to: web.get, shape: {kind: constant, rate: 5/s}}
faults:
  limp: {kind: slow, target: web, at: 2s}
platform: {discovery: 1s}
strategies:
  few: {}
  many: {services: {web: {replicas: 3}}}
"""


@dataclass(frozen=True)
class Said:
    """What a command said."""

    code: int
    out: str
    err: str


Say = Callable[..., Said]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Return a function that runs `simlab` with words, in a directory of its own."""
    monkeypatch.chdir(tmp_path)

    def of(*words: str) -> Said:
        with pytest.raises(SystemExit) as exited:
            main(words)
        captured = capsys.readouterr()
        return Said(int(exited.value.code or 0), captured.out, captured.err)

    return of


def everything() -> dict[str, bytes | None]:
    """Return what lies below the current directory: files with what is in them, directories."""
    return {str(one): one.read_bytes() if one.is_file() else None for one in Path().rglob("*")}


def complains(say: Say, *words: str) -> str:
    """Return the one error with which `simlab` refuses `words`, having written nothing."""
    before = everything()
    said = say(*words)
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    assert everything() == before
    (line,) = said.err.splitlines()
    return line


def with_changes(*changes: tuple[str, str]) -> str:
    text = SHOP
    for old, new in changes:
        assert text.count(old) == 1, f"the shop has {old!r} {text.count(old)} times"
        text = text.replace(old, new)
    return text


def test_the_shop_is_well(say: Say) -> None:
    Path("shop.yaml").write_text(SHOP, encoding="utf-8")
    assert say("check", "shop.yaml").code == 0
    assert say("run", "shop.yaml", "--strategy", "many", "--no-plot").code == 0
    assert say("compare", "shop.yaml", "--replications", "1", "--no-plot").code == 0


# What is wrong in a file: what is changed in the shop, where that is, what is said.

WRONG: Final = [
    pytest.param(("duration: 5s", "duration: [5s"), "4:4:", "is not YAML 1.2", id="bad YAML"),
    pytest.param(
        ("    replicas: 2", "    replica: 2"),
        "7:5: services.web.replica:",
        "unknown key 'replica'; did you mean 'replicas'?",
        id="unknown key",
    ),
    pytest.param(
        ("    replicas: 2", "    replicas: 2\n    replicas: 3"),
        "8:5: services.web.replicas:",
        "duplicate key",
        id="duplicate key",
    ),
    pytest.param(
        ("{timeout: 500ms}", "{timeout: 500Mi}"),
        "13:22: links.web->db.timeout:",
        "'500Mi' is a size; allowed is a duration",
        id="wrong unit",
    ),
    pytest.param(
        ("rate: 5/s", "rate: -5/s"),
        "15:54: load.users.shape.rate:",
        "rate must not be negative, got -5",
        id="negative rate",
    ),
    pytest.param(
        ("read: 2ms", "read: [{call: web.get}]"),
        "10:35: services.db.operations.read[0].call:",
        "calls must not go in a circle: web.get -> db.read -> web.get",
        id="cyclic calls",
    ),
    pytest.param(
        ("{call: db.read}", "{call: bd.read}"),
        "9:32: services.web.operations.get[1].call:",
        "there is no service 'bd'",
        id="unknown service in a call",
    ),
    pytest.param(
        ("  many: ", "  few: "), "21:3: strategies.few:", "duplicate key 'few'", id="one name twice"
    ),
    pytest.param(
        ("{services: {web: {replicas: 3}}}", "{load: {users: {scale: 2}}}"),
        "21:10: strategies.many.load:",
        "a strategy may not set load, which is the world's",
        id="a strategy that sets the world",
    ),
    pytest.param(
        ("{web: {replicas: 3}}", "{web: {operations: {get: 1ms}}}"),
        "21:27: strategies.many.services.web.operations:",
        "a strategy may not set operations, which is the world's",
        id="a strategy that sets a part of the world",
    ),
]


@pytest.mark.parametrize("command", ["check", "run", "compare"])
@pytest.mark.parametrize(("change", "where", "complaint"), WRONG)
def test_a_scenario_that_is_wrong(
    say: Say, command: str, change: tuple[str, str], where: str, complaint: str
) -> None:
    Path("shop.yaml").write_text(with_changes(change), encoding="utf-8")
    line = complains(say, command, "shop.yaml")
    assert line.removeprefix("simlab: ").startswith(f"shop.yaml:{where} ")
    assert complaint in line


# Words that are to come, each refused by name.

STEPS: Final = "get: [{cpu: 5ms}, {call: db.read}]"
FAULT: Final = "{kind: slow, target: web, at: 2s}"
NOT_YET: Final = {
    "pools": ("    replicas: 2", "    pools: {conns: {size: 10}}"),
    "hold": ("{cpu: 5ms}", "{hold: conns, do: [{wait: 1ms}]}"),
    "caches": ("platform:", "caches: {hot: {in: web}}\nplatform:"),
    "lookup": ("{cpu: 5ms}", "{lookup: hot}"),
    "queues": ("platform:", "queues: {orders: {room: 10}}\nplatform:"),
    "enqueue": ("{cpu: 5ms}", "{enqueue: orders}"),
    "versions": ("    replicas: 2", "    versions: {v2: {}}"),
    "traffic": ("    replicas: 2", "    traffic: {v1: 100%}"),
    "zones": ("{discovery: 1s}", "{zones: [a, b]}"),
    "cross-zone": ("{discovery: 1s}", "{cross_zone: 1ms}"),
    "zone of a source": ("  users: {to: web.get, ", "  users: {zone: a, to: web.get, "),
    "zone of a fault": (FAULT, FAULT.replace("at: 2s", "at: 2s, zone: a")),
    "version of a fault": (FAULT, FAULT.replace("at: 2s", "at: 2s, version: v2")),
    "zone-aware balancing": (
        "{timeout: 500ms}", "{balancer: {kind: round_robin, zone_aware: true}, timeout: 1s}",
    ),
    "hedge": ("{timeout: 500ms}", "{timeout: 500ms, hedge: {after: 50ms}}"),
    "outlier": ("{timeout: 500ms}", "{timeout: 500ms, outlier: {consecutive_5xx: 5}}"),
    "admission": ("    replicas: 2", "    admission: {gate: {kind: codel}}"),
    "chores": ("    replicas: 2", "    chores: {tidy: {every: 1m}}"),
    "contention": ("    replicas: 2", "    contention: 0.1"),
    "boot steps": ("    replicas: 2", "    boot: [{wait: 1s}]"),
    "line order": ("    replicas: 2", "    line: {room: 10, order: lifo}"),
    "need": ("{cpu: 5ms}", "{parallel: [{call: db.read}], need: 1}"),
    "invalid": (STEPS, "get: {steps: [{cpu: 5ms}, {call: db.read}], invalid: 1%}"),
    "slo of queues": ("{within: 200ms}", "{within: 200ms, of: delivered}"),
    "zipf": ("read: 2ms", "read: [{wait: {dist: zipf, of: 10, s: 1}}]"),
    "when": (FAULT, FAULT.replace("at: 2s", "when: busy")),
    "loops from files": (
        "  few: {}", "  few: {loops: {a: {kind: hpa, target: web, maxReplicas: 9, file: hpa.yaml}}}",
    ),
}  # fmt: skip
THERE: Final = [one.kind for union in (FaultSettings, LoopSettings) for one in get_args(union)]
FAULTS_TO_COME: Final = tuple(word for word in later.KINDS["crash"] if word not in THERE)
LOOPS_TO_COME: Final = tuple(word for word in later.KINDS["hpa"] if word not in THERE)


@pytest.mark.parametrize(
    "change",
    [
        *(pytest.param(change, id=name) for name, change in NOT_YET.items()),
        *(
            pytest.param((FAULT, f"{{kind: {kind}, target: web, at: 2s}}"), id=f"fault {kind}")
            for kind in FAULTS_TO_COME
        ),
        *(
            pytest.param(
                ("  few: {}", f"  few: {{loops: {{a: {{kind: {kind}, target: web}}}}}}"),
                id=f"loop {kind}",
            )
            for kind in LOOPS_TO_COME
        ),
    ],
)
def test_what_is_to_come_is_refused_by_name(say: Say, change: tuple[str, str]) -> None:
    Path("shop.yaml").write_text(with_changes(change), encoding="utf-8")
    line = complains(say, "run", "shop.yaml")
    number = 1 + SHOP[: SHOP.index(change[0])].count("\n")
    assert re.match(rf"simlab: shop\.yaml:{number}:\d+: \S+: not yet: ", line)


# Files that are not what they should be.

DEEP: Final = 10_000
BOMB: Final = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("command", ["check", "run", "compare"])
@pytest.mark.parametrize(
    ("content", "where", "complaint"),
    [
        pytest.param(None, "", "cannot be read: No such file or directory", id="missing"),
        pytest.param(b"", ":1:1", "is empty: it must say keys and values", id="empty"),
        pytest.param(b"# nothing yet\n", ":1:1", "is empty", id="nothing but a comment"),
        pytest.param(
            b"\x7fELF\x02\x01\x01\x00\x00\x00",
            ":1:1",
            "is not YAML 1.2: unacceptable character",
            id="binary",
        ),
        pytest.param(bytes(range(9, 256)), ":2:118", "is not UTF-8 text", id="any bytes"),
        pytest.param(SHOP.encode("utf-16"), ":1:1", "is not UTF-8 text", id="UTF-16"),
        pytest.param(
            "about: M\u00fcnchen".encode("latin-1"), ":1:9", "is not UTF-8 text", id="Latin-1"
        ),
        pytest.param(b"[" * DEEP, ":1:61", "is nested deeper than 60 levels", id="deep lists"),
        pytest.param(
            b"{a: " * DEEP, ":1:241", "is nested deeper than 60 levels", id="deep mappings"
        ),
        pytest.param(
            b"".join(b" " * n + b"a:\n" for n in range(500)),
            ":61:61",
            "is nested",
            id="deep blocks",
        ),
        pytest.param(
            BOMB.encode(),
            ":1:1",
            "holds more, or is nested deeper, than files may be",
            id="a bomb of aliases",
        ),
        pytest.param(b"5\n", ":1:1", "holds no mapping", id="a number"),
    ],
)
def test_a_file_that_is_no_scenario(
    say: Say, command: str, content: bytes | None, where: str, complaint: str
) -> None:
    if content is not None:
        Path("shop.yaml").write_bytes(content)
    line = complains(say, command, "shop.yaml")
    assert line.removeprefix("simlab: ").startswith(f"shop.yaml{where}: ")
    assert complaint in line


# What a scenario reads.

TRACE: Final = ("{kind: constant, rate: 5/s}", "{kind: trace, file: load.csv}")


@pytest.mark.parametrize("command", ["check", "run", "compare"])
@pytest.mark.parametrize(
    ("rows", "where", "complaint"),
    [
        pytest.param("0,1\n60,2\n180,3\n240,1\n", ":4", "rows must be 60 s apart", id="a gap"),
        pytest.param("0,1\n60,many\n", ":3", "rate must be a number, got 'many'", id="text"),
        pytest.param("zero,1\n60,2\n", ":2", "t must be a number, got 'zero'", id="no time"),
        pytest.param("0,1\n60,2\n30,3\n", ":4", "times must not go back", id="times going back"),
        pytest.param("0,1\n60,-2\n", ":3", "rate must not be negative", id="a negative rate"),
        pytest.param("0,1\n60,nan\n", ":3", "rate must be a number", id="not a number"),
        pytest.param("0,1\n60\n", ":3", "must have 2 columns, got 1", id="a short row"),
        pytest.param("", ":1", "rows of numbers must follow the header", id="no rows"),
    ],
)
def test_a_trace_that_is_wrong(
    say: Say, command: str, rows: str, where: str, complaint: str
) -> None:
    Path("load.csv").write_text(f"t,rate\n{rows}", encoding="utf-8")
    Path("shop.yaml").write_text(with_changes(TRACE), encoding="utf-8")
    line = complains(say, command, "shop.yaml")
    assert line.removeprefix("simlab: ").startswith("shop.yaml:15:51: load.users.shape.file: ")
    assert f"load.csv{where}: " in line
    assert complaint in line


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(None, "there is no file 'load.csv'", id="missing"),
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"\x00\x01\xff", "must be text in UTF-8", id="binary"),
        pytest.param(b"0,1\n60,2\n", "the first row must be a header", id="no header"),
    ],
)
def test_a_trace_that_is_none(say: Say, content: bytes | None, complaint: str) -> None:
    if content is not None:
        Path("load.csv").write_bytes(content)
    Path("shop.yaml").write_text(with_changes(TRACE), encoding="utf-8")
    line = complains(say, "run", "shop.yaml")
    assert "shop.yaml:15:51: load.users.shape.file: " in line
    assert complaint in line


# What stands beside a file.


@pytest.mark.parametrize("command", ["run", "compare"])
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param(
            ("--set", "services.wep.replicas=3"),
            "--set services.wep.replicas: there is no services.wep; did you mean 'web'?",
            id="an override of what is not there",
        ),
        pytest.param(
            ("--set", "services.web.colour=3"),
            "--set services.web.colour: services.web has no such field",
            id="an override of what nothing has",
        ),
        pytest.param(
            ("--set", "duration=5Mi"),
            "--set duration: duration: '5Mi' is a size",
            id="an override's unit",
        ),
        pytest.param(
            ("--set", "services.db.operations.read=[{call: web.get}]"),
            "calls must not go in a circle",
            id="an override that makes calls go in a circle",
        ),
        pytest.param(("--out", "shop.yaml"), "--out shop.yaml", id="results path is a file"),
        pytest.param(("--out", "shop.yaml/deep"), "--out shop.yaml/deep", id="or lies in one"),
    ],
)
def test_words_that_are_wrong(
    say: Say, command: str, words: tuple[str, ...], complaint: str
) -> None:
    Path("shop.yaml").write_text(SHOP, encoding="utf-8")
    assert complaint in complains(say, command, "shop.yaml", *words)


@pytest.mark.parametrize(
    "strategies",
    [
        pytest.param("few,few", id="twice the same"),
        pytest.param("few,few.yaml", id="the scenario's and a file's"),
        pytest.param("few.yaml,also.yaml", id="two files'"),
    ],
)
def test_two_strategies_of_one_name(say: Say, strategies: str) -> None:
    Path("shop.yaml").write_text(SHOP, encoding="utf-8")
    for name in ("few.yaml", "also.yaml"):
        Path(name).write_text("schema: simlab/strategy/v1\nname: few\n", encoding="utf-8")
    line = complains(say, "compare", "shop.yaml", "--strategies", strategies)
    assert "few" in line


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("schema: simlab/strategy/v1\nload: {users: {scale: 2}}\n", id="the load"),
        pytest.param("schema: simlab/strategy/v1\nfaults: {}\n", id="faults, even none"),
        pytest.param("schema: simlab/strategy/v1\nduration: 1h\n", id="the duration"),
    ],
)
def test_a_strategy_file_that_sets_the_world(say: Say, text: str) -> None:
    Path("shop.yaml").write_text(SHOP, encoding="utf-8")
    Path("sly.yaml").write_text(text, encoding="utf-8")
    for words in (
        ("check", "sly.yaml"),
        ("run", "shop.yaml", "--strategy", "sly.yaml"),
        ("compare", "shop.yaml", "--strategies", "few,sly.yaml"),
    ):
        line = complains(say, *words)
        assert line.removeprefix("simlab: ").startswith("sly.yaml:2:1: ")
        assert "a strategy may not set" in line


def test_all_that_is_wrong_is_told_at_once(say: Say) -> None:
    text = with_changes(
        ("    replicas: 2", "    replica: 2"),
        ("{timeout: 500ms}", "{timeout: 5Mi}"),
        ("5/s", "-5/s"),
    )
    Path("shop.yaml").write_text(text, encoding="utf-8")
    said = say("run", "shop.yaml")
    assert (said.code, said.out) == (2, "")
    places = [line.removeprefix("simlab: ").split(" ")[0] for line in said.err.splitlines()]
    assert places == ["shop.yaml:7:5:", "shop.yaml:13:22:", "shop.yaml:15:54:"]


def test_a_process_of_its_own_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(with_changes(("5ms", "5Mi")), encoding="utf-8")
    words = [sys.executable, "-W", "error", "-m", "simlab.cli", "run", "shop.yaml"]
    home = str(Path(simlab.__file__).parent.parent)
    done = subprocess.run(
        words,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": home},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("simlab: shop.yaml:9:19: services.web.operations.get[0].cpu: ")
    assert done.stderr.count("\n") == 1
    assert [one.name for one in tmp_path.iterdir()] == ["shop.yaml"]
