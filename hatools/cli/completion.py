"""``hatools completion``: shell code for completing commands, from click."""

from __future__ import annotations

import click


@click.command("completion", epilog='Example: eval "$(hatools completion bash)"')
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print the code that makes SHELL complete hatools commands and options."""
    from click.shell_completion import get_completion_class

    from hatools.cli import group

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion is known for {shell}")
    click.echo(kind(group, {}, "hatools", "_HATOOLS_COMPLETE").source())
    return 0
