"""``hatools schedulers``: the balancing algorithms that are loaded."""

from __future__ import annotations

import click


@click.command("schedulers", epilog="Example: hatools schedulers --output json")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(output: str) -> int:
    """List the balancing algorithms that simulate and schedule know, and where they come from."""
    from hatools.cli.table import print_table
    from hatools.plugin_host import Host

    host = Host()
    rows = [
        {
            "name": name,
            "title": record.title,
            "random": "yes" if record.random else "no",
            "plugin": plugin.name,
            "from": plugin.distribution,
        }
        for name, (plugin, record) in sorted(host.named("hatools_schedulers").items())
    ]
    print_table("schedulers", rows, output, host.problems)
    return 0
