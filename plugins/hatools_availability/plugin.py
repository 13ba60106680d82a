"""What this package brings: the command ``hatools availability``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import hookimpl

if TYPE_CHECKING:
    import click


@hookimpl
def hatools_commands() -> Iterable[click.Command]:
    """Return the command; what it needs is imported when it is called."""
    from hatools_availability.command import command

    return [command]
