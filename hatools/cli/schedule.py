"""``hatools schedule``: which server each connection is given to, and nothing else."""

from __future__ import annotations

import click

EPILOG = """\b
Examples:
  hatools schedule keepalived.conf --connections 12
  hatools schedule haproxy.cfg --connections 6 --to 192.0.2.10:80 --hold
  hatools schedule rules.ipvs --connections 4 --client 192.0.2.7 --client 192.0.2.8 --output json
"""


@click.command("schedule", epilog=EPILOG)
@click.argument("config", metavar="CONFIG")
@click.option("--connections", "-n", default=12, show_default=True, metavar="N",
              type=click.IntRange(0, 10_000_000), help="How many connections.")  # fmt: skip
@click.option("--client", "clients", multiple=True, metavar="ADDRESS",
              help="Who asks, in turn; by default clients of different addresses.")  # fmt: skip
@click.option("--to", "target", default="", metavar="ADDRESS:PORT",
              help="The service that is asked, where there are several.")  # fmt: skip
@click.option("--hold", is_flag=True, help="Connections stay open; otherwise each ends at once.")
@click.option("--uri", default="/", show_default=True, help="What is asked for, for balance uri.")
@click.option("--seed", default=1, show_default=True, help="For algorithms that draw.")
@click.option("--explain", is_flag=True, help="Tell why each server was chosen.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--source-version", multiple=True, metavar="[PROGRAM=]V",
              help="The version of a program, such as haproxy=2.6 or kernel=6.1.")  # fmt: skip
@click.option("--set", "facts", multiple=True, metavar="KEY=VALUE",
              help="A fact that the file lacks, such as config_id=lb1.")  # fmt: skip
def command(
    config: str,
    connections: int,
    clients: tuple[str, ...],
    target: str,
    hold: bool,
    uri: str,
    seed: int,
    explain: bool,
    output: str,
    source_version: tuple[str, ...],
    facts: tuple[str, ...],
) -> int:
    """Print the picks of CONFIG's schedulers, one line a connection."""
    from hatools.cli.convert import versions_of
    from hatools.cli.doubts import say_errors
    from hatools.plugin.settings import Settings
    from hatools.plugin_host import Host, codec
    from hatools.reading.grouping import group
    from hatools.simulate.cluster_files import cluster_of
    from hatools.simulate.picks import picks

    host = Host()
    schedulers = host.records("hatools_schedulers")
    nodes = group([config], host.formats(), codec)
    versions = versions_of(source_version)
    cluster, meant = cluster_of(nodes, codec, schedulers, Settings(facts), versions, {})
    say_errors(meant)
    found = picks(cluster, target, connections, clients, hold, uri, seed)
    if output == "json":
        import json

        shape = {"format_version": 1, "picks": [pick._asdict() for pick in found]}
        click.echo(json.dumps(shape, indent=2))
        return 0
    from hatools.engine.naming import endpoint

    for pick in found:
        why = f"  # {pick.why}" if explain else ""
        click.echo(f"{endpoint(pick.client, pick.client_port)} -> {pick.server or '-'}{why}")
    return 0
