"""``hatools formats``: which languages are loaded, and from where."""

from __future__ import annotations

import click


@click.command("formats", epilog="Example: hatools formats --output json")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(output: str) -> int:
    """List the configuration languages that hatools reads and writes."""
    from hatools.cli.table import print_table
    from hatools.plugin_host import Host

    host = Host()
    formats = host.formats()
    owners = {name: plugin for name, (plugin, _) in host.named("hatools_formats").items()}
    rows = [
        {
            "name": form.name,
            "title": form.title,
            "kind": form.kind,
            "access": "read, write" if form.writes else "read",
            "versions": list(form.versions),
            "plugin": f"{owners[form.name].name} ({owners[form.name].distribution})",
        }
        for form in formats.values()
    ]
    print_table("formats", rows, output, host.problems)
    return 0
