"""No dead settings: each field that a file may name can change some measured number.

A row for each field of each settings class: fragments of a scenario with a hole `?`, two texts for
the hole, and a number of the run that must then differ. Fields are found by walking the language
from its documents, so a new field, or kind, fails here until it has its row.

A fragment is `path = text`, laid over a small base world; without a text, what stands at the path
is taken away. Numbers are the run's measures by path, and `timeline.COLUMN` (the sum of a column),
`events.KIND.WHAT` (how many), `because.LOOP.TERM` (the sum over its decisions), `spans`;
`compare.MEASURE` is a mean over replications.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import isnan
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from simlab.controllers.learning import QTable, Scales, manifest_of, moves_of, write_policy
from simlab.core import Settings
from simlab.model import World
from simlab.model.settings import WorldSettings
from simlab.scenario import parse
from simlab.scenario.documents import ScenarioDocument
from simlab.scenario.hints import fields_of, settings_in
from simlab.study import faces
from simlab.telemetry import Event

BASE: Final = (
    "schema = simlab/scenario/v1",
    "duration = 10s",
    "services.web.replicas = 2",
    "services.web.operations.get.steps = [{cpu: {dist: exponential, mean: 30ms}}, {call: db.read}]",
    "services.db.operations.read.steps = [{cpu: {dist: exponential, mean: 10ms}}]",
    "links.users->web.timeout = 1s",
    "defaults.link.timeout = 500ms",
    "load.users.to = web.get",
    "load.users.shape = {kind: constant, rate: 15/s}",
    "strategies.s = {}",
)

# Fragments that many rows need.

BUSY: Final = "load.users.shape = {kind: constant, rate: 60/s}"
FAILING: Final = "services.db.operations.read.errors = 60%"
FAST: Final = "telemetry = {scrape: 1s, window: 3s}"
UP: Final = "strategies.s.loops.a = {kind: script, steps: [{at: 2s, scale: {web: 4}}]}"
STAIRS: Final = (
    "strategies.s.loops.a = {kind: script, steps: [{at: 2s, scale: {web: 3}}, "
    "{at: 4s, scale: {web: 4}}, {at: 6s, scale: {web: 5}}, {at: 8s, scale: {web: 6}}]}"
)
DOWN: Final = "strategies.s.loops.a = {kind: script, steps: [{at: 2s, scale: {web: 1}}]}"
PID: Final = "strategies.s.loops.a = {kind: pid, target: web, period: 1s, setpoint: 0.3, ki: 1}"
SLO: Final = "slo = {within: 50ms}"
HUNG: Final = "faults.f = {kind: pause, target: web, replicas: 1, at: 1s, lasts: 7s}"
DEAD: Final = "faults.f = {kind: crash, target: web, at: 1s, restart: false}"
LATER_DEAD: Final = "faults.f = {kind: crash, target: web, at: 5s, restart: false}"
FELLED: Final = "faults.f = {kind: crash, target: web, every: 3s, restart: false}"

MORE: Final = "services.more.operations = {read: [{wait: 60ms}], get: [{wait: 60ms}]}"

# Numbers that many rows look at.

LATENCY: Final = "latency_mean"
FAILURES: Final = "failure_share"
WANTED: Final = "timeline.services.web.wanted"
READY: Final = "timeline.services.web.ready"
REFUSED: Final = "events.action.refused"
CORE_HOURS: Final = "services.web.core_hours"
QUOTAS_SET: Final = "events.action.done"
IN_PLACE: Final = "services.web.resize = in_place"
RESTARTS: Final = "services.web.restarts"
SYMPTOMS: Final = "because.a.open"
CANDIDATES: Final = "because.a.candidates"
PLANS: Final = "events.plan.None"
BRAIN: Final = (
    "strategies.s.loops.a = {kind: mape_k, period: 1s, services: {web: {latency_p99: 10ms}}, "
    "monitor: {of: 3, raise_after: 1, answers: 1}}"
)
MANY: Final = "thresholds: {error_rate: 99%}, custom: [{name: a, metric: services.web.arrival_rate, bound: 30}]"
SPIKES: Final = (
    "load.more = {to: web.get, shape: {kind: spikes, height: 90/s, lasts: 1s, every: 4s}}"
)
CONFIG: Final = "rules: [{issue: ConfigurationError, do: [UpdateConfig]}]"
MEASURED: Final = "because.a.measured"
ATTEMPTS: Final = "links.web->db.attempts"
OPEN: Final = "links.web->db.outcomes.open"
LIMITED: Final = "links.web->db.outcomes.limited"


class Row(NamedTuple):
    """Where a setting is, what it is once and then, and what must differ by it."""

    setting: str
    once: str
    then: str
    number: str
    fragments: tuple[str, ...]


def row(setting: str, once: str, then: str, number: str, *fragments: str) -> Row:
    return Row(setting, once, then, number, fragments)


def get(steps: str) -> str:
    """Return the fragment in which `web.get` has these steps."""
    return f"services.web.operations.get.steps = {steps}"


def waits(distribution: str) -> str:
    return get(f"[{{wait: {{dist: {distribution}}}}}]")


def shape(fields: str) -> str:
    return f"load.users.shape = {{kind: {fields}}}"


def fault(fields: str) -> str:
    return f"faults.f = {{kind: {fields}}}"


def retry(fields: str) -> str:
    return f"links.web->db.retry = {{kind: backoff, {fields}}}"


def breaker(fields: str) -> str:
    return f"links.web->db.breaker = {{kind: resilience4j, {fields}}}"


def balancer(fields: str) -> str:
    return f"links.users->web.balancer = {{kind: {fields}}}"


def readiness(fields: str) -> str:
    return f"services.web.probes.readiness = {{{fields}}}"


def health(fields: str) -> str:
    return f"strategies.s.loops.a = {{kind: health, target: web, period: 1s, timeout: 500ms, {fields}}}"


def resources(fields: str) -> str:
    """Return a resource manager that acts within seconds."""
    return (
        "strategies.s.loops.a = {kind: resources, target: web, period: 1s, cooldown: 0s,"
        f" telemetry: {{scrape: 1s, window: 1s}}, {fields}}}"
    )


def pid(fields: str) -> str:
    return f"strategies.s.loops.a = {{kind: pid, target: web, period: 1s, {fields}}}"


def hpa(fields: str, metric: str = "") -> str:
    """Return an autoscaler that acts within seconds; it has `metric`, or cpu at 50 %."""
    young = "cpuInitializationPeriod: 0s, initialReadinessDelay: 0s"
    metrics = metric or resource("type: Utilization, averageUtilization: 50")
    return (
        "strategies.s.loops.a = {kind: hpa, target: web, syncPeriod: 1s, "
        f"{young}, metrics: [{metrics}], {fields}}}"
    )


def resource(target: str, name: str = "cpu") -> str:
    return f"{{type: Resource, resource: {{name: {name}, target: {{{target}}}}}}}"


def behavior(fields: str) -> str:
    return hpa(f"maxReplicas: 8, behavior: {{{fields}}}")


def learner(fields: str) -> str:
    """Return a Q-learning agent that decides every second."""
    own = "" if "period" in fields else "period: 1s, "
    own += "" if "capacity" in fields else "capacity: 30/s, "
    return f"strategies.s.loops.a = {{kind: qlearning, target: web, {own}{fields}}}"


def script(step: str, fields: str = "target: all") -> str:
    return f"strategies.s.loops.a = {{kind: script, {fields}, steps: [{{{step}}}]}}"


# fmt: off

WORLD: Final = (
    row("WorldSettings.duration", "10s", "5s", "requests", "duration = ?"),
    row("WorldSettings.warmup", "0s", "5s", "requests", "warmup = ?"),
    row("WorldSettings.analysis", "terminating", "steady_state", "compare.latency_p99", "analysis = ?"),
    row("WorldSettings.slo", "none", "{within: 50ms}", "good", "slo = ?"),
    row("WorldSettings.cost", "{}", "{core_hour: 1}", "cost", "cost = ?"),
    row("WorldSettings.carries", "1", "5", LATENCY,
        "carries.lines = ?", get("[{wait: {base: 1ms, per: {lines: 5ms}}}]")),
    row("WorldSettings.services", "", "{operations: {get: 1ms}}", "replica_hours", "services.more = ?"),
    row("WorldSettings.links", "", "{timeout: 20ms}", FAILURES, "links.web->db = ?"),
    row("WorldSettings.load", "", "{to: web.get, shape: {kind: constant, rate: 5/s}}", "requests",
        "load.more = ?"),
    row("WorldSettings.faults", "", "{kind: slow, target: web, at: 2s}", LATENCY, "faults.f = ?"),
    row("WorldSettings.telemetry", "{scrape: 1s, window: 3s}", "{scrape: 3s, window: 9s}", WANTED,
        "telemetry = ?", PID, BUSY),
    row("WorldSettings.platform", "{}", "{actuation: 3s}", "replica_hours", "platform = ?", UP),
    row("WorldSettings.loops", "", "{kind: script, steps: [{at: 2s, scale: {web: 4}}]}",
        "replica_hours", "strategies.s.loops.a = ?"),
    row("ScenarioDocument.defaults", "{}", "{service: {replicas: 3}}", "replica_hours", "defaults = ?"),
    row("ScenarioDocument.strategies", "{}", "{services: {web: {replicas: 3}}}", "replica_hours",
        "strategies.s = ?"),
    row("Defaults.service", "{}", "{replicas: 3}", "services.db.replica_hours", "defaults.service = ?"),
    row("Defaults.link", "{}", "{latency: 50ms}", LATENCY, "defaults.link = ?"),
    row("StrategyDocument.extends", "plain", "more", "replica_hours",
        "strategies.plain = {}", "strategies.more.services.web.replicas = 3", "strategies.s.extends = ?"),
    row("StrategyDocument.loops", "{}", "{a: {kind: script, steps: [{at: 2s, scale: {web: 4}}]}}",
        "replica_hours", "strategies.s.loops = ?"),
    row("StrategyDocument.links", "{}", "{web->db: {timeout: 20ms}}", FAILURES, "strategies.s.links = ?"),
    row("StrategyDocument.services", "{}", "{web: {replicas: 3}}", "replica_hours",
        "strategies.s.services = ?"),
    row("Slo.within", "20ms", "200ms", "good", "slo = {within: ?}"),
    row("Slo.objective", "90%", "99%", "burn", "slo = {within: 50ms, objective: ?}"),
    row("Slo.period", "1d", "30d", "budget_used", "slo = {within: 50ms, period: ?}"),
    row("Slo.headroom", "1%", "80%", "services.web.theta_U",
        "slo = {within: 50ms, headroom: ?}", "duration = 20s", UP),
    row("Cost.core_hour", "1", "2", "cost", "cost = {core_hour: ?}"),
    row("Cost.gib_hour", "1", "2", "cost", "cost = {gib_hour: ?}", "services.web.memory.limit = 1Gi"),
    row("Cost.bad_request", "1", "2", "cost", "cost = {bad_request: ?}", SLO),
    row("Cost.scaling", "1", "2", "cost", "cost = {scaling: ?}", UP),
    row("Platform.discovery", "0s", "5s", LATENCY, "platform.discovery = ?", UP, BUSY),
    row("Platform.actuation", "0s", "5s", "replica_hours", "platform.actuation = ?", UP),
    row("Platform.quota", "{}", "{replicas: 4}", REFUSED, "platform.quota = ?", UP),
    row("QuotaSettings.replicas", "4", "5", REFUSED, "platform.quota = {replicas: ?}", UP),
    row("QuotaSettings.cores", "4.5", "5", REFUSED, "platform.quota = {cores: ?}", UP),
    row("QuotaSettings.memory", "3Gi", "4Gi", REFUSED, "platform.quota = {memory: ?}", UP,
        "services.web.memory.limit = 1Gi"),
    row("QuotaSettings.storage", "3Gi", "4Gi", REFUSED, "platform.quota = {storage: ?}", UP,
        "services.web.storage.limit = 1Gi"),
    row("TelemetrySettings.scrape", "1s", "2s", WANTED, "telemetry = {scrape: ?, window: 5s}", PID, BUSY),
    row("TelemetrySettings.window", "2s", "8s", WANTED, "telemetry = {scrape: 1s, window: ?}", PID, BUSY),
    row("TelemetrySettings.lag", "0s", "3s", WANTED,
        "telemetry = {scrape: 1s, window: 3s, lag: ?}", PID, BUSY),
    row("TelemetrySettings.traces", "0%", "100%", "spans", "telemetry = {traces: ?}"),
)

DISTRIBUTIONS: Final = (
    row("Constant.value", "5ms", "20ms", LATENCY, waits("constant, value: ?")),
    row("Uniform.low", "1ms", "50ms", LATENCY, waits("uniform, low: ?, high: 100ms")),
    row("Uniform.high", "20ms", "100ms", LATENCY, waits("uniform, low: 1ms, high: ?")),
    row("Uniform.mean", "20ms", "100ms", LATENCY, waits("uniform, mean: ?, cv: 0.3")),
    row("Uniform.cv", "0.1", "0.5", "latency_p99", waits("uniform, mean: 20ms, cv: ?")),
    row("Exponential.mean", "5ms", "20ms", LATENCY, waits("exponential, mean: ?")),
    row("Gamma.mean", "5ms", "20ms", LATENCY, waits("gamma, mean: ?, cv: 0.8")),
    row("Gamma.cv", "0.2", "2", "latency_p99", waits("gamma, mean: 20ms, cv: ?")),
    row("Gamma.shape", "1", "3", LATENCY, waits("gamma, shape: ?, scale: 10ms")),
    row("Gamma.scale", "10ms", "30ms", LATENCY, waits("gamma, shape: 2, scale: ?")),
    row("Lognormal.mean", "5ms", "20ms", LATENCY, waits("lognormal, mean: ?, cv: 0.8")),
    row("Lognormal.cv", "0.2", "2", "latency_p99", waits("lognormal, mean: 20ms, cv: ?")),
    row("Lognormal.p50", "5ms", "20ms", LATENCY, waits("lognormal, p50: ?, p99: 60ms")),
    row("Lognormal.p99", "30ms", "60ms", "latency_p99", waits("lognormal, mean: 20ms, p99: ?")),
    row("Lognormal.mu", "-4", "-3", LATENCY, waits("lognormal, mu: ?, sigma: 1")),
    row("Lognormal.sigma", "0.5", "1", "latency_p99", waits("lognormal, mu: -4, sigma: ?")),
    row("Weibull.mean", "5ms", "20ms", LATENCY, waits("weibull, mean: ?, cv: 0.8")),
    row("Weibull.cv", "0.2", "2", "latency_p99", waits("weibull, mean: 20ms, cv: ?")),
    row("Weibull.shape", "0.7", "2", LATENCY, waits("weibull, shape: ?, scale: 10ms")),
    row("Weibull.scale", "10ms", "30ms", LATENCY, waits("weibull, shape: 2, scale: ?")),
    row("Pareto.alpha", "1.5", "3", LATENCY, waits("pareto, alpha: ?, minimum: 10ms")),
    row("Pareto.minimum", "5ms", "20ms", LATENCY, waits("pareto, alpha: 2, minimum: ?")),
    row("Pareto.mean", "5ms", "20ms", LATENCY, waits("pareto, alpha: 2, mean: ?")),
    row("Pareto.cv", "0.5", "2", "latency_p99", waits("pareto, mean: 20ms, cv: ?")),
    row("Normal.mean", "5ms", "20ms", LATENCY, waits("normal, mean: ?, cv: 0.3")),
    row("Normal.cv", "0.1", "0.5", "latency_p99", waits("normal, mean: 20ms, cv: ?")),
    row("Normal.sd", "1ms", "10ms", "latency_p99", waits("normal, mean: 20ms, sd: ?")),
    row("Hyperexponential.mean", "5ms", "20ms", LATENCY, waits("hyperexponential, mean: ?, cv: 2")),
    row("Hyperexponential.cv", "1.5", "4", "latency_p99", waits("hyperexponential, mean: 20ms, cv: ?")),
    row("Mixture.of", "5ms", "50ms", LATENCY, waits("mixture, of: [[90%, 10ms], [10%, ?]]")),
    row("Empirical.file", "short.csv", "long.csv", LATENCY, waits("empirical, file: ?")),
    row("Empirical.values", "[0.005, 0.010]", "[0.050, 0.020]", LATENCY, waits("empirical, values: ?")),
)

SERVICES: Final = (
    row("ServiceSettings.replicas", "1", "3", LATENCY, "services.web.replicas = ?"),
    row("ServiceSettings.tags", "hit", "other", LATENCY, "services.web.tags = [?]",
        "services.db.tags = [hit]", fault("slow, target: hit, at: 2s, speed: 10%")),
    row("ServiceSettings.cores", "1", "4", LATENCY, "services.web.cores = ?", BUSY),
    row("ServiceSettings.request", "{}", "{cores: 4}", WANTED, "services.web.request = ?", PID, FAST, BUSY),
    row("ServiceSettings.discipline", "ps", "fifo", LATENCY, "services.web.discipline = ?", BUSY),
    row("ServiceSettings.slots", "1", "unlimited", LATENCY, "services.web.slots = ?", BUSY),
    row("ServiceSettings.line", "0", "50", "outcomes.overloaded",
        "services.web.line = ?", "services.web.slots = 1", BUSY),
    row("ServiceSettings.memory", "{}", "{base: 1Mi, per_request: 1Mi, limit: 3Mi}",
        "services.web.killed", "services.web.memory = ?", BUSY),
    row("ServiceSettings.storage", "{}", "{per_request: 1Mi, limit: 3Mi}", FAILURES,
        "services.web.storage = ?"),
    row("ServiceSettings.resize", "restart", "in_place", "services.web.restarts",
        "services.web.resize = ?", script("at: 2s, quota: {web: {cores: 2}}")),
    row("Storage.base", "1Mi", "18Mi", FAILURES,
        "services.web.storage = {base: ?, per_request: 1Mi, limit: 19Mi}"),
    row("Storage.per_request", "1", "1Mi", FAILURES, "services.web.storage = {per_request: ?, limit: 9Mi}"),
    row("Storage.log_rate", "1", "9Mi/s", FAILURES,
        "services.web.storage = {per_request: 1, log_rate: ?, limit: 9Mi}"),
    row("Storage.limit", "3Mi", "none", FAILURES, "services.web.storage = {per_request: 1Mi, limit: ?}"),
    row("ServiceSettings.boot", "0s", "5s", "replica_hours_ready", "services.web.boot = ?", UP),
    row("ServiceSettings.warmup", "{}", "{time: 8s, from: 10%}", LATENCY,
        "services.web.warmup = ?", UP, BUSY),
    row("ServiceSettings.restart", "true", "false", "services.web.restarts",
        "services.web.restart = ?", fault("crash, target: web, at: 2s")),
    row("ServiceSettings.linger", "0s", "5s", "replica_hours", "services.web.linger = ?", DOWN),
    row("ServiceSettings.grace", "1s", "9s", "outcomes.crashed", "services.web.grace = ?", DOWN,
        get("[{wait: 4s}]"), "links.users->web.timeout = none"),
    row("ServiceSettings.operations", "{get: 10ms}", "{get: 30ms}", LATENCY,
        "services.web.operations = ?"),
    row("ServiceSettings.probes", "{}", "{readiness: {periodSeconds: 1}}", FAILURES,
        "services.web.probes = ?", HUNG),
    row("KubeletProbes.readiness", "none", "{periodSeconds: 1}", FAILURES,
        "services.web.probes.readiness = ?", HUNG),
    row("KubeletProbes.liveness", "none", "{periodSeconds: 1}", "services.web.restarts",
        "services.web.probes.liveness = ?", HUNG),
    row("KubeletProbes.startup", "none", "{periodSeconds: 1}", "services.web.restarts",
        "services.web.probes.startup = ?", "services.web.boot = 5s", UP),
    row("KubeletProbe.operation", "none", "get", "services.web.core_utilization",
        readiness("operation: ?, periodSeconds: 1")),
    row("KubeletProbe.initialDelaySeconds", "0", "5", READY, readiness("initialDelaySeconds: ?"), UP),
    row("KubeletProbe.periodSeconds", "1", "4", FAILURES, readiness("periodSeconds: ?"), HUNG),
    row("KubeletProbe.timeoutSeconds", "1", "3", READY,
        readiness("operation: ok, periodSeconds: 3, failureThreshold: 1, timeoutSeconds: ?"),
        "services.web.operations.ok.steps = [{wait: 2s}]"),
    row("KubeletProbe.successThreshold", "1", "4", READY,
        readiness("periodSeconds: 1, successThreshold: ?"), UP),
    row("KubeletProbe.failureThreshold", "1", "5", FAILURES,
        readiness("periodSeconds: 1, failureThreshold: ?"), HUNG),
    row("KubeletProbe.terminationGracePeriodSeconds", "1", "6", "replica_hours_ready",
        "services.web.probes.liveness = {periodSeconds: 1, terminationGracePeriodSeconds: ?}", HUNG),
    row("Requests.cores", "1", "4", WANTED, "services.web.request = {cores: ?}", PID, FAST, BUSY),
    row("Requests.memory", "1Gi", "2Gi", "gib_hours", "services.web.request = {memory: ?}"),
    row("Requests.storage", "1Gi", "3Gi", REFUSED, "services.web.request = {storage: ?}",
        "platform.quota = {storage: 8Gi}", UP),
    row("Memory.base", "1Mi", "12Mi", "services.web.killed",
        "services.web.memory = {base: ?, per_request: 1Mi, limit: 13Mi}"),
    row("Memory.per_request", "1", "1Mi", "services.web.killed",
        "services.web.memory = {per_request: ?, limit: 3Mi}", BUSY),
    row("Memory.limit", "3Mi", "none", "services.web.killed",
        "services.web.memory = {per_request: 1Mi, limit: ?}", BUSY),
    row("Warmup.time", "1s", "8s", LATENCY, "services.web.warmup = {time: ?, from: 10%}", UP, BUSY),
    row("Warmup.from", "10%", "90%", LATENCY, "services.web.warmup = {time: 8s, from: ?}", UP, BUSY),
    row("OperationSettings.steps", "[{wait: 5ms}]", "[{wait: 50ms}]", LATENCY, get("?")),
    row("OperationSettings.errors", "0%", "50%", FAILURES, "services.web.operations.get.errors = ?"),
    row("Errors.share", "10%", "50%", FAILURES, "services.web.operations.get.errors = {share: ?}"),
    row("Errors.after", "none", "1ms", "core_utilization",
        "services.web.operations.get.errors = {share: 50%, after: ?}"),
    row("Amount.base", "5ms", "50ms", LATENCY,
        "carries.lines = 2", get("[{wait: {base: ?, per: {lines: 1ms}}}]")),
    row("Amount.per", "1ms", "20ms", LATENCY,
        "carries.lines = 2", get("[{wait: {base: 1ms, per: {lines: ?}}}]")),
    row("CpuStep.cpu", "5ms", "50ms", LATENCY, get("[{cpu: ?}]")),
    row("WaitStep.wait", "5ms", "50ms", LATENCY, get("[{wait: ?}]")),
    row("CallStep.call", "db.read", "db.scan", LATENCY,
        get("[{call: ?}]"), "services.db.operations.scan.steps = [{wait: 90ms}]"),
    row("ParallelStep.parallel", "[{wait: 5ms}], [{wait: 9ms}]", "[{wait: 5ms}], [{wait: 90ms}]", LATENCY,
        get("[{parallel: [?]}]")),
    row("DoStep.do", "5ms", "50ms", LATENCY, get("[{do: [{wait: ?}]}]")),
    row("DoStep.times", "1", "3", LATENCY, get("[{do: [{wait: 5ms}], times: ?}]")),
)


def any_step() -> Iterator[Row]:
    """Yield a row for each word that every step takes, for each verb."""
    verbs = {
        "CpuStep": "cpu: 5ms", "WaitStep": "wait: 5ms", "CallStep": "call: db.read",
        "ParallelStep": "parallel: [[{wait: 5ms}], [{call: db.read}]]", "DoStep": "do: [{wait: 5ms}]",
    }
    for step, verb in verbs.items():
        yield row(f"{step}.chance", "100%", "20%", LATENCY, get(f"[{{{verb}, chance: ?}}]"))
        yield row(f"{step}.else", "[]", "[{wait: 90ms}]", LATENCY, get(f"[{{{verb}, chance: 50%, else: ?}}]"))
        yield row(f"{step}.optional", "false", "true", "degraded_share", FAILING,
                  get(f"[{{{verb}, chance: 0%, else: [{{call: db.read}}], optional: ?}}]"))


def calls() -> Iterator[Row]:
    """Yield a row for each word of a link that its operations may have apart."""
    late, busy = "links.web->db.outcomes.timeout", "services.db.core_utilization"
    short = "links.web->db.timeout = 10ms"
    for owner, at in {"LinkSettings": "links.web->db", "CallSettings": "links.web->db.operations.read"}.items():
        yield row(f"{owner}.timeout", "500ms", "10ms", late, f"{at}.timeout = ?")
        yield row(f"{owner}.deadline", "400ms", "10ms", late, f"{at}.deadline = ?")
        yield row(f"{owner}.cancel", "none", "all", busy, short, f"{at}.timeout = 10ms", f"{at}.cancel = ?")
        yield row(f"{owner}.retry", "none", "{kind: backoff}", ATTEMPTS, f"{at}.retry = ?", FAILING)


LINKS: Final = (
    *calls(),
    row("LinkSettings.latency", "1ms", "50ms", LATENCY, "links.web->db.latency = ?"),
    row("LinkSettings.loss", "0%", "30%", FAILURES, "links.web->db.loss = ?"),
    row("LinkSettings.per", "replica", "service", LIMITED,
        "links.web->db.per = ?", "links.web->db.limits = {in_flight: 1}", BUSY),
    row("LinkSettings.breaker", "none", "{kind: resilience4j, minimumNumberOfCalls: 10}", OPEN,
        "links.web->db.breaker = ?", FAILING),
    row("LinkSettings.limits", "none", "{in_flight: 1}", LIMITED, "links.web->db.limits = ?", BUSY),
    row("LinkSettings.balancer", "{kind: round_robin}", "{kind: least_request}", LATENCY,
        "links.users->web.balancer = ?", BUSY),
    row("LinkSettings.operations", "{}", "{read: {timeout: 10ms}}", FAILURES, "links.web->db.operations = ?"),
    row("Limits.in_flight", "1", "unlimited", LIMITED, "links.web->db.limits = {in_flight: ?}", BUSY),
    row("Limits.per_endpoint", "1", "unlimited", FAILURES, "links.web->db.limits = {per_endpoint: ?}", BUSY),
    row("Limits.rate", "2/s", "90/s", LIMITED, "links.web->db.limits = {rate: ?}"),
    row("Limits.wait", "none", "400ms", LIMITED, "links.web->db.limits = {in_flight: 1, wait: ?}", BUSY),
    row("BackoffSettings.attempts", "2", "5", ATTEMPTS, retry("attempts: ?"), FAILING),
    row("BackoffSettings.base", "5ms", "50ms", LATENCY, retry("base: ?"), FAILING),
    row("BackoffSettings.factor", "1", "4", LATENCY, retry("attempts: 5, factor: ?"), FAILING),
    row("BackoffSettings.cap", "25ms", "250ms", LATENCY, retry("attempts: 5, cap: ?"), FAILING),
    row("BackoffSettings.jitter", "none", "full", LATENCY, retry("jitter: ?"), FAILING),
    row("BackoffSettings.within", "10ms", "400ms", ATTEMPTS, retry("within: ?"), FAILING),
    row("BackoffSettings.on", "[timeout]", "[error]", ATTEMPTS, retry("on: ?"), FAILING),
    row("BackoffSettings.budget", "none", "{kind: token_bucket, per_call: 1%}", ATTEMPTS,
        retry("budget: ?"), FAILING),
    row("TokenBucketSettings.per_call", "1%", "90%", ATTEMPTS,
        retry("budget: {kind: token_bucket, per_call: ?}"), FAILING),
    row("TokenBucketSettings.per_success", "1%", "90%", ATTEMPTS,
        retry("budget: {kind: token_bucket, per_success: ?}"), FAILING),
    row("TokenBucketSettings.room", "1", "20", ATTEMPTS,
        retry("budget: {kind: token_bucket, per_call: 1%, room: ?}"), FAILING),
    row("Resilience4jSettings.failureRateThreshold", "20", "90", OPEN,
        breaker("failureRateThreshold: ?, slidingWindowSize: 10, minimumNumberOfCalls: 10"), FAILING),
    row("Resilience4jSettings.slidingWindowSize", "5", "100", OPEN,
        breaker("slidingWindowSize: ?, minimumNumberOfCalls: 50"), FAILING),
    row("Resilience4jSettings.minimumNumberOfCalls", "5", "50", OPEN,
        breaker("minimumNumberOfCalls: ?"), FAILING),
    row("Resilience4jSettings.permittedNumberOfCallsInHalfOpenState", "1", "20", OPEN,
        breaker("minimumNumberOfCalls: 5, waitDurationInOpenState: 1s, permittedNumberOfCallsInHalfOpenState: ?"),
        FAILING),
    row("Resilience4jSettings.waitDurationInOpenState", "1s", "8s", OPEN,
        breaker("minimumNumberOfCalls: 5, waitDurationInOpenState: ?"), FAILING),
    row("Resilience4jSettings.slowCallRateThreshold", "10", "100", OPEN,
        breaker("minimumNumberOfCalls: 5, slowCallDurationThreshold: 10ms, slowCallRateThreshold: ?")),
    row("Resilience4jSettings.slowCallDurationThreshold", "10ms", "60s", OPEN,
        breaker("minimumNumberOfCalls: 5, slowCallRateThreshold: 20, slowCallDurationThreshold: ?")),
    row("RoundRobinSettings.kind", "round_robin", "random", LATENCY, balancer("?"), BUSY),
    row("RandomSettings.kind", "random", "p2c", LATENCY, balancer("?"), BUSY),
    row("P2cSettings.kind", "p2c", "round_robin", LATENCY, balancer("?"), BUSY),
    row("LeastRequestSettings.choices", "2", "all", LATENCY,
        balancer("least_request, choices: ?"), "services.web.replicas = 4", BUSY),
    row("AdaptiveSettings.alpha", "1%", "100%", LATENCY, balancer("adaptive, alpha: ?"), BUSY),
    row("AdaptiveSettings.in_flight_cost", "0s", "1s", LATENCY,
        balancer("adaptive, in_flight_cost: ?"), BUSY),
    row("AdaptiveSettings.failure_penalty", "0s", "10s", FAILURES,
        balancer("adaptive, failure_penalty: ?, unhealthy_after: 99"),
        fault("errors, target: web, replicas: 1, share: 60%, at: 1s"), BUSY),
    row("AdaptiveSettings.unhealthy_after", "1", "9", FAILURES, balancer("adaptive, unhealthy_after: ?"),
        fault("errors, target: web, replicas: 1, share: 60%, at: 1s"), BUSY),
    row("AdaptiveSettings.recovery", "500ms", "9s", FAILURES, balancer("adaptive, recovery: ?"),
        fault("errors, target: web, replicas: 1, share: 60%, at: 1s"), BUSY),
    row("WeightedRoundRobinSettings.weights", "[1]", "[9, 1]", LATENCY,
        balancer("weighted_round_robin, weights: ?"), BUSY),
    row("ResponseTimeSettings.alpha", "1%", "100%", LATENCY, balancer("response_time, alpha: ?"), BUSY),
    row("ResponseTimeSettings.failure_penalty", "0s", "10s", FAILURES,
        balancer("response_time, failure_penalty: ?, unhealthy_after: 99"),
        fault("errors, target: web, replicas: 1, share: 60%, at: 1s"), BUSY),
    row("ResponseTimeSettings.unhealthy_after", "1", "9", FAILURES,
        balancer("response_time, unhealthy_after: ?"),
        fault("errors, target: web, replicas: 1, share: 60%, at: 1s"), BUSY),
    row("ResponseTimeSettings.recovery", "500ms", "9s", FAILURES, balancer("response_time, recovery: ?"),
        fault("errors, target: web, replicas: 1, share: 60%, at: 1s"), BUSY),
)

SOURCES: Final = (
    row("SourceSettings.to", "web.get", "{web.get: 50%, db.read: 50%}", LATENCY, "load.users.to = ?"),
    row("SourceSettings.shape", "5/s", "9/s", "requests", shape("constant, rate: ?")),
    row("SourceSettings.scale", "1", "2", "requests", "load.users.scale = ?"),
    row("SourceSettings.carries", "{lines: 1}", "{lines: 5}", LATENCY, "load.users.carries = ?",
        "carries.lines = 2", get("[{wait: {base: 1ms, per: {lines: 5ms}}}]")),
    row("SourceSettings.arrivals", "poisson", "even", "requests", "load.users.arrivals = ?"),
    row("SourceSettings.slo", "{within: 20ms}", "{within: 200ms}", "good", "load.users.slo = ?"),
    row("ArrivalSettings.process", "poisson", "even", "requests", "load.users.arrivals = {process: ?}"),
    row("ArrivalSettings.cv", "0.2", "4", "requests", "load.users.arrivals = {cv: ?}"),
    row("ConstantSettings.rate", "5/s", "9/s", "requests", shape("constant, rate: ?")),
    row("StepsSettings.points", "5/s", "9/s", "requests", shape("steps, points: [[0s, 5/s], [3s, ?]]")),
    row("RampSettings.from", "1/s", "9/s", "requests", shape("ramp, from: ?, to: 20/s, at: 2s, over: 5s")),
    row("RampSettings.to", "5/s", "20/s", "requests", shape("ramp, from: 1/s, to: ?, at: 2s, over: 5s")),
    row("RampSettings.at", "1s", "5s", "requests", shape("ramp, from: 1/s, to: 20/s, at: ?, over: 5s")),
    row("RampSettings.over", "1s", "5s", "requests", shape("ramp, from: 1/s, to: 20/s, at: 2s, over: ?")),
    row("DiurnalSettings.mean", "5/s", "9/s", "requests",
        shape("diurnal, mean: ?, amplitude: 50%, period: 8s")),
    row("DiurnalSettings.amplitude", "10%", "100%", "requests",
        shape("diurnal, mean: 9/s, amplitude: ?, period: 40s")),
    row("DiurnalSettings.period", "8s", "40s", "requests",
        shape("diurnal, mean: 9/s, amplitude: 100%, period: ?")),
    row("DiurnalSettings.phase", "0s", "20s", "requests",
        shape("diurnal, mean: 9/s, amplitude: 100%, period: 40s, phase: ?")),
    row("FlashCrowdSettings.at", "1s", "5s", "requests",
        shape("flash_crowd, at: ?, peak: 30/s, rise: 1s, decay: 9s")),
    row("FlashCrowdSettings.peak", "10/s", "30/s", "requests",
        shape("flash_crowd, at: 1s, peak: ?, rise: 1s, decay: 9s")),
    row("FlashCrowdSettings.rise", "1s", "5s", "requests",
        shape("flash_crowd, at: 1s, peak: 30/s, rise: ?, decay: 9s")),
    row("FlashCrowdSettings.decay", "1s", "9s", "requests",
        shape("flash_crowd, at: 1s, peak: 30/s, rise: 1s, decay: ?")),
    row("SpikesSettings.height", "10/s", "30/s", "requests", shape("spikes, height: ?, lasts: 1s, every: 3s")),
    row("SpikesSettings.lasts", "1s", "2s", "requests", shape("spikes, height: 30/s, lasts: ?, every: 3s")),
    row("SpikesSettings.every", "3s", "6s", "requests", shape("spikes, height: 30/s, lasts: 1s, every: ?")),
    row("MmppSettings.states", "{rate: 5/s, mean: 1s}", "{rate: 9/s, mean: 3s}", "requests",
        shape("mmpp, states: [?, {rate: 0/s, mean: 1s}]")),
    row("StateSettings.rate", "5/s", "9/s", "requests",
        shape("mmpp, states: [{rate: ?, mean: 1s}, {rate: 0/s, mean: 1s}]")),
    row("StateSettings.mean", "1s", "5s", "requests",
        shape("mmpp, states: [{rate: 20/s, mean: ?}, {rate: 0/s, mean: 1s}]")),
    row("TraceSettings.file", "falling.csv", "rising.csv", "requests", shape("trace, file: ?")),
    row("TraceSettings.start", "0s", "6s", "requests", shape("trace, file: falling.csv, start: ?")),
    row("TraceSettings.speed", "1", "2", "requests", shape("trace, file: falling.csv, speed: ?")),
    row("TraceSettings.scale", "1", "2", "requests", shape("trace, file: falling.csv, scale: ?")),
    row("UsersSettings.count", "2", "5", "requests", shape("users, count: ?, think: 500ms")),
    row("UsersSettings.shape", "2/s", "5/s", "requests",
        shape("users, shape: {kind: constant, rate: ?}, think: 500ms")),
    row("UsersSettings.think", "200ms", "900ms", "requests", shape("users, count: 3, think: ?")),
    row("SumSettings.of", "5/s", "9/s", "requests",
        shape("sum, of: [{kind: constant, rate: 5/s}, {kind: constant, rate: ?}]")),
)


STORED: Final = "services.web.storage = {base: 1Mi, per_request: 1Ki, limit: 100Mi}"
WHOLE: Final = ("BootFailsSettings", "PartitionSettings", "ScrapeFailsSettings")  # Have no `replicas`.
STAMPED: Final = "because.a.measured_at"


def any_fault() -> Iterator[Row]:
    """Yield a row for each word that all faults have, for each kind."""
    leaking = "services.web.memory = {base: 1Mi, limit: 10Mi}"
    kinds: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
        "CrashSettings": ("crash", "target: web", READY, ("services.web.boot = 4s",)),
        "PauseSettings": ("pause", "target: web", LATENCY, ()),
        "SlowSettings": ("slow", "target: web, speed: 20%", LATENCY, ()),
        "ErrorsSettings": ("errors", "target: web, share: 50%", FAILURES, ()),
        "LeakSettings": ("leak", "target: web, rate: 8Mi/s", READY, (leaking, "services.web.boot = 2s")),
        "DelaySettings": ("delay", "target: users->web, add: 90ms", LATENCY, ()),
        "StaleMetricsSettings": ("stale_metrics", "target: web", MEASURED, (PID, FAST, BUSY)),
        "MissingMetricsSettings": ("missing_metrics", "target: web", MEASURED, (PID, FAST, BUSY)),
        "ActuatorSettings": ("actuator", "refuse: 100%", REFUSED, (STAIRS,)),
        "SetSettings": ("set", "path: services.web.cores, to: 0.2", LATENCY, ()),
        "BadConfigSettings": ("bad_config", "path: services.web.cores, to: 0.2", LATENCY, ()),
        "CrashLoopSettings": ("crash_loop", "target: web", READY, ("services.web.boot = 2s",)),
        "BootFailsSettings": ("boot_fails", "target: web", READY, (STAIRS, "services.web.boot = 100ms")),
        "EvictSettings": ("evict", "target: web", READY, ("services.web.boot = 4s",)),
        "FastErrorsSettings": ("fast_errors", "target: web, share: 50%", FAILURES, ()),
        "UnreachableSettings": ("unreachable", "target: web", "outcomes.timeout", ()),
        "CpuHogSettings": ("cpu_hog", "target: web", LATENCY, (BUSY,)),
        "DiskFillSettings": ("disk_fill", "target: web, size: 1Gi", FAILURES, (STORED,)),
        "ClockSkewSettings": ("clock_skew", "target: web, by: 2s", STAMPED, (PID, FAST, BUSY, "duration = 9.5s")),
        "LossSettings": ("loss", "target: users->web, share: 50%", FAILURES, ()),
        "PartitionSettings": ("partition", "target: web", "outcomes.timeout", ()),
        "SurgeSettings": ("surge", "target: users, factor: 3", "requests", ()),
        "NoisyMetricsSettings": ("noisy_metrics", "target: web, cv: 1", MEASURED, (PID, FAST, BUSY)),
        "BiasedMetricsSettings": ("biased_metrics", "target: web, factor: 3", MEASURED, (PID, FAST, BUSY)),
        "LateMetricsSettings": ("late_metrics", "target: web, by: 2s", MEASURED, (PID, FAST, BUSY)),
        "ScrapeFailsSettings": ("scrape_fails", "target: web, share: 60%", MEASURED, (PID, FAST, BUSY)),
        "ControllerSettings": ("controller", "loop: a", "events.decision.None", (PID, FAST, BUSY)),
    }
    for owner, (kind, words, number, fragments) in kinds.items():
        instant = kind in ("crash", "evict")
        lasts = "" if instant else ", lasts: 2s"
        yield row(f"{owner}.at", "1s", "9s", number, fault(f"{kind}, {words}, at: ?{lasts}"), *fragments)
        yield row(f"{owner}.every", "3s", "9s", number, fault(f"{kind}, {words}, every: ?{lasts}"), *fragments)
        yield row(f"{owner}.random", "{mean: 1s}", "{mean: 20s}", number,
                  fault(f"{kind}, {words}, random: ?{lasts}"), *fragments)
        if not instant:
            yield row(f"{owner}.lasts", "1s", "7s", number, fault(f"{kind}, {words}, at: 1s, lasts: ?"), *fragments)
        if "target: web" in words:
            yield row(f"{owner}.target", "web", "db", number,
                      fault(f"{kind}, {words}, at: 1s{lasts}".replace("target: web", "target: ?")), *fragments)
        if owner not in WHOLE and "Metrics" not in owner and "target: web" in words:
            yield row(f"{owner}.replicas", "1", "all", number,
                      fault(f"{kind}, {words}, at: 1s, replicas: ?"), *fragments)


FAULTS: Final = (
    *any_fault(),
    row("BootFailsSettings.share", "10%", "100%", READY, fault("boot_fails, target: web, share: ?, at: 1s"),
        STAIRS, "services.web.boot = 100ms"),
    row("FastErrorsSettings.share", "10%", "60%", FAILURES, fault("fast_errors, target: web, at: 1s, share: ?")),
    row("FastErrorsSettings.after", "1ms", "200ms", LATENCY,
        fault("fast_errors, target: web, at: 1s, share: 60%, after: ?"), "services.web.slots = 1"),
    row("CpuHogSettings.cores", "0.5", "4", LATENCY, fault("cpu_hog, target: web, at: 1s, cores: ?"), BUSY),
    row("DiskFillSettings.size", "1Mi", "1Gi", FAILURES, fault("disk_fill, target: web, at: 1s, size: ?"), STORED),
    row("ClockSkewSettings.by", "1s", "-4s", STAMPED, fault("clock_skew, target: web, at: 3s, by: ?"),
        PID, FAST, BUSY),
    row("LossSettings.target", "users->web", "web->db", "links.users->web.outcomes.timeout",
        fault("loss, target: ?, at: 1s, share: 30%")),
    row("LossSettings.share", "5%", "60%", FAILURES, fault("loss, target: web, at: 1s, share: ?")),
    row("PartitionSettings.from", "more", "web", "links.web->db.outcomes.timeout",
        fault("partition, target: db, from: ?, at: 1s"), "load.more = {to: db.read, shape: {kind: constant, rate: 1/s}}"),
    row("SurgeSettings.target", "users", "more", "sources.users.requests",
        fault("surge, target: ?, factor: 3, at: 1s"), "load.more = {to: db.read, shape: {kind: constant, rate: 1/s}}"),
    row("SurgeSettings.factor", "2", "3", "requests", fault("surge, target: users, factor: ?, at: 1s")),
    row("NoisyMetricsSettings.cv", "0.1", "2", MEASURED,
        fault("noisy_metrics, target: web, cv: ?, at: 1s"), PID, FAST, BUSY),
    row("BiasedMetricsSettings.factor", "2", "3", MEASURED,
        fault("biased_metrics, target: web, factor: ?, at: 1s"), PID, FAST, BUSY),
    row("LateMetricsSettings.by", "1s", "4s", MEASURED,
        fault("late_metrics, target: web, by: ?, at: 1s"), PID, FAST, BUSY),
    row("ScrapeFailsSettings.share", "10%", "90%", MEASURED,
        fault("scrape_fails, target: web, share: ?, at: 1s"), PID, FAST, BUSY),
    row("ControllerSettings.loop", "a", "b", WANTED, fault("controller, loop: ?, at: 1s"), PID, FAST, BUSY,
        "strategies.s.loops.b = {kind: pid, target: db, period: 1s, setpoint: 0.3, ki: 1}"),
    row("ControllerSettings.how", "crash", "pause", MEASURED,
        fault("controller, loop: a, how: ?, at: 3.5s, lasts: 2s"), PID, FAST, BUSY),
    row("BadConfigSettings.path", "services.web.cores", "services.db.cores", LATENCY,
        fault("bad_config, path: ?, to: 0.2, at: 1s")),
    row("BadConfigSettings.to", "0.2", "4", LATENCY,
        fault("bad_config, path: services.web.cores, to: ?, at: 1s")),
    row("RandomTimes.mean", "1s", "9s", LATENCY, fault("slow, target: web, random: {mean: ?}, lasts: 1s")),
    row("Some.count", "1", "2", LATENCY, fault("slow, target: web, at: 1s, replicas: {count: ?}")),
    row("Some.share", "50%", "100%", LATENCY, fault("slow, target: web, at: 1s, replicas: {share: ?}")),
    row("CrashSettings.restart", "true", "false", "services.web.restarts",
        fault("crash, target: web, at: 1s, restart: ?")),
    row("SlowSettings.speed", "80%", "20%", LATENCY, fault("slow, target: web, at: 1s, speed: ?")),
    row("ErrorsSettings.share", "10%", "60%", FAILURES, fault("errors, target: web, at: 1s, share: ?")),
    row("LeakSettings.rate", "1Mi/s", "9Mi/s", "services.web.killed",
        fault("leak, target: web, at: 1s, rate: ?"), "services.web.memory = {base: 1Mi, limit: 20Mi}"),
    row("DelaySettings.target", "users->web", "web->db", LATENCY,
        fault("delay, target: ?, add: 90ms, at: 1s"), "load.users.to = {web.get: 50%, web.home: 50%}",
        "services.web.operations.home.steps = [{wait: 1ms}]"),
    row("DelaySettings.add", "10ms", "90ms", LATENCY, fault("delay, target: users->web, add: ?, at: 1s")),
    row("ActuatorSettings.refuse", "100%", "1%", REFUSED, fault("actuator, refuse: ?, at: 1s"), STAIRS),
    row("ActuatorSettings.slow", "1s", "5s", "replica_hours", fault("actuator, slow: ?, at: 1s"), UP),
    row("ActuatorSettings.partial", "1%", "50%", "replica_hours", fault("actuator, partial: ?, at: 1s"), UP),
    row("SetSettings.path", "services.web.cores", "services.db.cores", LATENCY,
        fault("set, path: ?, to: 0.2, at: 1s")),
    row("SetSettings.to", "0.2", "4", LATENCY, fault("set, path: services.web.cores, to: ?, at: 1s")),
)

PULSE: Final = shape("steps, points: [[0s, 70/s], [5s, 5/s]]")
QUEUED: Final = "{type: Pods, pods: {metric: {name: in_flight}, target: {type: AverageValue, averageValue: ?}}}"
OBJECT: Final = "{type: Object, object: {describedObject: {kind: Service, name: web}, metric: {name: arrival_rate}, target: ?}}"
EXTERNAL: Final = "{type: External, external: {metric: {name: sources.users.arrival_rate}, target: ?}}"
EACH: Final = "type: AverageValue, averageValue"
RULES: Final = "maxReplicas: 8"

LEARNERS: Final = (
    row("QLearningSettings.target", "web", "db", WANTED, FAST, BUSY,
        "strategies.s.loops.a = {kind: qlearning, target: ?, period: 1s}"),
    row("QLearningSettings.minReplicas", "1", "4", WANTED, learner("minReplicas: ?"), FAST),
    row("QLearningSettings.maxReplicas", "3", "9", WANTED, FAST, BUSY,
        learner("epsilon: 100%, maxReplicas: ?")),
    row("QLearningSettings.file", "lavish.npz", "thrifty.npz", WANTED, learner("file: ?"), FAST, BUSY),
    row("QLearningSettings.learn", "false", "true", "events.learned.0", FAST, BUSY,
        learner("file: lavish.npz, learn: ?")),
    row("QLearningSettings.actions", "headroom", "delta", WANTED, learner("actions: ?"), FAST, BUSY),
    row("QLearningSettings.restart", "false", "true", "services.web.restarts",
        learner("restart: ?, epsilon: 100%"), FAST, BUSY),
    row("QLearningSettings.buckets", "[]", "[{feature: load, edges: [0.01]}]", "because.a.state",
        learner("buckets: ?"), FAST, BUSY),
    row("QLearningSettings.period", "1s", "3s", WANTED, learner("period: ?"), FAST, BUSY),
    row("QLearningSettings.capacity", "10/s", "60/s", WANTED, learner("capacity: ?"), FAST, BUSY),
    row("QLearningSettings.patience", "1s", "20s", "because.a.backlog", learner("patience: ?"), FAST),
    row("QLearningSettings.within", "none", "1ms", "because.a.bad", learner("within: ?"), FAST),
    row("QLearningSettings.alpha", "1%", "90%", "because.a.learned", learner("alpha: ?"), FAST, BUSY),
    row("QLearningSettings.gamma", "10%", "90%", "because.a.learned",
        learner("gamma: ?, epsilon: 0%, file: lavish.npz, learn: true"), FAST, BUSY),
    row("QLearningSettings.epsilon", "0%", "100%", WANTED, learner("epsilon: ?"), FAST, BUSY),
    row("QLearningSettings.prices", "{}", "{replica_hour: 5}", "because.a.learned",
        learner("epsilon: 0%, file: lavish.npz, learn: true, prices: ?"), FAST, BUSY),
    row("QLearningSettings.maxStep", "1", "4", WANTED, learner("file: lavish.npz, maxStep: ?"), FAST, BUSY),
    row("QLearningSettings.stabilization", "0s", "1m", WANTED,
        learner("actions: delta, epsilon: 100%, stabilization: ?"), FAST, BUSY),
    row("QLearningSettings.fallback", "30%", "90%", WANTED,
        learner("file: lavish.npz, leastVisits: 10000, fallback: ?"), FAST, BUSY),
    row("QLearningSettings.leastVisits", "0", "10000", WANTED,
        learner("file: lavish.npz, leastVisits: ?"), FAST, BUSY),
    row("QLearningSettings.stale", "500ms", "9s", WANTED, BUSY,
        learner("file: lavish.npz, stale: ?"), "telemetry = {scrape: 3s, window: 6s, lag: 1s}"),
    row("QLearningSettings.telemetry", "{scrape: 1s, window: 3s}", "{scrape: 4s, window: 8s}", WANTED,
        learner("file: lavish.npz, telemetry: ?"), BUSY),
    row("Schedule.first", "0%", "100%", WANTED, FAST, BUSY,
        learner("epsilon: {first: ?, last: 0%, over: 9}")),
    row("Schedule.last", "0%", "100%", WANTED, FAST, BUSY,
        learner("epsilon: {first: 0%, last: ?, over: 3}")),
    row("Schedule.over", "1", "1000", WANTED, FAST, BUSY,
        learner("epsilon: {first: 100%, last: 0%, over: ?}")),
    row("Prices.replica_hour", "1", "5", "because.a.learned", FAST, BUSY,
        learner("epsilon: 0%, file: lavish.npz, learn: true, prices: {replica_hour: ?}")),
    row("Prices.bad_request", "1", "5", "because.a.learned", FAST, BUSY,
        learner("epsilon: 0%, within: 1ms, prices: {bad_request: ?}")),
    row("Prices.scaling", "1", "5", "because.a.learned", FAST, BUSY,
        learner("epsilon: 50%, prices: {scaling: ?}")),
    row("BucketSettings.feature", "load", "pending", "because.a.state", FAST, BUSY,
        learner("buckets: [{feature: ?, edges: [0.01]}]")),
    row("BucketSettings.edges", "[0.01]", "[2]", "because.a.state", FAST, BUSY,
        learner("buckets: [{feature: load, edges: ?}]")),
)

LOOPS: Final = (
    *LEARNERS,
    row("HpaSettings.target", "web", "db", WANTED, FAST, BUSY,
        "strategies.s.loops.a = {kind: hpa, target: ?, maxReplicas: 6, syncPeriod: 1s}"),
    row("HpaSettings.minReplicas", "1", "4", WANTED, hpa("minReplicas: ?, maxReplicas: 6"), FAST),
    row("HpaSettings.maxReplicas", "3", "9", WANTED, hpa("maxReplicas: ?"), FAST, BUSY),
    row("HpaSettings.metrics", "20", "80", WANTED, FAST, BUSY,
        hpa("maxReplicas: 6", resource("type: Utilization, averageUtilization: ?"))),
    row("HpaSettings.behavior", "none", "{scaleUp: {selectPolicy: Disabled}}", WANTED,
        hpa("maxReplicas: 6, behavior: ?"), FAST, BUSY),
    row("HpaSettings.telemetry", "{scrape: 1s, window: 3s}", "{scrape: 4s, window: 8s}", WANTED,
        hpa("maxReplicas: 6, telemetry: ?"), BUSY),
    row("HpaSettings.syncPeriod", "1s", "4s", WANTED, FAST, BUSY,
        "strategies.s.loops.a = {kind: hpa, target: web, maxReplicas: 6, syncPeriod: ?}"),
    row("HpaSettings.tolerance", "0%", "100%", WANTED, hpa("maxReplicas: 6, tolerance: ?"), FAST, BUSY),
    row("HpaSettings.downscaleStabilization", "0s", "5m", WANTED,
        hpa("maxReplicas: 6, downscaleStabilization: ?"), FAST, PULSE),
    row("HpaSettings.cpuInitializationPeriod", "0s", "5m", WANTED, FAST, PULSE, "services.web.boot = 6s",
        "strategies.s.loops.a = {kind: hpa, target: web, maxReplicas: 6, syncPeriod: 1s,"
        " downscaleStabilization: 0s, initialReadinessDelay: 0s, cpuInitializationPeriod: ?}"),
    row("HpaSettings.initialReadinessDelay", "0s", "30s", WANTED, FAST, PULSE, "services.web.boot = 6s",
        "strategies.s.loops.a = {kind: hpa, target: web, maxReplicas: 6, syncPeriod: 1s,"
        " downscaleStabilization: 0s, cpuInitializationPeriod: 0s, initialReadinessDelay: ?}"),
    row("MetricSpec.type", resource("type: Utilization, averageUtilization: 20"), QUEUED.replace("?", "9"),
        WANTED, hpa("maxReplicas: 8", "?"), FAST, BUSY),
    row("MetricSpec.resource", "20", "80", WANTED, FAST, BUSY,
        hpa("maxReplicas: 6", resource("type: Utilization, averageUtilization: ?"))),
    row("MetricSpec.pods", "1", "9", WANTED, hpa(RULES, QUEUED), FAST, BUSY),
    row("MetricSpec.object", "{type: Value, value: 10/s}", "{type: Value, value: 90/s}", WANTED,
        hpa(RULES, OBJECT), FAST, BUSY),
    row("MetricSpec.external", "{type: Value, value: 10/s}", "{type: Value, value: 90/s}", WANTED,
        hpa(RULES, EXTERNAL), FAST, BUSY),
    row("ResourceMetric.name", "cpu", "memory", WANTED, FAST, BUSY, "services.web.memory.base = 9Mi",
        "services.web.request = {cores: 1, memory: 90Mi}",
        hpa(RULES, resource("type: Utilization, averageUtilization: 20", "?"))),
    row("ResourceMetric.target", "type: Utilization, averageUtilization: 20", f"{EACH}: 800m", WANTED,
        hpa(RULES, resource("?")), FAST, BUSY),
    row("MetricTarget.type", "{type: Value, value: 20/s}", f"{{{EACH}: 20/s}}", WANTED,
        hpa(RULES, EXTERNAL), FAST, BUSY),
    row("MetricTarget.averageUtilization", "20", "80", WANTED, FAST, BUSY,
        hpa("maxReplicas: 6", resource("type: Utilization, averageUtilization: ?"))),
    row("MetricTarget.averageValue", "200m", "900m", WANTED, hpa(RULES, resource(f"{EACH}: ?")), FAST, BUSY),
    row("MetricTarget.value", "20/s", "90/s", WANTED, FAST, BUSY,
        hpa(RULES, EXTERNAL.replace("?", "{type: Value, value: ?}"))),
    row("MetricIdentifier.name", "in_flight", "arrival_rate", WANTED, FAST, BUSY,
        hpa(RULES, QUEUED.replace("?", "5").replace("in_flight", "?"))),
    row("PodsMetric.metric", "{name: in_flight}", "{name: arrival_rate}", WANTED, FAST, BUSY,
        hpa(RULES, QUEUED.replace("?", "5").replace("{name: in_flight}", "?"))),
    row("PodsMetric.target", "1", "9", WANTED, hpa(RULES, QUEUED), FAST, BUSY),
    row("ObjectMetric.describedObject", "{kind: Service, name: web}", "{kind: Service, name: db}", WANTED, FAST, BUSY,
        hpa(RULES, OBJECT.replace("?", "{type: Value, value: 40ms}").replace("arrival_rate", "latency_mean")
            .replace("{kind: Service, name: web}", "?"))),
    row("ObjectMetric.metric", "{name: arrival_rate}", "{name: in_flight}", WANTED, FAST, BUSY,
        hpa(RULES, OBJECT.replace("?", "{type: Value, value: 20}").replace("{name: arrival_rate}", "?"))),
    row("ObjectMetric.target", "{type: Value, value: 10/s}", "{type: Value, value: 90/s}", WANTED,
        hpa(RULES, OBJECT), FAST, BUSY),
    row("DescribedObject.name", "web", "db", WANTED, FAST, BUSY,
        hpa(RULES, OBJECT.replace("?", "{type: Value, value: 40ms}").replace("arrival_rate", "latency_mean")
            .replace("name: web}", "name: ?}"))),
    row("ExternalMetric.metric", "sources.users.arrival_rate", "services.web.in_flight", WANTED, FAST, BUSY,
        hpa(RULES, EXTERNAL.replace("?", "{type: Value, value: 20}").replace("sources.users.arrival_rate", "?"))),
    row("ExternalMetric.target", "{type: Value, value: 10/s}", "{type: Value, value: 90/s}", WANTED,
        hpa(RULES, EXTERNAL), FAST, BUSY),
    row("Behavior.scaleUp", "{}", "{selectPolicy: Disabled}", WANTED, behavior("scaleUp: ?"), FAST, BUSY),
    row("Behavior.scaleDown", "{stabilizationWindowSeconds: 0}", "{selectPolicy: Disabled}", WANTED,
        behavior("scaleDown: ?"), FAST, PULSE),
    row("ScalingRules.stabilizationWindowSeconds", "0", "60", WANTED, FAST, BUSY,
        behavior("scaleUp: {stabilizationWindowSeconds: ?}")),
    row("ScalingRules.selectPolicy", "Max", "Disabled", WANTED, FAST, BUSY,
        behavior("scaleUp: {selectPolicy: ?}")),
    row("ScalingRules.policies", "1", "4", WANTED, FAST, BUSY,
        behavior("scaleUp: {policies: [{type: Pods, value: ?, periodSeconds: 5}]}")),
    row("ScalingRules.tolerance", "0%", "100%", WANTED, FAST, BUSY, behavior("scaleUp: {tolerance: ?}")),
    row("ScalingPolicy.type", "Pods", "Percent", WANTED, FAST, BUSY,
        behavior("scaleUp: {policies: [{type: ?, value: 2, periodSeconds: 5}]}")),
    row("ScalingPolicy.value", "1", "4", WANTED, FAST, BUSY,
        behavior("scaleUp: {policies: [{type: Pods, value: ?, periodSeconds: 5}]}")),
    row("ScalingPolicy.periodSeconds", "1", "60", WANTED, FAST, BUSY,
        behavior("scaleUp: {policies: [{type: Pods, value: 1, periodSeconds: ?}]}")),
    row("PidSettings.target", "web", "db", WANTED, FAST, BUSY,
        "strategies.s.loops.a = {kind: pid, target: ?, period: 1s, setpoint: 0.3, ki: 0.2}"),
    row("PidSettings.minReplicas", "1", "4", WANTED, pid("minReplicas: ?"), FAST),
    row("PidSettings.maxReplicas", "3", "9", WANTED, pid("maxReplicas: ?, setpoint: 0.2, ki: 2"), FAST, BUSY),
    row("PidSettings.metric", "cpu", "in_flight", WANTED, pid("metric: ?, ki: 0.2"), FAST, BUSY),
    row("PidSettings.setpoint", "0.2", "0.9", WANTED, pid("setpoint: ?, ki: 0.2"), FAST, BUSY),
    row("PidSettings.kp", "1", "20", WANTED, pid("kp: ?, ki: 0.2"), FAST, PULSE),
    row("PidSettings.ki", "0", "1", WANTED, pid("ki: ?"), FAST, BUSY),
    row("PidSettings.kd", "0", "20", WANTED, pid("kp: 5, ki: 1, setpoint: 0.3, kd: ?"), FAST, PULSE),
    row("PidSettings.period", "1s", "4s", WANTED, FAST, BUSY,
        "strategies.s.loops.a = {kind: pid, target: web, period: ?, setpoint: 0.3, ki: 0.2}"),
    row("PidSettings.direction", "reverse", "direct", WANTED, pid("direction: ?, ki: 0.3"), FAST, BUSY),
    row("PidSettings.filter", "0.1", "50", WANTED, pid("kp: 5, ki: 1, setpoint: 0.3, kd: 20, filter: ?"), FAST, PULSE),
    row("PidSettings.tracking", "1s", "1h", WANTED,
        pid("maxReplicas: 3, setpoint: 0.5, kp: 1, ki: 3, tracking: ?"), FAST, PULSE),
    row("PidSettings.deadBand", "0", "5", WANTED, pid("ki: 0.5, setpoint: 0.2, deadBand: ?"), FAST, BUSY),
    row("PidSettings.maxStep", "1", "none", WANTED, pid("kp: 20, ki: 2, setpoint: 0.2, maxStep: ?"), FAST, BUSY),
    row("PidSettings.telemetry", "{scrape: 1s, window: 3s}", "{scrape: 4s, window: 8s}", WANTED,
        pid("ki: 0.5, setpoint: 0.2, telemetry: ?"), BUSY),
    row("HealthSettings.target", "web", "db", RESTARTS, DEAD,
        "strategies.s.loops.a = {kind: health, target: ?, period: 1s}"),
    row("HealthSettings.period", "1s", "2s", FAILURES, DEAD,
        "strategies.s.loops.a = {kind: health, target: web, period: ?, timeout: 500ms}"),
    row("HealthSettings.timeout", "5ms", "900ms", "because.a.failed",
        "strategies.s.loops.a = {kind: health, target: web, period: 1s, operation: get, timeout: ?}"),
    row("HealthSettings.operation", "none", "get", "services.web.core_utilization", health("operation: ?")),
    row("HealthSettings.unhealthy_threshold", "1", "5", FAILURES, health("unhealthy_threshold: ?"), DEAD),
    row("HealthSettings.healthy_threshold", "1", "6", "events.recovered.None",
        health("healthy_threshold: ?"), DEAD),
    row("HealthSettings.initial_delay", "1s", "60s", "events.probe_failed.None", "services.web.boot = 7s",
        health("initial_delay: ?"), UP.replace("loops.a", "loops.b")),
    row("HealthSettings.recover", "[]", "[restart]", RESTARTS, health("recover: ?"), DEAD),
    row("HealthSettings.standby", "spare", "other", "services.spare.core_utilization",
        health("recover: [reroute], standby: ?"), DEAD, "services.spare = {operations: {get: 5ms}}",
        "services.other = {operations: {get: 5ms}}"),
    row("HealthSettings.backoff", "{initial: 1s}", "{initial: 30s}", RESTARTS, FELLED,
        health("unhealthy_threshold: 1, healthy_threshold: 1, backoff: ?")),
    row("HealthSettings.restarting", "50%", "100%", "because.a.postponed", DEAD,
        "services.web.replicas = 4", health("restarting: ?")),
    row("HealthSettings.phi", "none", "{deviation: 10ms}", FAILURES, health("phi: ?"), LATER_DEAD),
    row("RecoveryBackoff.initial", "1s", "30s", RESTARTS, FELLED,
        health("unhealthy_threshold: 1, healthy_threshold: 1, backoff: {initial: ?}")),
    row("RecoveryBackoff.factor", "1", "9", RESTARTS, FELLED, "duration = 20s",
        health("unhealthy_threshold: 1, healthy_threshold: 1, backoff: {initial: 1s, factor: ?}")),
    row("RecoveryBackoff.cap", "1s", "30s", RESTARTS, FELLED, "duration = 20s",
        health("unhealthy_threshold: 1, healthy_threshold: 1, backoff: {initial: 1s, factor: 9, cap: ?}")),
    row("PhiSettings.threshold", "0.1", "30", FAILURES, health("phi: {threshold: ?}"), LATER_DEAD),
    row("PhiSettings.samples", "1", "1000", FAILURES, health("phi: {deviation: 10ms, samples: ?}"), LATER_DEAD),
    row("PhiSettings.deviation", "10ms", "1s", FAILURES, health("phi: {deviation: ?}"), LATER_DEAD),
    row("PhiSettings.pause", "0s", "2s", FAILURES, health("phi: {deviation: 10ms, pause: ?}"), LATER_DEAD),
    row("PhiSettings.first", "1s", "9s", FAILURES, health("phi: {deviation: 10ms, first: ?}"), LATER_DEAD),
    row("ResourcesSettings.target", "web", "db", CORE_HOURS, BUSY, IN_PLACE,
        resources("").replace("target: web", "target: ?")),
    row("ResourcesSettings.period", "1s", "3s", CORE_HOURS, BUSY, IN_PLACE,
        resources("").replace("period: 1s", "period: ?")),
    row("ResourcesSettings.manage", "[cores]", "[memory]", CORE_HOURS, resources("manage: ?"), BUSY, IN_PLACE),
    row("ResourcesSettings.high", "50%", "99%", CORE_HOURS, resources("high: ?"), BUSY, IN_PLACE),
    row("ResourcesSettings.low", "1%", "50%", CORE_HOURS, resources("low: ?"), IN_PLACE),
    row("ResourcesSettings.up", "1.1", "1.5", CORE_HOURS, resources("up: ?"), BUSY, IN_PLACE),
    row("ResourcesSettings.down", "0.6", "0.9", CORE_HOURS, resources("low: 40%, down: ?"), IN_PLACE),
    row("ResourcesSettings.windows", "2", "6", CORE_HOURS, resources("windows: ?, agree: 2, low: 40%"), IN_PLACE,
        shape("spikes, height: 50/s, lasts: 1s, every: 3s")),
    row("ResourcesSettings.agree", "1", "3", CORE_HOURS, resources("agree: ?"), BUSY, IN_PLACE),
    row("ResourcesSettings.cooldown", "0s", "5s", CORE_HOURS, BUSY, IN_PLACE,
        resources("").replace("cooldown: 0s", "cooldown: ?")),
    row("ResourcesSettings.min_cores", "100m", "900m", CORE_HOURS, resources("min_cores: ?, low: 60%"), IN_PLACE),
    row("ResourcesSettings.max_cores", "1.1", "4", CORE_HOURS, resources("max_cores: ?"), BUSY, IN_PLACE),
    row("ResourcesSettings.min_memory", "16Mi", "90Mi", "gib_hours", resources("min_memory: ?"), IN_PLACE,
        "services.web.memory = {base: 1Mi, limit: 100Mi}"),
    row("ResourcesSettings.max_memory", "105Mi", "200Mi", "gib_hours", resources("max_memory: ?"), IN_PLACE,
        "services.web.memory = {base: 95Mi, limit: 100Mi}"),
    row("ResourcesSettings.min_storage", "16Mi", "90Mi", QUOTAS_SET, resources("min_storage: ?"), IN_PLACE,
        "services.web.storage = {base: 1Mi, limit: 100Mi}"),
    row("ResourcesSettings.max_storage", "105Mi", "200Mi", QUOTAS_SET, resources("max_storage: ?"), IN_PLACE,
        "services.web.storage = {base: 99Mi, limit: 100Mi}"),
    row("ResourcesSettings.telemetry", "{scrape: 1s, window: 1s}", "{scrape: 3s, window: 3s}", CORE_HOURS, BUSY, IN_PLACE,
        "strategies.s.loops.a = {kind: resources, target: web, period: 1s, cooldown: 0s, telemetry: ?}"),
    row("ScriptSettings.target", "all", "web", "services.db.replica_hours",
        script("at: 2s, scale: {db: 3}", "target: ?")),
    row("ScriptSettings.steps", "2s", "6s", "replica_hours", script("at: ?, scale: {web: 4}")),
    row("ScriptSettings.period", "1s", "4s", "replica_hours", script("at: 1s, scale: {web: 4}", "period: ?")),
    row("ScriptStep.at", "2s", "6s", "replica_hours", script("at: ?, scale: {web: 4}")),
    row("ScriptStep.scale", "3", "6", "replica_hours", script("at: 2s, scale: {web: ?}")),
    row("ScriptStep.restart", "[]", "[web]", "services.web.restarts",
        script("at: 2s, scale: {web: 3}, restart: ?")),
    row("ScriptStep.switch", "none", "{from: db, to: more}", LATENCY,
        script("at: 2s, restart: [db], switch: ?"), MORE),
    row("SwitchStep.from", "db", "web", LATENCY, script("at: 2s, switch: {from: ?, to: more}"), MORE),
    row("SwitchStep.to", "more", "much", LATENCY, script("at: 2s, switch: {from: db, to: ?}"), MORE,
        "services.much.operations.read.steps = [{wait: 90ms}]"),
    row("SwitchStep.percentage", "20%", "80%", LATENCY,
        script("at: 2s, switch: {from: db, to: more, percentage: ?}"), MORE),
    row("ScriptStep.clean_up", "web", "db", FAILURES, script("at: 5s, clean_up: ?"),
        "services.web.storage = {per_request: 1, log_rate: 3Mi/s, limit: 9Mi}"),
    row("ScriptStep.quota", "{web: {cores: 4}}", "{web: {cores: 0.3}}", LATENCY,
        script("at: 2s, quota: ?"), BUSY),
    row("QuotaStep.cores", "4", "0.3", LATENCY, script("at: 2s, quota: {web: {cores: ?}}"), BUSY),
    row("QuotaStep.memory", "1Gi", "2Gi", "gib_hours", script("at: 2s, quota: {web: {memory: ?}}")),
    row("QuotaStep.storage", "2Mi", "9Gi", FAILURES, script("at: 2s, quota: {web: {storage: ?}}"),
        "services.web.storage.per_request = 1Mi"),
    row("ScriptStep.custom", "none", "{name: have, params: {count: 5}}", "replica_hours",
        script("at: 2s, restart: [db], custom: ?")),
    row("CustomStep.name", "have", "have-not", "replica_hours",
        script("at: 2s, custom: {name: ?, params: {count: 5}}")),
    row("CustomStep.params", "3", "5", "replica_hours",
        script("at: 2s, custom: {name: have, params: {count: ?}}")),
    row("ScriptStep.set", "{services.web.cores: 4}", "{services.web.cores: 0.3}", LATENCY,
        script("at: 2s, set: ?")),
)


def brain(fields: str, monitor: str = "", planner: str = "") -> str:
    """Return a MAPE-K loop that judges within seconds."""
    usual = [f"{word}: 1" for word in ("raise_after", "of", "answers") if f"{word}:" not in monitor]
    monitor = ", ".join(filter(None, (*usual, monitor)))
    return (
        f"strategies.s.loops.a = {{kind: mape_k, period: 1s, monitor: {{{monitor}}}, "
        f"planner: {{{planner}}}, {fields}}}"
    )


def ruled(rule: str, planner: str = "cooldown: 0s", fields: str = "services: {web: {latency_p99: 10ms}}") -> str:
    """Return a MAPE-K loop with one rule."""
    return brain(fields, planner=f"{planner}, rules: [{{settle: 1s, deadline: 3s, {rule}}}]")


def thresholds() -> Iterator[Row]:
    """Yield a row for each threshold, of all services and of one."""
    one = "faults.f = {kind: crash, target: web, replicas: 1, at: 3s, restart: false}"
    again = "faults.f = {kind: crash, target: web, replicas: 1, every: 2s}"
    for owner, of in {"Thresholds": "thresholds: {%s}", "OwnThresholds": "services: {web: {%s}}"}.items():
        yield row(f"{owner}.latency_p99", "10ms", "9s", SYMPTOMS, FAST, brain(of % "latency_p99: ?"))
        yield row(f"{owner}.error_rate", "5%", "90%", SYMPTOMS, FAST, FAILING, brain(of % "error_rate: ?"))
        yield row(f"{owner}.utilization", "0.1", "9", SYMPTOMS, FAST, brain(of % "utilization: ?"))
        yield row(f"{owner}.memory", "10%", "95%", SYMPTOMS, FAST, brain(of % "memory: ?"),
                  "services.web.memory = {base: 5Mi, limit: 9Mi}")
        yield row(f"{owner}.storage", "10%", "95%", SYMPTOMS, FAST, brain(of % "storage: ?"),
                  "services.web.storage = {base: 5Mi, limit: 9Mi}")
        yield row(f"{owner}.ready", "10%", "90%", SYMPTOMS, FAST, brain(of % "ready: ?"), one)
        yield row(f"{owner}.unreachable", "5%", "95%", SYMPTOMS, FAST, one, "platform.discovery = 9s",
                  brain(of % "ready: 1%, error_rate: 99%, unreachable: ?"))
        yield row(f"{owner}.crashes", "1", "9", SYMPTOMS, FAST, again,
                  brain(of % "ready: 1%, error_rate: 99%, crashes: ?", "of: 3"))
        yield row(f"{owner}.leak", "1s", "1h", SYMPTOMS, "telemetry = {scrape: 1s, window: 1s}",
                  "services.web.memory = {base: 5Mi, limit: 900Mi}", "duration = 14s",
                  fault("leak, target: web, at: 1s, rate: 9Mi/s"), brain(of % "leak: ?"))


MAPE_K: Final = (
    *thresholds(),
    row("MapeKSettings.target", "web", "db", SYMPTOMS, FAST,
        brain("target: ?, thresholds: {latency_p99: 100ms}")),
    row("MapeKSettings.period", "1s", "4s", WANTED, FAST,
        "strategies.s.loops.a = {kind: mape_k, period: ?, services: {web: {latency_p99: 10ms}}, "
        "monitor: {raise_after: 1, answers: 1}}"),
    row("MapeKSettings.telemetry", "{scrape: 1s, window: 3s}", "{scrape: 4s, window: 8s}", SYMPTOMS,
        brain("thresholds: {latency_p99: 100ms}, telemetry: ?")),
    row("MapeKSettings.thresholds", "{}", "{latency_p99: 10ms}", SYMPTOMS, FAST, brain("thresholds: ?")),
    row("MapeKSettings.services", "{}", "{web: {latency_p99: 10ms}}", SYMPTOMS, FAST, brain("services: ?")),
    row("MapeKSettings.custom", "[]", "[{name: many, metric: sources.users.arrival_rate, bound: 1, service: web}]",
        SYMPTOMS, FAST, brain("custom: ?")),
    row("MapeKSettings.monitor", "{}", "{raise_after: 1, answers: 1}", SYMPTOMS, FAST,
        "strategies.s.loops.a = {kind: mape_k, period: 3s, services: {web: {latency_p99: 10ms}}, monitor: ?}"),
    row("MapeKSettings.analyzer", "{}", "{candidates: 1}", CANDIDATES, FAST,
        brain("thresholds: {latency_p99: 10ms}, analyzer: ?")),
    row("MapeKSettings.planner", "{}", "{max_replicas: 2}", WANTED, FAST,
        "strategies.s.loops.a = {kind: mape_k, period: 1s, monitor: {raise_after: 1, answers: 1}, "
        "services: {web: {latency_p99: 10ms}}, planner: ?}"),
    row("MapeKSettings.executor", "{plans: 1}", "{plans: 9}", PLANS, FAST,
        brain("thresholds: {utilization: 0.05}, executor: ?")),
    row("MapeKSettings.knowledge", "fails.json", "works.json", WANTED, FAST,
        ruled("do: [ScaleUp]}, {do: [Restart]", fields="services: {web: {latency_p99: 10ms}}, knowledge: ?")),
    row("CustomSymptom.name", "a", "b", WANTED, FAST, ruled("symptom: Custom(b), do: [ScaleUp]",
        fields="custom: [{name: ?, metric: services.web.arrival_rate, bound: 1}]")),
    row("CustomSymptom.metric", "services.web.arrival_rate", "services.web.restarts", SYMPTOMS, FAST,
        brain("custom: [{name: a, metric: ?, bound: 1}]")),
    row("CustomSymptom.relation", "above", "below", SYMPTOMS, FAST,
        brain("custom: [{name: a, metric: services.web.arrival_rate, bound: 1, relation: ?}]")),
    row("CustomSymptom.bound", "1", "99", SYMPTOMS, FAST,
        brain("custom: [{name: a, metric: services.web.arrival_rate, bound: ?}]")),
    row("CustomSymptom.service", "web", "db", WANTED, FAST, ruled("do: [ScaleUp]",
        fields="custom: [{name: a, metric: sources.users.arrival_rate, bound: 1, service: ?}]")),
    row("MonitorSettings.raise_after", "1", "3", WANTED, FAST, BRAIN.replace("raise_after: 1", "raise_after: ?")),
    row("MonitorSettings.of", "2", "6", SYMPTOMS, "telemetry = {scrape: 1s, window: 1s}", SPIKES,
        brain(MANY, "raise_after: 2, of: ?")),
    row("MonitorSettings.clear", "10%", "99%", "events.cleared.None", FAST, SPIKES, brain(MANY, "clear: ?")),
    row("MonitorSettings.stale", "1", "9", "because.a.unknown", "telemetry = {scrape: 4s, window: 8s}",
        BRAIN.replace("answers: 1", "answers: 1, stale: ?")),
    row("MonitorSettings.answers", "1", "9999", SYMPTOMS, FAST, BRAIN.replace("answers: 1", "answers: ?")),
    row("MonitorSettings.trend", "8", "30", SYMPTOMS, "telemetry = {scrape: 1s, window: 1s}", "duration = 24s",
        "services.web.memory = {base: 5Mi, limit: 900Mi}", fault("leak, target: web, at: 12s, rate: 9Mi/s"),
        BRAIN.replace("answers: 1", "answers: 1, trend: ?").replace("10ms", "99s")),
    row("MonitorSettings.severities", "[1, 1, 1]", "[999, 999, 999]", WANTED, FAST,
        brain("services: {web: {latency_p99: 10ms}}", "severities: ?", "rules: [{least: High, do: [ScaleUp]}]")),
    row("AnalyzerSettings.lookback", "1s", "60s", "events.plan.None", FAST,
        "strategies.s.loops.b = {kind: script, steps: [{at: 1s, set: {links.web->db.timeout: 4ms}}]}",
        brain("custom: [{name: a, metric: links.web->db.rate.timeout, bound: 0.1}], "
              "thresholds: {latency_p99: 99s, error_rate: 99%}, analyzer: {lookback: ?}", "raise_after: 1", CONFIG)
        .replace("period: 1s", "period: 4s")),
    row("AnalyzerSettings.candidates", "1", "5", CANDIDATES, FAST,
        brain("thresholds: {latency_p99: 10ms}, analyzer: {candidates: ?}")),
    row("PlannerSettings.rules", "[]", "[{do: [ScaleUp]}]", WANTED, FAST,
        brain("services: {web: {latency_p99: 10ms}}", planner="rules: ?")),
    row("PlannerSettings.cooldown", "0s", "1h", PLANS, FAST, ruled("do: [ScaleUp]", "cooldown: ?")),
    row("PlannerSettings.max_replicas", "3", "9", WANTED, FAST,
        brain("services: {web: {latency_p99: 10ms}}", planner="max_replicas: ?")),
    row("PlannerSettings.calm", "1s", "1h", WANTED, FAST, SPIKES.replace("4s", "8s"), "duration = 15s",
        brain(MANY, planner="calm: ?, rules: [{do: [ScaleUp], settle: 1s, deadline: 9s}]")),
    row("PlannerSettings.restarts", "1", "9", PLANS, FAST, ruled("do: [Restart]", "cooldown: 0s, restarts: ?")),
    row("PlannerSettings.restart_window", "1s", "1h", PLANS, FAST,
        ruled("do: [Restart]", "cooldown: 0s, restarts: 1, restart_window: ?")),
    row("Rule.issue", "any", "ServiceFailure", WANTED, FAST, ruled("issue: ?, do: [ScaleUp]")),
    row("Rule.symptom", "HighLatency", "MemoryLeak", WANTED, FAST, ruled("symptom: ?, do: [ScaleUp]")),
    row("Rule.resource", "cores", "memory", WANTED, FAST, ruled("resource: ?, do: [ScaleUp]",
        fields="thresholds: {utilization: 0.05}")),
    row("Rule.least", "Low", "Critical", "timeline.services.db.wanted", FAST, ruled("least: ?, do: [ScaleUp]",
        fields="thresholds: {error_rate: 45%}"), FAILING),
    row("Rule.do", "[ScaleUp]", "[Restart]", WANTED, FAST, ruled("do: ?")),
    row("Rule.replicas", "1", "4", WANTED, FAST, ruled("do: [ScaleUp], replicas: ?")),
    row("Rule.to", "more", "much", LATENCY, FAST, MORE, ruled("do: [SwitchTraffic], to: ?"),
        "services.much.operations.get.steps = [{wait: 90ms}]"),
    row("Rule.share", "20%", "90%", LATENCY, FAST, MORE, ruled("do: [SwitchTraffic], to: more, share: ?")),
    row("Rule.name", "have", "have-not", "replica_hours", FAST, ruled("do: [Custom], name: ?, params: {count: 5}")),
    row("Rule.params", "3", "5", "replica_hours", FAST, ruled("do: [Custom], name: have, params: {count: ?}")),
    row("Rule.settle", "1s", "7s", "because.a.under_way", FAST, SPIKES,
        brain(MANY, planner="rules: [{do: [ScaleUp], deadline: 9s, settle: ?}]")),
    row("Rule.deadline", "2s", "8s", WANTED, FAST, brain("services: {web: {latency_p99: 10ms}}",
        planner="rules: [{do: [ScaleUp], settle: 1s, deadline: ?}]")),
    row("ExecutorSettings.plans", "1", "9", PLANS, FAST, brain("thresholds: {utilization: 0.05}, executor: {plans: ?}")),
)


# The loops of an adaptive system: (class, that of the loop by itself) by part.

PARTS: Final = {
    "mape_k": ("CycleSettings", "MapeKSettings"),
    "health": ("CheckingSettings", "HealthSettings"),
    "scaling": ("ScalingSettings", "HpaSettings"),
    "resources": ("SizingSettings", "ResourcesSettings"),
    "learning": ("AgentSettings", "QLearningSettings"),
}
APART: Final = (  # They have rows of their own, or are no settings of such a loop.
    "CycleSettings.telemetry", "ScalingSettings.telemetry", "SizingSettings.telemetry",
    "AgentSettings.telemetry",
    "AgentSettings.stabilization",
)
OWN: Final = "telemetry: {scrape: 1s, window: 1s}, "
LOOP_A: Final = "strategies.s.loops.a = {"


def within_a_system(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield for each row of a loop by itself that of the same setting of a system's loop."""
    for part, (cls, alone) in PARTS.items():
        for one in rows:
            owner, _, name = one.setting.partition(".")
            if owner == alone and f"{cls}.{name}" not in APART:
                fragments = tuple(_inside(part, fragment) for fragment in one.fragments)
                loop = part if part == "mape_k" else f"{part}/web"
                number = one.number.replace("because.a.", f"because.a.{loop}.")
                yield Row(f"{cls}.{name}", one.once, one.then, number, fragments)


