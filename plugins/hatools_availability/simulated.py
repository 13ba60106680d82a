"""What many simulated runs say: takeover times to reckon with, availability to hold against.

The report is that of ``hatools simulate --replications --report json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hatools.engine.what_if import Takeover
from hatools.errors import BadSetting, UnreadableInput
from hatools.plugin.components import KINDS, Given
from hatools.reliability.blocks import Times
from hatools_availability.answers import answer
from hatools_availability.parts import Setup
from hatools_availability.setup import Assumed, Nodes, build
from hatools_availability.takeover import Held, Known, Watched

ADVICE = "make it with: hatools simulate CONFIG... --replications 200 --report json"


class Simulated(NamedTuple):
    """How long takeovers took: the mean with its 95 % interval, the least and the most, seconds."""

    mean: float
    low: float
    high: float
    least: float
    most: float


Key = tuple[str, str]  # address, and what happened in words
Figures = Mapping[Key, Simulated]


class Report(NamedTuple):
    """What was simulated: *takeovers*; how far services answered where things failed at random.

    *wear* has MTTF and MTTR, in seconds, of what failed at random; without it
    how far services *answered* tells of that scenario alone.
    """

    takeovers: Figures
    answered: Mapping[str, Simulated]
    wear: Mapping[str, Times]


class Agreement(NamedTuple):
    """The availability of a service as *simulated*, and *computed* with the same failures."""

    simulated: Simulated
    computed: float

    @property
    def agrees(self) -> bool:
        """Tell whether what was computed lies in the 95 % interval of what was simulated."""
        return self.simulated.low <= self.computed <= self.simulated.high


def read(path: str) -> Report:
    """Return what the report of replications at *path* says; ``-`` is standard input.

    Raises `UnreadableInput` or `BadSetting`.
    """
    try:
        with open(0 if path == "-" else path, encoding="utf-8", closefd=path != "-") as file:
            report = json.load(file)
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise BadSetting(f"{path}: this is no JSON: {error}", ADVICE) from None
    kind = report.get("kind") if isinstance(report, dict) else None
    if kind != "replications" or report.get("format_version") != 1:
        raise BadSetting(f"{path}: this is no report of replications", ADVICE)
    takeovers: dict[Key, Simulated] = {}
    answered: dict[str, Simulated] = {}
    try:
        for figure in report["figures"]:
            if figure["kind"] == "takeover":
                key = (figure["subject"].partition(" to ")[0], str(figure["cause"]))
                takeovers.setdefault(key, _simulated(figure))
            elif figure["kind"] == "answering":
                answered[str(figure["subject"])] = _simulated(figure)
        wear = {
            str(one["component"]): Times(float(one["mttf"]), float(one["mttr"]))
            for one in report.get("wear", ())
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadSetting(f"{path}: this is no report of replications ({error})", ADVICE) from None
    if not takeovers and not wear:
        raise BadSetting(f"{path}: no address moves in it", "simulate the same configurations")
    return Report(takeovers, answered, wear)


def _simulated(figure: Mapping[str, float | None]) -> Simulated:
    mean, low, high, least, most = (figure[name] for name in Simulated._fields)
    if mean is None:
        raise ValueError("a figure without mean")
    ends = [mean if end is None else float(end) for end in (low, high, least, most)]
    return Simulated(float(mean), *ends)


def applied(known: Known, found: Figures, which: str = "mean") -> Known:
    """Return *known* with the takeovers that were simulated; *which* is mean, low or high."""
    return known._replace(held=tuple(_held(one, found, which) for one in known.held))


def _held(held: Held, found: Figures, which: str) -> Held:
    node, addresses = held.holder, held.addresses
    links = {
        link: _taken(takeover, found, addresses, f"interface {link} on {node} ", which)
        for link, takeover in held.links.items()
    }
    watched = {
        name: tuple(
            Watched(
                one.tracking,
                one.takeover
                and _taken(one.takeover, found, addresses,
                           f"{one.tracking.kind} {one.tracking.name} on {name} ", which),
            )
            for one in tracked
        )
        for name, tracked in held.watched.items()
    }  # fmt: skip
    crash = held.crash and _taken(held.crash, found, addresses, f"{node} crashes", which)
    return held._replace(crash=crash, links=links, watched=watched)


def _taken(
    takeover: Takeover, found: Figures, addresses: Sequence[str], cause: str, which: str
) -> Takeover:
    """Return *takeover* as it was simulated after what begins as *cause*, if it was."""
    for (address, said), one in found.items():
        if address in addresses and said.startswith(cause) and not takeover.never:
            typical = {"mean": one.mean, "low": one.low, "high": one.high}[which]
            return takeover._replace(best=one.least, typical=typical, worst=one.most)
    return takeover


def bounds(
    nodes: Nodes, known: Known, found: Figures, given: Given, assumed: Assumed
) -> dict[str, tuple[float, float]]:
    """Return the availability of each service at both ends of the takeovers' 95 % intervals."""
    ends = [
        {
            setup.name: answer(setup).availability
            for setup in build(nodes, applied(known, found, which), given, assumed).setups
        }
        for which in ("high", "low")
    ]
    return {name: (low, ends[1][name]) for name, low in ends[0].items()}


def _names(name: str, service: str) -> bool:
    """Tell whether *service*, an ``ADDRESS:PORT``, stands in *name* as a whole."""
    return re.search(rf"(?<![\w.:]){re.escape(service)}(?!\d)", name) is not None


def _comparable(setup: Setup) -> bool:
    """Tell whether simulation and computation ask the same of *setup*.

    In a simulation a sorry server answers as well as any, and so do servers below a quorum.
    """
    pool = setup.pool
    return pool is None or (pool.needed == 1 and not pool.sorry)


def agreements(nodes: Nodes, known: Known, report: Report) -> dict[str, Agreement]:
    """Return, by service, what was simulated beside what is computed with the same failures.

    In a simulation every failure is taken over that the configurations take
    over, nodes fail alone, and each is repaired by itself.
    """
    if not report.wear:
        return {}
    said: dict[str, list[str]] = {"--mttf": [], "--mttr": []}
    for label, times in report.wear.items():
        name, _, node = label.partition(" of ")
        key = f"link@{node}/{name}" if node else f"{'node' if label in nodes else 'server'}@{label}"
        for option, value in (("--mttf", times.mttf), ("--mttr", times.mttr)):
            said[option].append(f"{key}={value:.6f}s")
    said["--mttf"] += [f"{kind}=never" for kind in KINDS]
    alone = Assumed(1.0, 0.0, 0.0, 0.0, "mean", len(nodes))
    found = {}
    for setup in build(nodes, known, Given(said["--mttf"], said["--mttr"]), alone).setups:
        for service, simulated in report.answered.items():
            if _names(setup.name, service) and _comparable(setup):
                found[setup.name] = Agreement(simulated, answer(setup).availability)
    return found
