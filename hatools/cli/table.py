"""Lists for people and for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from hatools.cli.messages import say


def print_table(
    title: str, rows: Sequence[Mapping[str, object]], output: str, problems: Sequence[str]
) -> None:
    """Print *rows* as columns or, for ``json``, as an object with *title* as its key.

    *problems* go to standard error, into the object for a machine.
    """
    if output == "json":
        import json

        shape = {"format_version": 1, title: list(rows), "problems": list(problems)}
        click.echo(json.dumps(shape, indent=2))
        return
    for problem in problems:
        say(f"hatools: {problem}", "warning")
    if not rows:
        return
    heads = list(rows[0])
    cells = [[_cell(row[head]) for head in heads] for row in rows]
    widths = [max(len(line[i]) for line in [heads, *cells]) for i in range(len(heads))]
    for number, line in enumerate([heads, *cells]):
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.secho(text.rstrip(), bold=number == 0)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return f"{value[0]} to {value[-1]}" if _versions(value) else ", ".join(map(str, value))
    return str(value)


def _versions(value: list[object]) -> bool:
    return len(value) > 2 and all(str(item)[:1].isdigit() for item in value)
