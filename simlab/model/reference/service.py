"""A service as it runs: its replicas, what its clients know of them, and its own clients."""

from math import inf

from simlab.core import Bytes, Cores, Limit, Seconds
from simlab.faults import BootFails
from simlab.model.reference.client import Client, Edge
from simlab.model.reference.replica import Replica
from simlab.model.settings.service import ServiceSettings, Storage
from simlab.telemetry import GRID, Counters


class Service:
    """One service. What can change while the system runs is here, not in its settings."""

    def __init__(self, name: str, settings: ServiceSettings, edges: dict[str, Edge]) -> None:
        self.name, self.settings, self.edges = name, settings, edges
        self.wanted = settings.replicas
        self.slots: Limit = settings.slots
        self.line: Limit = settings.line
        self.cores: Cores = settings.cores
        self.linger: Seconds = settings.linger
        self.grace: Seconds = settings.grace
        limit = settings.memory.limit
        self.memory_limit: Bytes = inf if limit is None else limit
        limit = settings.storage.limit
        self.storage_limit: Bytes = inf if limit is None else limit
        self.replicas: list[Replica] = []  # Those that exist, by number.
        self.by_number: dict[int, Replica] = {}  # Those, and gone ones that clients still know.
        self.numbers = 0  # Given out so far.
        self.endpoints: list[int] = []  # As the platform has told clients, in order of adding.
        self.boot_fails: list[BootFails] = []
        self.callers: list[Edge] = []  # Links into this service.
        self.detours: list[Edge] = []  # Links that send calls here which were meant for another.
        self.counters = Counters()
        self.in_vain = self.restarts = self.killed = 0
        self.drawn: list[float] = []  # Core-seconds by arrival, in bins of GRID.
        self._clients: dict[tuple[str, int], Client] = {}

    @property
    def ready(self) -> int:
        """Return how many replicas are ready."""
        return sum(1 for replica in self.replicas if replica.ready)

    @property
    def stores(self) -> bool:
        """Return whether its settings say anything of storage."""
        return self.settings.storage != Storage()

    def draw(self, arrived: Seconds, work: Seconds) -> None:
        """Count work drawn by an attempt that arrived at `arrived`."""
        at, drawn = int(arrived / GRID), self.drawn
        if at >= len(drawn):
            drawn.extend([0.0] * (at + 1 - len(drawn)))
        drawn[at] += work

    def client(self, link: str, replica: Replica) -> Client:
        """Return the state of `link` that `replica` has as its caller."""
        edge = self.edges[link]
        key = (link, replica.number if edge.settings.per == "replica" else -1)
        found = self._clients.get(key)
        return self._connect(edge, key) if found is None else found

    def _connect(self, edge: Edge, key: tuple[str, int]) -> Client:
        name = self.name if key[1] < 0 else f"{self.name}/{key[1]}"
        client = edge.connect(name)
        self._clients[key] = client
        return client

    def disconnect(self, replica: Replica) -> None:
        """Forget what `replica` knew as a caller: its process is gone."""
        for key in [key for key in self._clients if key[1] == replica.number]:
            client = self._clients.pop(key)
            client.edge.disconnect(client)
