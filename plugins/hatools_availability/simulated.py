"""Takeover times from many simulated runs, in place of those that the engine works out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hatools.engine.what_if import Takeover
from hatools.errors import BadSetting, UnreadableInput
from hatools_availability.answers import answer
from hatools_availability.given import Given
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


def read(path: str) -> Figures:
    """Return the takeovers in a report of ``hatools simulate --replications``.

    Raises `UnreadableInput` or `BadSetting`.
    """
    try:
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror or error}") from None
    except ValueError as error:
        raise BadSetting(f"{path}: this is no JSON: {error}", ADVICE) from None
    kind = report.get("kind") if isinstance(report, dict) else None
    if kind != "replications" or report.get("format_version") != 1:
        raise BadSetting(f"{path}: this is no report of replications", ADVICE)
    found: dict[Key, Simulated] = {}
    try:
        for figure in report["figures"]:
            if figure["kind"] == "takeover":
                mean = float(figure["mean"])
                low, high = (mean if figure[end] is None else float(figure[end])
                             for end in ("low", "high"))  # fmt: skip
                key = (figure["subject"].partition(" to ")[0], str(figure["cause"]))
                one = Simulated(mean, low, high, float(figure["least"]), float(figure["most"]))
                found.setdefault(key, one)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadSetting(f"{path}: this is no report of replications ({error})", ADVICE) from None
    if not found:
        raise BadSetting(f"{path}: no address moves in it", "simulate the same configurations")
    return found


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
