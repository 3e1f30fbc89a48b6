"""The service that environments have where none is named: small, so that it learns in minutes."""

from typing import Any, Final

DEFAULT: Final[dict[str, Any]] = {
    "schema": "simlab/scenario/v1",
    "name": "autoscale",
    "duration": "30m",
    "slo": {"within": "1500ms", "objective": "99%"},
    "cost": {"core_hour": 0.05, "bad_request": 0.00005, "scaling": 0.0005},
    "services": {
        "web": {
            "replicas": 6,
            "cores": 1,
            "boot": "45s",
            "operations": {"get": [{"cpu": {"dist": "exponential", "mean": "200ms"}}]},
        }
    },
    "links": {
        "users->web": {"timeout": "5s", "balancer": {"kind": "least_request"}},
    },
    "load": {
        "users": {
            "to": "web.get",
            "shape": [
                {"kind": "diurnal", "mean": "16/s", "amplitude": "80%", "period": "30m"},
                {
                    "kind": "mmpp",
                    "states": [{"rate": "0/s", "mean": "5m"}, {"rate": "6/s", "mean": "2m"}],
                },
            ],
        }
    },
    "telemetry": {"scrape": "15s", "window": "30s", "lag": "1s"},
    "platform": {"discovery": "1s", "actuation": "1s"},
}

HEALING: Final[dict[str, Any]] = {
    **DEFAULT,
    "name": "self-heal",
    "duration": "20m",
    "services": {
        "web": {
            **DEFAULT["services"]["web"],
            "memory": {"base": "100Mi", "per_request": "1Mi", "limit": "512Mi"},
        }
    },
    "load": {
        "users": {"to": "web.get", "shape": [{"kind": "constant", "rate": "12/s"}]},
    },
    "faults": {
        "leaking": {"kind": "leak", "target": "web", "rate": "1Mi/s", "at": "1m"},
        "crashing": {"kind": "crash", "target": "web", "replicas": 1, "random": {"mean": "7m"}},
    },
}
