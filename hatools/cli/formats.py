"""``hatools formats``: which languages are loaded, from where, and what their keywords are."""

from __future__ import annotations

import click

from hatools.errors import BadSetting

EPILOG = """\b
Examples:
  hatools formats
  hatools formats keepalived --keywords
  hatools formats keepalived --keywords vrrp_sync_group
  hatools formats haproxy --keywords --in global --version 2.6
  hatools formats nmcli --keywords --output json
"""


@click.command("formats", epilog=EPILOG)
@click.argument("name", required=False, default="", metavar="[NAME]")
@click.argument("words", nargs=-1, metavar="[KEYWORD]")
@click.option("--keywords", is_flag=True,
              help="List the keywords of format NAME: all, or those called KEYWORD.")  # fmt: skip
@click.option("--in", "place", default="", metavar="PLACE",
              help="With --keywords: those that may stand in this block or section.")  # fmt: skip
@click.option("--version", default="", metavar="V",
              help="With --keywords: those that this version of the program has.")  # fmt: skip
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    name: str, words: tuple[str, ...], keywords: bool, place: str, version: str, output: str
) -> int:
    """List the configuration languages that hatools reads and writes.

    With --keywords, list every keyword of one of them: where it stands, its
    arguments, values and default, since when it is known, until when, and what
    replaces it.  Off a terminal, text is one keyword a line, with tabs between.
    """
    from hatools.cli.table import print_table
    from hatools.plugin_host import Host
    from hatools.reading import named

    host = Host()
    formats = host.formats()
    if name:
        formats = {name: named(name, formats)}
    if keywords:
        from hatools.cli.keyword_list import show

        if not name:
            raise BadSetting("--keywords is asked of one format", "name it: " + ", ".join(formats))
        show(formats[name], " ".join(words), place, version, output, host.problems)
        return 0
    if words or place or version:
        raise BadSetting("a keyword, --in and --version go with --keywords", "add --keywords")
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