def _inside(part: str, fragment: str) -> str:
    if not fragment.startswith(LOOP_A):
        return fragment
    loop = fragment.removeprefix(LOOP_A)
    if part == "learning":  # As the agent by itself is.
        loop = "".join(f"{one}, " for one in ("actions: headroom", "fallback: 60%")
                       if one.partition(" ")[0] not in loop) + loop  # fmt: skip
    return system(f"{OWN if OWN in loop else ''}{part}: {{{loop.replace(OWN, '')}", only=part)


def system(fields: str, *, only: str = "") -> str:
    """Return an adaptive system; if `only` one part is to be there, without what others default to."""
    others = "".join(f"{part}: none, " for part in ("mape_k", "health", "scaling", "learning") if only not in ("", part))
    return f"{LOOP_A}kind: adaptive_system, {others}{fields}}}"


CHECKS: Final = "health: {period: 1s, timeout: 500ms, unhealthy_threshold: 1}"
SCALES: Final = ("scaling: {maxReplicas: 8, syncPeriod: 1s, downscaleStabilization: 0s, tolerance: 0%,"
                 " cpuInitializationPeriod: 0s, initialReadinessDelay: 0s}")
SIZES: Final = "resources: {kind: resources, period: 1s, cooldown: 0s, windows: 1, agree: 1, low: 60%, manage: [cores]}"
LEARNS: Final = "learning: {period: 1s, epsilon: 100%}"
MENDS: Final = ("mape_k: {period: 1s, services: {web: {latency_p99: 10ms}}, monitor: {raise_after: 1, of: 1, answers: 1},"
                " planner: {cooldown: 0s, rules: [{settle: 1s, deadline: 3s, do: [ScaleUp]}]}}")
