"""``hatools plugins``: what is loaded, from where, and what was left out."""

from __future__ import annotations

import click


@click.command("plugins", epilog="Example: hatools plugins --output json")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(output: str) -> int:
    """List the plugins that were found; every hook of each is tried."""
    from hatools.cli.table import print_table
    from hatools.plugin_host import HOOKS, Host

    host = Host()
    gives: dict[int, list[str]] = {}
    for hook in HOOKS:
        for name, (plugin, _) in host.named(hook).items():
            gives.setdefault(id(plugin), []).append(f"{hook.removeprefix('hatools_')}: {name}")
    rows = [
        {
            "name": plugin.name,
            "distribution": f"{plugin.distribution} {plugin.version}".strip(),
            "module": plugin.where,
            "status": "left out" if plugin.problem else "loaded",
            "gives": gives.get(id(plugin), []),
        }
        for plugin in host.plugins
    ]
    print_table("plugins", rows, output, host.problems)
    return 0
