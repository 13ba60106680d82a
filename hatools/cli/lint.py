"""``hatools lint``: what is wrong here, and between the nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hatools.lint.run import Findings

EPILOG = """\b
Examples:
  hatools lint keepalived.conf
  hatools lint node1/keepalived.conf node2/keepalived.conf
  hatools lint /etc/ha --fix
  hatools lint haproxy.cfg --source-version haproxy=2.6 --output sarif
  hatools lint . --baseline hatools-baseline.json --fail-level warning
"""


@click.command("lint", epilog=EPILOG)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--output", type=click.Choice(["text", "json", "sarif", "github"]), default="text",
              show_default=True)  # fmt: skip
@click.option("--select", default="", metavar="CODES", help="Only these: KA,XN016")
@click.option("--ignore", default="", metavar="CODES", help="Not these.")
@click.option("--fix", "fixing", is_flag=True, help="Apply safe fixes in place.")
@click.option("--unsafe-fixes", is_flag=True, help="Apply the others, too.")
@click.option("--diff", "showing", is_flag=True, help="Show what --fix would change.")
@click.option("--fail-level", type=click.Choice(["error", "warning", "info"]), default="error",
              show_default=True, help="From which severity on to leave with 1.")  # fmt: skip
@click.option("--baseline", default="", metavar="FILE",
              help="Old findings that do not count; --write-baseline makes it.")  # fmt: skip
@click.option("--write-baseline", is_flag=True, help="Write today's findings into --baseline.")
@click.option("--config", "configuration", default="", metavar="FILE",
              help="Settings instead of hatools.toml or pyproject.toml.")  # fmt: skip
@click.option("--node", "told", multiple=True, metavar="NAME=FILE,...",
              help="The files of one node, where folders do not tell.")  # fmt: skip
@click.option("--peers", multiple=True, metavar="NODE,NODE",
              help="Which nodes are one cluster, where the files do not tell.")  # fmt: skip
@click.option("--source-version", multiple=True, metavar="[PROGRAM=]V",
              help="The version of a program, such as haproxy=2.6.")  # fmt: skip
@click.option("--set", "facts", multiple=True, metavar="KEY=VALUE",
              help="A fact that the files lack, such as env@NAME=VALUE.")  # fmt: skip
def command(
    paths: tuple[str, ...],
    output: str,
    select: str,
    ignore: str,
    fixing: bool,
    unsafe_fixes: bool,
    showing: bool,
    fail_level: str,
    baseline: str,
    write_baseline: bool,
    configuration: str,
    told: tuple[str, ...],
    peers: tuple[str, ...],
    source_version: tuple[str, ...],
    facts: tuple[str, ...],
) -> int:
    """Tell what is wrong in PATHs, files or folders, and between the nodes they are.

    Files in one folder are one node; two of one language there are two nodes.
    Leaves with 0 when nothing of --fail-level or above was found, with 1 else.
    """
    import gc

    gc.disable()  # one run, no cycles worth collecting: a large file reads a third faster
    from hatools.cli.convert import versions_of
    from hatools.cli.messages import say
    from hatools.lint.run import lint
    from hatools.lint.selection import Selection
    from hatools.plugin.settings import Settings
    from hatools.plugin_host import Host, codec
    from hatools.reading.grouping import group, meanings, told_nodes
    from hatools.text import Severity

    host = Host()
    rules = [
        record
        for _, (_, record) in sorted(host.named("hatools_rules").items())
        if hasattr(record, "check")
    ]
    schedulers = {name: record for name, (_, record) in host.named("hatools_schedulers").items()}
    selection = Selection(_codes(select), _codes(ignore))
    nodes = group(paths, host.formats(), codec, told_nodes(told))
    meant = meanings(nodes, codec, Settings(facts), versions_of(source_version))
    if len(nodes) > 1 and output == "text":
        for node in nodes:
            say(f"node {node}")
    found = lint(meant, rules, selection, schedulers)
    for problem in [*host.problems, *found.problems]:
        say(f"hatools: {problem}", "warning")
    _print(found, output)
    worst = found.worst()
    return int(worst is not None and worst.rank <= Severity(fail_level).rank)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in text.split(",") if code.strip())


def _print(found: Findings, output: str) -> None:
    """Print the findings as *output* wants them."""
    import json

    if output == "json":
        shape = {
            "format_version": 1,
            "diagnostics": [one.as_json() for one in found.remaining],
        }
        click.echo(json.dumps(shape, indent=2))
        return
    for one in found.remaining:
        click.echo(str(one))