MANY: Final = "services.web.replicas = 6"
EARLY: Final = "faults.f = {kind: crash, target: web, replicas: 1, at: 500ms, restart: false}"


def contested(fields: str, *parts: str) -> str:
    return system(", ".join([*parts, f"arbiter: {{{fields}}}"]))


ADAPTIVE: Final = (
    row("AdaptiveSystemSettings.target", "web", "db", WANTED, FAST, BUSY, system(f"target: ?, {SCALES}")),
    row("AdaptiveSystemSettings.telemetry", "{scrape: 1s, window: 3s}", "{scrape: 4s, window: 8s}", WANTED, BUSY,
        system(f"telemetry: ?, {SCALES}")),
    row("AdaptiveSystemSettings.mape_k", "none", "{period: 1s, thresholds: {latency_p99: 10ms}, monitor: {raise_after: 1}}",
        "events.symptom.None", FAST, system("mape_k: ?")),
    row("AdaptiveSystemSettings.health", "none", "{period: 1s, timeout: 500ms}", RESTARTS, DEAD, system("health: ?")),
    row("AdaptiveSystemSettings.scaling", "none", "{syncPeriod: 1s, maxReplicas: 3}", WANTED, FAST, MANY, system("scaling: ?")),
    row("AdaptiveSystemSettings.resources", "none", SIZES.removeprefix("resources: "), CORE_HOURS, FAST, IN_PLACE,
        system("resources: ?")),
    row("AdaptiveSystemSettings.learning", "none", LEARNS.removeprefix("learning: "), WANTED, FAST, BUSY,
        system("learning: ?")),
    row("AdaptiveSystemSettings.arbiter", "{}", "{health: {priority: 3, lease: 0s}}", WANTED, FAST, MANY, EARLY,
        system(f"{CHECKS}, {SCALES}, arbiter: ?")),
    row("AgentSettings.stabilization", "0s", "1m", WANTED, FAST, BUSY,
        system("learning: {period: 1s, actions: absolute, epsilon: 100%, stabilization: ?}", only="learning")),
    row("ArbiterSettings.mape_k", "{priority: 0, lease: 0s}", "{priority: 3, lease: 1m}", "events.contest.None", FAST,
        contested("mape_k: ?", SCALES, MENDS)),
    row("ArbiterSettings.health", "{priority: 3, lease: 1s}", "{priority: 3, lease: 1m}", WANTED, FAST, MANY, EARLY,
        contested("health: ?", CHECKS, SCALES)),
    row("ArbiterSettings.scaling", "{priority: 3, lease: 1s}", "{priority: 5, lease: 1m}", RESTARTS, FAST, MANY, LATER_DEAD,
        contested("scaling: ?", CHECKS, SCALES)),
    row("ArbiterSettings.resources", "{priority: 2, lease: 1s}", "{priority: 2, lease: 1m}", WANTED, FAST, MANY, IN_PLACE,
        contested("resources: ?", SIZES, SCALES)),
    row("ArbiterSettings.learning", "{priority: 1, lease: 1m}", "{priority: 5, lease: 1m}", WANTED, FAST, BUSY,
        contested("learning: ?", SCALES, LEARNS)),
    row("Claim.priority", "1", "5", RESTARTS, FAST, MANY, LATER_DEAD,
        contested("scaling: {priority: ?, lease: 1m}", CHECKS, SCALES)),
    row("Claim.lease", "0s", "1m", WANTED, FAST, MANY, EARLY,
        contested("health: {priority: 3, lease: ?}", CHECKS, SCALES)),
)

