"""``hatools lint``: what is wrong here, and between the nodes."""

from __future__ import annotations

import click

EPILOG = """\b
Examples:
  hatools lint keepalived.conf
  hatools lint node1/keepalived.conf node2/keepalived.conf
  hatools lint /etc/ha --fix
  hatools lint haproxy.cfg --source-version haproxy=2.6 --output sarif
  ssh lb1 cat /etc/keepalived/keepalived.conf | hatools lint -
  hatools lint . --baseline hatools-baseline.json --fail-level warning
"""


@click.command("lint", epilog=EPILOG)
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--output", type=click.Choice(["text", "json", "sarif", "github"]), default="text",
              show_default=True)  # fmt: skip
@click.option("--select", default="", metavar="CODES", help="Only these: KA,XN016")
@click.option("--ignore", default="", metavar="CODES", help="Not these.")
@click.option("--fix", "fixing", is_flag=True, help="Apply safe fixes in place.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: the others, too.")
@click.option("--diff", "showing", is_flag=True, help="Show what --fix would change.")
@click.option("--fail-level", type=click.Choice(["error", "warning", "info"]), default=None,
              help="From which severity on to leave with 1 (default: error).")  # fmt: skip
@click.option("--baseline", default="", metavar="FILE",
              help="Old findings that do not count; --write-baseline makes it.")  # fmt: skip
@click.option("--write-baseline", is_flag=True, help="Write today's findings into --baseline.")
@click.option("--config", "configuration", default="", metavar="FILE",
              help="Settings instead of hatools.toml or pyproject.toml.")  # fmt: skip
@click.option("--node", "told", multiple=True, metavar="NAME=FILE,...",
              help="The files of one node, where folders do not tell.")  # fmt: skip
@click.option("--from", "form", default="", metavar="FORMAT",
              help="The language of files that do not tell it themselves.")  # fmt: skip
@click.option("--peers", multiple=True, metavar="NODE,NODE",
              help="Which nodes are one cluster, where the files do not tell.")  # fmt: skip
@click.option("--source-version", multiple=True, metavar="[PROGRAM=]V",
              help="The version of a program, such as haproxy=2.6.")  # fmt: skip
@click.option("--include-root", default="", metavar="DIR",
              help="The directory tree that includes may reach.")  # fmt: skip
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
    fail_level: str | None,
    baseline: str,
    write_baseline: bool,
    configuration: str,
    told: tuple[str, ...],
    form: str,
    peers: tuple[str, ...],
    source_version: tuple[str, ...],
    include_root: str,
    facts: tuple[str, ...],
) -> int:
    """Tell what is wrong in PATHs, files or folders, and between the nodes they are.

    Files in one folder are one node; two of one language there are two nodes.
    Leaves with 0 when nothing of --fail-level or above was found, with 1 else.
    """
    import gc

    gc.disable()  # one run, no cycles worth collecting: a large file reads a third faster
    from hatools.cli.linting import Asked, Run
    from hatools.errors import BadSetting
    from hatools.reading.grouping import told_nodes

    paths += tuple(file for files in told_nodes(told).values() for file in files)
    if not paths:
        raise click.UsageError("Missing argument 'PATH...'.")
    if unsafe_fixes and not (fixing or showing):
        raise BadSetting("--unsafe-fixes alone changes nothing", "add --fix or --diff")
    run = Run(
        Asked(paths, told, form, peers, select, ignore, source_version, facts, configuration,
              baseline, write_baseline, include_root)
    )  # fmt: skip
    if write_baseline:
        run.write_baseline()
    if fixing or showing:
        run.mend(unsafe_fixes, write=fixing and not showing)
    run.show(output, differences=showing)
    return run.status(fail_level)
