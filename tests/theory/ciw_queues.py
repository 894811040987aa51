"""Two skills with priorities as the simulator `ciw` sees them; a script of its own, for it shares nothing with ours.

`python ciw_queues.py SEEDS` reads a list of models as JSON and prints for each, seed by seed, what became of each class
of customers: the mean wait (s) of the served and the share of those who left.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import ciw

CLASSES = ("faults", "sales")  # the first goes before the second


class SkilledNode(ciw.Node):  # type: ignore[misc]  # it brings no types
    """Servers of which some serve one class only; who arrives and who comes free looks for a match, the first one."""

    serves: tuple[frozenset[str], ...] = ()

    def find_free_server(self, individual: Any) -> Any:
        """Return the first free server, by number, who may serve this customer."""
        return next((server for server in self.servers if not server.busy and self.may(server, individual)), None)

    def may(self, server: Any, individual: Any) -> bool:
        """Return whether a server serves the class of a customer."""
        return individual.customer_class in self.serves[server.id_number - 1]

    def begin_service_if_possible_accept(self, next_individual: Any) -> None:
        """Let one who arrives be served by a free one; others of the class who wait would have been served before."""
        self.chosen = next_individual
        super().begin_service_if_possible_accept(next_individual)

    def begin_service_if_possible_release(self, next_individual: Any, newly_free_server: Any) -> None:
        """Let a server who comes free serve the first of the first class that he may serve."""
        waiting = [one for line in self.individuals for one in line if not one.server]
        self.chosen = next((one for one in waiting if self.may(newly_free_server, one)), None)
        super().begin_service_if_possible_release(next_individual, newly_free_server)

    def choose_next_customer(self) -> Any:
        """Return who was chosen for this very moment."""
        return self.chosen


def run(model: dict[str, Any], seed: int) -> dict[str, tuple[float, float]]:
    """Simulate some hours of one model, and return mean wait (s) and share of the lost of each class."""
    ciw.seed(seed)
    servers = (
        *[{"faults"}] * model["only_faults"],
        *[{"sales"}] * model["only_sales"],
        *[set(CLASSES)] * model["both"],
    )
    node = type("Node", (SkilledNode,), {"serves": tuple(map(frozenset, servers))})
    patience = ciw.dists.Exponential(1 / model["patience_s"]) if model["patience_s"] else None
    network = ciw.create_network(
        arrival_distributions={name: [ciw.dists.Exponential(model["calls_per_hour"] / 2 / 3_600)] for name in CLASSES},
        service_distributions={name: [ciw.dists.Exponential(1 / model["talk_s"])] for name in CLASSES},
        number_of_servers=[len(servers)],
        priority_classes={"faults": 0, "sales": 1},
        **({"reneging_time_distributions": {name: [patience] for name in CLASSES}} if patience else {}),
    )
    until, warm_up = model["hours"] * 3_600, model["warm_up_s"]
    simulation = ciw.Simulation(network, node_class=node)
    simulation.simulate_until_max_time(until + 7_200)  # so that all who came until then are through
    came = [record for record in simulation.get_all_records() if warm_up <= record.arrival_date < until]
    return {name: figures([record for record in came if record.customer_class == name]) for name in CLASSES}


def figures(records: list[Any]) -> tuple[float, float]:
    """Return the mean wait (s) of the served, and the share of the others."""
    served = [record.waiting_time for record in records if record.record_type == "service"]
    return sum(served) / len(served), 1 - len(served) / len(records)


if __name__ == "__main__":
    models = json.load(sys.stdin)
    json.dump([[run(model, seed) for seed in range(1, int(sys.argv[1]) + 1)] for model in models], sys.stdout)