# fmt: on

ROWS: Final = (
    *WORLD, *DISTRIBUTIONS, *SERVICES, *any_step(), *LINKS, *SOURCES, *FAULTS, *LOOPS,
    *within_a_system((*LOOPS, *MAPE_K)), *ADAPTIVE, *MAPE_K,
)  # fmt: skip

EXEMPT: Final[Mapping[str, str]] = {
    "ScenarioDocument.schema": "says what kind of file it is",
    "ScenarioDocument.name": "a name, for people",
    "ScenarioDocument.about": "a sentence, for people",
    "StrategyDocument.about": "a sentence, for people",
    "StrategyDocument.made": "where it came from, for people",
    "Made.by": "for people",
    "Made.on": "for people",
    "Made.scenario": "for people",
    "Made.seeds": "for people",
    "Made.manifest": "for people",
    "CrashSettings.lasts": "a crash is an instant; what is given is refused",
    "EvictSettings.lasts": "an eviction is an instant; what is given is refused",
}


# The walk.


def reachable() -> dict[str, type[Settings]]:
    """Return every settings class that a scenario may be made of, by name."""
    found: dict[str, type[Settings]] = {}
    waiting: list[type[Settings]] = [ScenarioDocument, WorldSettings]
    while waiting:
        cls = waiting.pop()
        if found.setdefault(cls.__name__, cls) is not cls:
            raise AssertionError(f"two classes are called {cls.__name__}")
        inside = (one for field in fields_of(cls).values() for one in settings_in(field.hint))
        waiting += [one for one in dict.fromkeys(inside) if one not in found.values()]
    return found


