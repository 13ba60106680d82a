"""From nodes' files to a cluster that runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from hatools.engine.cluster import Cluster
from hatools.errors import HatoolsError
from hatools.plugin.balancing import Scheduler
from hatools.plugin.contracts import Codec, Format
from hatools.plugin.settings import Settings
from hatools.reading.grouping import NodeMeaning, NodeText, group, meanings
from hatools.simulate.scenario import Scenario


class NothingToRun(HatoolsError):
    """The files hold no virtual router, service or bond."""


def nodes_of(
    scenario: Scenario,
    path: str,
    formats: Mapping[str, Format],
    codec: Callable[[Format], Codec],
) -> list[NodeText]:
    """Return the nodes of *scenario*; files are named from its own folder, *path*'s."""
    base = os.path.dirname(path)
    told = {node.name: [os.path.join(base, file) for file in node.files] for node in scenario.nodes}
    return group((), formats, codec, told)


def cluster_of(
    nodes: Sequence[NodeText],
    codec: Callable[[Format], Codec],
    schedulers: Mapping[str, Scheduler],
    settings: Settings,
    versions: Mapping[str, str],
    addresses: Mapping[str, str],
) -> tuple[Cluster, list[NodeMeaning]]:
    """Return the cluster that *nodes* are, and what their files mean; raises `NothingToRun`."""
    meant = meanings(nodes, codec, settings, versions)
    topologies = {
        node.name: tuple(reading.topology for _, reading in node.readings) for node in meant
    }
    if not any(
        topology.routers or topology.services or topology.bonds
        for own in topologies.values()
        for topology in own
    ):
        names = ", ".join(path for node in nodes for path, _ in node.files)
        raise NothingToRun(
            f"{names}: no virtual router, service or bond in it", "there is nothing to simulate"
        )
    programs = {name: version for name, version in versions.items() if name}
    return Cluster(topologies, schedulers, addresses, programs), meant
