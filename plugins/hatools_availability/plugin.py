"""What this package brings: the command ``hatools availability``, and readers of logs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import hookimpl

if TYPE_CHECKING:
    import click

    from hatools.model.event import Event
    from hatools.plugin import Observer

PROGRAMS = ("keepalived", "haproxy")  # whose logs are read


@hookimpl
def hatools_commands() -> Iterable[click.Command]:
    """Return the command; what it needs is imported when it is called."""
    from hatools_availability.command import command

    return [command]


@hookimpl
def hatools_observers() -> Iterable[Observer]:
    """Return the readers of logs; each is imported when it is given lines."""
    from hatools.plugin import Observer

    def reader(program: str) -> Observer:
        def read(lines: Iterable[str]) -> Iterable[Event]:
            from hatools_availability.observing import reader

            return reader(program)(lines)

        return Observer(f"{program}-log", read=read)

    return [reader(program) for program in PROGRAMS]