def settings(classes: Mapping[str, type[Settings]]) -> set[str]:
    """Return `Class.field` for each field, as files know it.

    A tag (`kind`, `dist`) chooses its class; where it is all there is, it is a setting itself. What
    a document only hands on to the world is the world's.
    """
    found = set()
    world = fields_of(WorldSettings)
    for name, cls in classes.items():
        keys = [key for key in fields_of(cls) if key not in ("kind", "dist")] or ["kind"]
        if issubclass(cls, ScenarioDocument):
            keys = [key for key in keys if key not in world]
        found |= {f"{name}.{key}" for key in keys}
    return found


def test_every_setting_has_a_row_or_a_reason() -> None:
    walked, rows = settings(reachable()), {one.setting for one in ROWS}
    assert walked - rows - EXEMPT.keys() == set(), "have no row"
    assert (rows | EXEMPT.keys()) - walked == set(), "are no settings"
    assert rows & EXEMPT.keys() == set(), "have a row and a reason to have none"


def test_no_setting_has_two_rows() -> None:
    twice = [name for name, rows in Counter(one.setting for one in ROWS).items() if rows > 1]
    assert twice == []


def test_the_walk_finds_new_fields_and_new_kinds() -> None:
    assert {"Cost.core_hour", "LeakSettings.rate", "Warmup.from", "P2cSettings.kind"} <= settings(
        reachable()
    )
    from dataclasses import dataclass

    @dataclass(frozen=True, kw_only=True)
    class Fresh(Settings):
        kind: str = "fresh"
        speed: float = 1.0

    assert settings({"Fresh": Fresh}) == {"Fresh.speed"}


