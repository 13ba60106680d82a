"""Runs simulations for the command, and prints what they found."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

import click

from hatools.cli.messages import printable
from hatools.errors import UnreadableInput
from hatools.simulate.run import simulate

if TYPE_CHECKING:
    from hatools.engine.cluster import Cluster
    from hatools.simulate.replications import Prepare
    from hatools.simulate.result import Result
    from hatools.simulate.scenario import Scenario

COLOURS = {
    "split": "yellow",
    "lost": "red",
    "held": "green",
    "failed": "red",
    "role": "cyan",
    "server": "green",
    "never": "red",
    "nobody": "red",
}
CLEAR = "\r\033[K"  # takes the progress away again
BOLD = {"title", "group", "done"}
DIM = {"axis", "legend", "why"}


def run(scenario: Scenario, cluster: Cluster, seed: int, trace: str, explain: bool) -> Result:
    """Run *scenario* with progress on standard error, its trace into a file."""
    progress = _progress() if sys.stderr.isatty() else None
    if not trace:
        result = simulate(scenario, cluster, seed, progress=progress)
    else:
        with _traced(trace) as file:

            def told(record: dict[str, object]) -> None:
                file.write(json.dumps(record, ensure_ascii=True, default=str) + "\n")

            result = simulate(scenario, cluster, seed, told, explain, progress)
    if progress is not None:
        click.echo(CLEAR, err=True, nl=False)
    return result


@contextmanager
def _traced(path: str) -> Iterator[IO[str]]:
    """Open the trace: whole or not at all, unless it is a device or a pipe."""
    whole = os.path.isfile(path) or not os.path.exists(path)
    try:
        with click.open_file(
            os.path.realpath(path) if whole else path, "w", encoding="utf-8", atomic=whole
        ) as file:
            yield file
    except OSError as error:
        why = error.strerror or error
        raise UnreadableInput(f"{path}: cannot be written: {why}") from None


def _progress() -> Callable[[float], None]:
    def show(part: float) -> None:
        click.echo(f"\r{part:4.0%}", err=True, nl=False)

    return show


def print_result(result: Result, form: str, plot: str, problems: Sequence[str]) -> None:
    """Print the course of a simulation, and draw it where that was asked for."""
    if plot:
        from hatools.convert.files import write_whole
        from hatools.plugin.contracts import OutFile
        from hatools.simulate.plot import plot as drawn

        if plot == "-":
            click.echo(drawn(result), nl=False)
        else:
            file = OutFile(os.path.basename(plot), drawn(result))
            write_whole(os.path.dirname(plot), [file])
    if form == "json":
        from hatools.simulate import report

        _print_json(report.as_json(result, problems))
        return
    from hatools.simulate import timeline

    width, encoding = shutil.get_terminal_size((100, 24)).columns, sys.stdout.encoding or "ascii"
    _print_lines(timeline.lines(result, width, encoding))


def print_what_if(cluster: Cluster, form: str, problems: Sequence[str]) -> None:
    """Print what follows from every single failure."""
    from hatools.engine.what_if import outages, what_if
    from hatools.simulate import consequences

    found, silent = list(what_if(cluster)), list(outages(cluster))
    if form == "json":
        _print_json(consequences.as_json(list(cluster.nodes), found, silent, problems))
    else:
        width = shutil.get_terminal_size((100, 24)).columns
        _print_lines(consequences.lines(found, silent, width))


def print_replications(
    prepare: Prepare, seeds: Sequence[int], form: str, problems: Sequence[str]
) -> int:
    """Run many seeds and print intervals; return 1 where an expectation failed in any."""
    from hatools.simulate import replications

    progress = _counted if sys.stderr.isatty() else None
    found = replications.replicate(prepare, seeds, None, progress)
    if form == "json":
        _print_json(replications.as_json(found, problems))
    else:
        _print_lines(replications.lines(found))
    return int(not found.held)


def _counted(done: int, of: int) -> None:
    click.echo(f"\r{done} of {of}" + (CLEAR if done == of else ""), err=True, nl=False)


def _print_json(shape: dict[str, object]) -> None:
    click.echo(json.dumps(shape, ensure_ascii=True, indent=2))


def _print_lines(lines: Iterable[tuple[str, str]]) -> None:
    """Print *lines*, coloured by their kinds where that is a terminal."""
    for kind, line in lines:
        bold, dim = kind in BOLD or None, kind in DIM or None  # False would undo the other
        click.secho(printable(line), fg=COLOURS.get(kind), bold=bold, dim=dim)
