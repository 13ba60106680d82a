"""``hatools diff``: what differs in meaning between two configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hatools.diff import Comparison, Text

EPILOG = """\b
Examples:
  hatools diff node1/keepalived.conf node2/keepalived.conf
  hatools diff keepalived.conf haproxy.cfg
  hatools diff haproxy.cfg keepalived.conf --set vip@web=192.0.2.10 --all
  hatools diff ha.conf ha.conf --left-set config_id=lb1 --right-set config_id=lb2
  hatools convert haproxy.cfg --to ipvsadm | hatools diff haproxy.cfg - --output json
  hatools diff network-scripts/ system-connections/
"""


@click.command("diff", epilog=EPILOG)
@click.argument("left", metavar="A")
@click.argument("right", metavar="B")
@click.option("--left-format", default="", metavar="FORMAT",
              help="The language of A; otherwise it is recognised.")  # fmt: skip
@click.option("--right-format", default="", metavar="FORMAT",
              help="The language of B; otherwise it is recognised.")  # fmt: skip
@click.option("--all", "everything", is_flag=True,
              help="Of two languages, compare also what only one of them has.")  # fmt: skip
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--source-version", multiple=True, metavar="[PROGRAM=]V",
              help="The version of the program that they are for.")  # fmt: skip
@click.option("--set", "facts", multiple=True, metavar="KEY=VALUE",
              help="A fact that both lack, such as config_id=lb1.")  # fmt: skip
@click.option("--left-set", "left_facts", multiple=True, metavar="KEY=VALUE",
              help="A fact that A lacks.")  # fmt: skip
@click.option("--right-set", "right_facts", multiple=True, metavar="KEY=VALUE",
              help="A fact that B lacks.")  # fmt: skip
@click.option("--include-root", default="", metavar="DIR",
              help="The directory tree that includes may reach.")  # fmt: skip
def command(
    left: str,
    right: str,
    left_format: str,
    right_format: str,
    everything: bool,
    output: str,
    source_version: tuple[str, ...],
    facts: tuple[str, ...],
    left_facts: tuple[str, ...],
    right_facts: tuple[str, ...],
    include_root: str,
) -> int:
    """Tell what differs in meaning between A and B, files or - for standard input.

    Either may be a folder where one thing spans files: keyfiles, ifcfg files.
    They may be in different languages.  Order where it means nothing, comments,
    spelling, names and defaults that are written out do not count.
    Leaves with 0 when both mean the same, with 1 when they differ.
    """
    import gc

    gc.disable()  # one run, no cycles worth collecting: a large file reads a third faster
    from hatools.cli.convert import versions_of
    from hatools.diff import Text, compare
    from hatools.errors import BadSetting
    from hatools.plugin.settings import Settings
    from hatools.plugin_host import Host, codec
    from hatools.reading.files import STDIN, opened

    if left == right == STDIN:
        raise BadSetting("only one of the two can be standard input", "name a file for the other")
    versions = versions_of(source_version)
    host = Host()

    def text(path: str, form: str, option: str, own: tuple[str, ...]) -> Text:
        source, files = opened(path, host.formats(), codec, form, option, include_root)
        return Text(source, form, option, Settings([*facts, *own]), files, versions)

    comparison = compare(
        text(left, left_format, "--left-format", left_facts),
        text(right, right_format, "--right-format", right_facts),
        host.formats(),
        codec,
        everything,
    )
    if output == "json":
        import json

        from hatools.diff import report

        shape = report.as_json(comparison, host.problems)
        click.echo(json.dumps(shape, ensure_ascii=True, indent=2))
    else:
        _print(comparison, host.problems)
    return int(not comparison.same)


def _print(comparison: Comparison, problems: list[str]) -> None:
    """Print the differences, and on standard error what was remarked and how many there are."""
    from hatools.cli.messages import COLOURS, diagnostics, printable, say
    from hatools.diff import report
    from hatools.text import Severity

    for problem in problems:
        say(f"hatools: {problem}", "warning")
    for side, remarks in zip(
        (comparison.left, comparison.right), comparison.diagnostics, strict=True
    ):
        faults = [r for r in remarks if r.severity is Severity.ERROR or r.span is None]
        documents = side.reading.expansion.documents
        sources = {document.source.path: document.source for document in documents}
        diagnostics(faults, sources, side.mask)
    for kind, line in report.lines(comparison):
        click.secho(printable(line), fg=COLOURS.get(kind))
    for line in report.summary(comparison):
        say(line)