# Runs.


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with the files that rows name."""
    place = tmp_path_factory.mktemp("files")
    for name, lines in {
        "short.csv": "seconds\n0.005\n0.010\n",
        "long.csv": "seconds\n0.050\n0.020\n",
        "falling.csv": "t,rate\n0,20\n2,16\n4,12\n6,8\n8,4\n10,2\n",
        "fails.json": known("rolled back"),
        "works.json": known("succeeded"),
        "rising.csv": "t,rate\n0,1\n2,2\n4,8\n6,12\n8,16\n10,20\n",
    }.items():
        (place / name).write_text(lines, encoding="utf-8")
    for name, best in {"lavish.npz": 0, "thrifty.npz": 7}.items():
        write_policy(place / name, *always(best))
    return place


def known(result: str) -> str:
    """Return a knowledge file of a service that was scaled up four times, always with this result."""
    one = {"issue": "PerformanceDegradation", "service": "web", "strategy": "ScaleUp"}
    history = [{**one, "result": result, "at": 0.0, "took": 1.0}] * 4
    return json.dumps({"schema": "simlab/knowledge/v1", "history": history})


def always(action: int) -> tuple[QTable, dict[str, Any]]:
    """Return what always plays one of the eight target utilizations, every second."""
    table, moves = QTable(1, 8), moves_of("headroom", 1, 10)
    table.values[0] = [0.0 if one == action else -1.0 for one in range(8)]
    table.visits[0] = [100] * 8
    scales = Scales(10, 10.0)
    return table, manifest_of(
        buckets=(), moves=moves, scales=scales, period=1.0, capacity=30.0, within=None
    )


def text_of(fragments: tuple[str, ...]) -> str:
    """Return the scenario that fragments make, laid over the base one after another."""
    tree: dict[str, Any] = {}
    for fragment in (*BASE, *fragments):
        path, _, text = fragment.partition(" =")
        put(tree, path.split("."), text.strip())
    return rendered(tree)


def put(tree: dict[str, Any], steps: list[str], text: str) -> None:
    *way, last = steps
    for step in way:
        below = tree.setdefault(step, {})
        if below == "{}":
            below = tree[step] = {}
        assert isinstance(below, dict), f"{'.'.join(steps)}: {step} is text already"
        tree = below
    if text:
        tree[last] = text
    else:
        tree.pop(last, None)


def rendered(tree: Mapping[str, Any]) -> str:
    pairs = (
        f"{key}: {rendered(value) if isinstance(value, dict) else value}"
        for key, value in tree.items()
    )
    return f"{{{', '.join(pairs)}}}"


def filled(one: Row, text: str) -> tuple[str, ...]:
    return tuple(fragment.replace("?", text) for fragment in one.fragments)


def have(world: World, params: Mapping[str, float | str | None]) -> None:
    """Have `count` replicas of web: what a custom action does here."""
    world.set("services.web.replicas", params["count"])


@cache
def numbers(text: str, base: Path) -> Mapping[str, float | None]:
    """Return every number of the run of the strategy `s` in the scenario that `text` is."""
    run = faces.run(parse(text, base=base), "s", seed=1, handlers={"have": have})
    found = dict(flat(run.to_json()["measures"]))
    for level in ("sources", "services", "links", "faults"):
        found |= {f"{level}.{path}": value for path, value in flat(run.to_json()[level])}
    for name, column in run.record.timeline.items():
        found[f"timeline.{name}"] = sum(value for value in column.tolist() if not isnan(value))
    found |= Counter(f"events.{one.kind}.{what_of(one)}" for one in run.record.events)
    found |= reasons(run.record.events)
    return found | {"spans": len(run.record.spans)}


def reasons(events: Sequence[Event]) -> Counter[str]:
    """Return the sum of each number that decisions were made of."""
    found: Counter[str] = Counter()
    for one in events:
        for term, value in one.data.get("because", {}).items():
            found[f"because.{one.who}.{term}"] += value if isinstance(value, int | float) else 0
    return found


def flat(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, float | None]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def what_of(event: Event) -> str:
    return str(event.data.get("status") or event.data.get("kind") or event.data.get("state"))


@cache
def compared(text: str, base: Path) -> Mapping[str, float | None]:
    """Return the mean of each measure over three replications."""
    answer = faces.compare(parse(text, base=base), ["s"], replications=3, seed=1)
    return {f"compare.{name}": one.mean for name, one in answer.estimates["s"].items()}


def number_of(one: Row, text: str, base: Path) -> float:
    find = compared if one.number.startswith("compare.") else numbers
    found = find(text_of(filled(one, text)), base)
    value = found.get(one.number, 0 if one.number.startswith("events.") else None)
    assert value is not None, f"{one.number} is not there"
    return value


@pytest.mark.parametrize("one", ROWS, ids=lambda one: one.setting)
def test_a_setting_moves_its_number(one: Row, files: Path) -> None:
    assert any("?" in fragment for fragment in one.fragments)
    assert one.once != one.then
    assert number_of(one, one.once, files) != number_of(one, one.then, files)


def test_what_has_no_effect_moves_nothing(files: Path) -> None:
    """A check of the checks: numbers differ by settings alone, not from run to run."""
    quiet = row("none", "one", "two", "any", "name = ?", PID, FAST, BUSY, FAILING)
    once, then = (text_of(filled(quiet, text)) for text in (quiet.once, quiet.then))
    assert once != then
    assert numbers(once, files) == numbers(then, files)


def test_fragments_lie_over_each_other() -> None:
    text = text_of(("services.web.cores = 2", "services.web.cores =", "x-y = [1, {a: b}]"))
    assert "cores" not in text
    assert text.endswith("x-y: [1, {a: b}]}")
    with pytest.raises(AssertionError, match="duration is text already"):
        text_of(("duration.of = 1s",))
