"""From nodes to the answer that was asked for: built, computed, printed, drawn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from hatools.errors import BadSetting
from hatools.plugin.components import Given
from hatools.text import near
from hatools_availability.answers import answer
from hatools_availability.changes import changes
from hatools_availability.columns import COLOURS, Line
from hatools_availability.parts import Setup
from hatools_availability.setup import Assumed, Built, build
from hatools_availability.shape import as_json
from hatools_availability.tables import Told, Wanted, lines, said_assumption
from hatools_availability.takeover import Known, cluster_of, known, with_interval

if TYPE_CHECKING:
    from hatools.model import Topology
    from hatools.plugin.behaviour import Scheduler
    from hatools.plugin.workspace import NodeSetup, Workspace
    from hatools_availability.simulated import Agreement

QUICK = 0.2  # seconds between advertisements, as quick as is usual
DETAILED = 1  # services of which everything is told where none is named


class NothingThere(BadSetting):
    """The files hold no service, no virtual router and no bond."""


class Asked(NamedTuple):
    """What the user asked for."""

    given: Given
    assumed: Assumed
    services: tuple[str, ...] = ()
    simulated: str = ""
    wanted: Wanted = Wanted()
    output: str = "text"
    plot: str = ""


def compute(workspace: Workspace, nodes: Sequence[NodeSetup], asked: Asked) -> int:
    """Print what was *asked* of *nodes*; return the exit status."""
    meant: dict[str, tuple[Topology, ...]] = {node.name: node.topologies for node in nodes}
    schedulers = workspace.schedulers()
    learnt = known(cluster_of(meant, schedulers))
    spans: Mapping[str, tuple[float, float]] = {}
    agreements: Mapping[str, Agreement] = {}
    if asked.simulated:
        from hatools_availability.simulated import agreements as checked
        from hatools_availability.simulated import applied, read

        found = read(asked.simulated)
        agreements = checked(meant, learnt, found)
        learnt = applied(learnt, found.takeovers)
    built = build(meant, learnt, asked.given, asked.assumed)
    asked.given.refuse_unknown()
    if not built.setups:
        names = ", ".join(path for node in nodes for path in node.files)
        raise NothingThere(
            f"{names}: no service that other hosts reach, virtual router or bond in it",
            "there is nothing to compute",
        )
    if asked.simulated:
        from hatools_availability.simulated import bounds

        spans = bounds(meant, learnt, found.takeovers, asked.given, asked.assumed)
    detailed = _chosen(built, asked.services)
    quick = _Quicker(meant, schedulers, learnt, asked)
    told = [
        Told(one.name, answer(one),
             tuple(changes(one, quick)) if one.name in detailed or asked.output == "json" else (),
             spans.get(one.name), agreements.get(one.name))
        for one in built.setups
    ]  # fmt: skip
    _show(workspace, nodes, told, detailed, built.remarks, asked)
    least = asked.wanted.at_least
    return int(least is not None and any(one.answer.availability < least for one in told))


def _chosen(built: Built, services: Sequence[str]) -> list[str]:
    """Return the names of the services of which all is told: those named, else the worst."""
    names = [setup.name for setup in built.setups]
    if not services:
        worst = sorted(built.setups, key=lambda setup: -answer(setup).lost)
        return [setup.name for setup in worst[:DETAILED]]
    chosen: list[str] = []
    for wanted in services:
        fits = [name for name in names if name == wanted] or [n for n in names if wanted in n]
        if not fits:
            meant = near(wanted, names)
            advice = f"did you mean {meant}?" if meant else f"there are: {', '.join(names[:8])}"
            raise BadSetting(f"--service {wanted}: there is no such service", advice)
        chosen += fits
    return list(dict.fromkeys(chosen))


class _Quicker:
    """The same setups with quicker advertisements; the engine is asked at the first need."""

    def __init__(
        self,
        nodes: Mapping[str, Sequence[Topology]],
        schedulers: Mapping[str, Scheduler],
        learnt: Known,
        asked: Asked,
    ) -> None:
        self.nodes, self.schedulers, self.learnt, self.asked = nodes, schedulers, learnt, asked
        self._setups: dict[str, Setup] | None = None

    def __call__(self, setup: Setup) -> tuple[str, Setup] | None:
        """Return what is changed, and *setup* with it; None where it is quick already."""
        before = setup.front.advertisement_interval if setup.front else 0.0
        if before <= QUICK or not isinstance(self.asked.assumed.failover, str):
            return None
        if self._setups is None:
            nodes = with_interval(self.nodes, QUICK)
            found = known(cluster_of(nodes, self.schedulers))
            built = build(nodes, found, self.asked.given, self.asked.assumed)
            self._setups = {one.name: one for one in built.setups}
        after = self._setups.get(setup.name)
        said = f"advert_int {QUICK:g} (VRRP version 3) instead of {before:g}: a quicker takeover"
        return None if after is None else (said, after)


def _show(
    workspace: Workspace,
    nodes: Sequence[NodeSetup],
    told: Sequence[Told],
    detailed: Sequence[str],
    remarks: Sequence[str],
    asked: Asked,
) -> None:
    """Print the answer, and draw it where that was asked for."""
    chosen = [one for one in told if one.name in detailed]
    if asked.plot:
        from hatools_availability.plot import plot

        workspace.write(asked.plot, plot(chosen))
    pairs = any(one.answer.setup.front and len(one.answer.setup.front.members) > 1 for one in told)
    assumptions = _assumptions(asked, pairs)
    if asked.output == "json":
        files = {node.name: node.files for node in nodes}
        shape = as_json(files, told, asked.wanted, assumptions, remarks, workspace.problems)
        workspace.answer([("", json.dumps(shape, ensure_ascii=True, indent=2))], {})
        return
    for remark in remarks:
        workspace.say(f"hatools: {remark}", "warning")
    if asked.plot != "-":
        workspace.answer(lines(told, chosen, asked.wanted, assumptions), COLOURS)


def _assumptions(asked: Asked, pairs: bool) -> list[Line]:
    """Return what was reckoned with, each with its source: said, assumed, or from the files.

    *pairs*: somewhere a node can take over from another.
    """
    assumed, usual = asked.assumed, Assumed()
    found = list(asked.given.assumptions())
    if not pairs:
        return [*found, ("from the files", "detection: the mean of what the checks lead to")]
    values = (assumed.coverage, assumed.common_cause, assumed.manual, assumed.interruption)
    sentences = said_assumption(*values)
    for text, value, default in zip(sentences, values, usual[:4], strict=True):
        found.append(("assumed" if value == default else "said", text))
    if isinstance(assumed.failover, str):
        source = "simulated" if asked.simulated else "from the files"
        found.append((source, f"takeover, detection: {assumed.failover} of what they lead to"))
    else:
        found.append(("said", f"a takeover takes {assumed.failover:g} s"))
    return found
